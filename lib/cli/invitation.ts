import { LOOPBACK, type ServeOptions } from "../server/serve_options.ts";
import type { StartedServer } from "../server/serving.ts";
import { Allowlist, isLoopback } from "../server/allowlist.ts";
import { pathOf } from "../server/resource.ts";
import { splitHostPort } from "../addresses.ts";
import { runsOf } from "./runs.ts";

/**
 * What an operator is told at the start: who may connect, how to fetch the file, what to type.
 *
 * @example
 * ```ts
 * invitation(options, serving.servers);
 * // ["Fetch it: mpclient -p 60000 60002-60004", "For this machine only: …", "h shows …"]
 * ```
 */
export function invitation(
  { allow = LOOPBACK, tlsCert }: Pick<ServeOptions, "allow" | "tlsCert">,
  servers: readonly StartedServer[],
): string[] {
  const isLocal = new Allowlist(allow).arrivals.every(isLoopback);
  const addresses = servers.map(({ address }) => splitHostPort(address));
  const [{ host } = {}] = addresses;
  const ports = portRuns(addresses.map(({ port }) => Number(port)));
  // An address that stands for all of them is none that anybody can connect to.
  const where = host === "127.0.0.1"
    ? ""
    : host === undefined || ["0.0.0.0", "[::]"].includes(host)
    ? "-a HOST "
    : `-a ${host} `;
  const who = allow.includes("any")
    ? "Open to everybody"
    : isLocal
    ? "For this machine only: -a ADDR lets others in, -a any everybody"
    : `Open to ${allow.join(", ")}`;
  const [{ address = "", name = "" } = {}] = servers;
  const url = `https://${address.replace(/^(0\.0\.0\.0|\[::\]):/, "HOST:")}${pathOf(name)}`;
  return [
    `Fetch it with: mpclient ${tlsCert === undefined ? `${where}-p ${ports}` : url}`,
    who,
    "h shows what can be typed: 1 pauses Server1, r1 resumes it, q quits",
  ];
}

/** Ports as `-p` takes them, three and more in a row in short. */
function portRuns(ports: readonly number[]): string {
  return runsOf(ports).flatMap(({ first, last }) => {
    if (last - first >= 2) return [`${first}-${last}`];
    return first === last ? [`${first}`] : [`${first}`, `${last}`];
  }).join(" ");
}
