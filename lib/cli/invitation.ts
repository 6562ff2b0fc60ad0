import { splitHostPort } from "../addresses.ts";
import type { Servers } from "../server/servers.ts";
import { runsOf } from "./runs.ts";

/**
 * What an operator is told at the start: who may connect, how to fetch the file, what to type.
 *
 * @param allow Who may connect, if that was said.
 *
 * @example
 * ```ts
 * invitation(options.allow, servers);
 * // ["Fetch it with: mpclient -p 60000 60002-60004", "For this machine only: …", "h shows …"]
 * ```
 */
export function invitation(
  allow: readonly string[] = [],
  { all, isLocal }: Pick<Servers, "all" | "isLocal">,
): string[] {
  const addresses = all.map(({ address }) => splitHostPort(address));
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
  const url = all[0]?.url.replace(/^(https:..)(0\.0\.0\.0|\[::\]):/, "$1HOST:") ?? "";
  return [
    `Fetch it with: mpclient ${url.startsWith("https:") ? url : `${where}-p ${ports}`}`,
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
