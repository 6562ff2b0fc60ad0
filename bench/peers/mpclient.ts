import type { Contender } from "../contender.ts";
import { inNamespace } from "../namespace.ts";
import { type Origin, urlsOf } from "../origin.ts";
import { MPCLIENT } from "./programs.ts";

/** What `mpclient` is told besides where the servers are. */
export interface MpclientOptions {
  readonly name?: string;
  /** Whether the servers are `mpserver`'s ports, or any web servers; default ports. */
  readonly from?: "ports" | "urls";
  /** Further arguments. */
  readonly args?: readonly string[];
  readonly namespace?: string;
  /** How many of them run side by side. */
  readonly clients?: number;
}

/** `mpclient` as a contender. */
export function mpclient(origin: Origin, options: MpclientOptions = {}): Contender {
  const { name = "mpclient", from = "ports", args = [], namespace, clients = 1 } = options;
  const where = from === "ports" ? ["-p", ...origin.addresses] : urlsOf(origin);
  const argv = (path: string) =>
    inNamespace(namespace, [
      ...[MPCLIENT, "--quiet", "-o", path],
      ...where,
      ...args,
    ]);
  return {
    name,
    fetches: (folder) =>
      Array.from({ length: clients }, (_, at) => `${folder}/copy${at + 1}`)
        .map((path) => ({ argv: argv(path), makes: { path, of: origin.file } })),
    servers: origin.pids,
  };
}
