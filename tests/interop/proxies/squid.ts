import type { DaemonPlace } from "../daemon.ts";
import { PROXIES } from "../peers.ts";
import { type ProxyKind, type ProxyUser, REQUEST_LOG } from "./proxy.ts";

/** Where Debian puts the helper that knows users. */
const AUTHENTICATOR = "/usr/lib/squid/basic_ncsa_auth";

/** What squid shares with itself, and removes by no way to end it. */
const SEGMENTS = ["cf__metadata", "cf__queues", "cf__readers"];

export const squid: ProxyKind = {
  peer: PROXIES.squid,
  async configure(place, user) {
    const path = `${place.state}/squid.conf`;
    await Deno.writeTextFile(path, configuration(place, user));
    if (user !== undefined) await Deno.writeTextFile(`${place.state}/users`, await entry(user));
    const service = `multiport${place.port}`;
    return {
      args: ["-N", "-f", path, "-n", service],
      leaves: SEGMENTS.map((segment) => `/dev/shm/${service}-${segment}.shm`),
    };
  },
  // Connections that ended before they asked for anything have the method `-`.
  requests: (log) => log.split("\n").filter((line) => line !== "" && !line.startsWith("- ")),
};

function configuration({ host, port, state }: DaemonPlace, user: ProxyUser | undefined): string {
  const access = user === undefined ? "http_access allow all" : `
    auth_param basic program ${AUTHENTICATOR} ${state}/users
    auth_param basic children 1
    acl known proxy_auth REQUIRED
    http_access allow known`;
  return `
    http_port ${host}:${port}
    ${access}
    logformat request %rm %ru
    access_log stdio:${state}/${REQUEST_LOG} request
    strip_query_terms off
    cache deny all
    cache_mem 1 MB
    cache_log ${state}/cache.log
    coredump_dir none
    pid_filename none
    netdb_filename none
    pinger_enable off
    visible_hostname localhost
  `;
}

/** A user as Apache's password files have them. */
async function entry({ name, password }: ProxyUser): Promise<string> {
  const { stdout } = await new Deno.Command("openssl", { args: ["passwd", "-apr1", password] })
    .output();
  return `${name}:${new TextDecoder().decode(stdout)}`;
}
