import type { DaemonPlace } from "../daemon.ts";
import { PROXIES } from "../peers.ts";
import { type ProxyKind, type ProxyUser, REQUEST_LOG } from "./proxy.ts";

export const tinyproxy: ProxyKind = {
  peer: PROXIES.tinyproxy,
  async configure(place, user) {
    const path = `${place.state}/tinyproxy.conf`;
    await Deno.writeTextFile(path, configuration(place, user));
    return { args: ["-d", "-c", path] };
  },
  requests: (log) =>
    Array.from(log.matchAll(/Request .*?: (\S+ \S+) HTTP\//g), ([, it = ""]) => it),
};

function configuration({ host, port, state }: DaemonPlace, user: ProxyUser | undefined): string {
  return [
    `Listen ${host}`,
    `Port ${port}`,
    "Timeout 600",
    `LogFile "${state}/${REQUEST_LOG}"`,
    "LogLevel Connect",
    "MaxClients 100",
    ...user === undefined ? [] : [`BasicAuth ${user.name} ${user.password}`],
    "",
  ].join("\n");
}
