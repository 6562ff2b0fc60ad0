import type { Contender } from "../contender.ts";
import { inNamespace } from "../namespace.ts";
import { type Origin, urlsOf } from "../origin.ts";

/** What makes no difference to speed: no configuration of the user's, and no word. */
const SILENT = ["--no-conf", "--quiet"];

/** How aria2 is told to do it. */
export interface Aria2Options {
  readonly name: string;
  readonly args?: readonly string[];
  readonly namespace?: string;
  /** Fetch what this Metalink says; else the file from every server of the origin. */
  readonly metalink?: string;
}

/**
 * The settings that were fastest here: a connection per mirror, pieces small enough for all of them to
 * have some until the end, and no file allocated beforehand. It has one connection to each host.
 */
export const ARIA2_BEST = ["--split=4", "--min-split-size=1M", "--file-allocation=none"];

/** aria2 as a contender. */
export function aria2(origin: Origin, options: Aria2Options): Contender {
  const { name, args = [], namespace, metalink } = options;
  const { file, pids } = origin;
  const what = metalink === undefined
    ? ["--out=copy", ...urlsOf(origin)]
    : [`--metalink-file=${metalink}`];
  return {
    name,
    fetches: (folder) => {
      const argv = ["aria2c", ...SILENT, ...args, `--dir=${folder}`, ...what];
      const path = `${folder}/${metalink === undefined ? "copy" : file.name}`;
      return [{ argv: inNamespace(namespace, argv), makes: { path, of: file } }];
    },
    servers: pids,
  };
}
