import type { Contender, Fetch } from "../contender.ts";
import { inNamespace } from "../namespace.ts";
import { type Origin, urlsOf } from "../origin.ts";

/** curl as a contender: one stream from the first server. */
export function curl(origin: Origin, name: string): Contender {
  const [url = ""] = urlsOf(origin);
  return {
    name,
    file: origin.file,
    fetches: (folder) => {
      const output = `${folder}/copy`;
      return [{ argv: ["curl", "--silent", "--fail", "--output", output, url], output }];
    },
    servers: origin.pids,
  };
}

/**
 * One curl per server, each of which fetches the part that somebody who knew everything beforehand
 * would have given to it: what can be had at all, measured.
 *
 * @param bytes What each server is to deliver; together the whole file.
 */
export function curls(origin: Origin, bytes: readonly number[], namespace: string): Contender {
  const urls = urlsOf(origin);
  const starts = bytes.map((_, at) => bytes.slice(0, at).reduce((sum, length) => sum + length, 0));
  const fetch = (folder: string, at: number): Fetch => {
    const [start = 0, length = 0, url = ""] = [starts[at], bytes[at], urls[at]];
    const output = `${folder}/part${at + 1}`;
    const range = `--range ${start}-${start + length - 1}`.split(" ");
    const argv = ["curl", "--silent", "--fail", ...range, "--output", output, url];
    return { argv: inNamespace(namespace, argv), output, range: { start, end: start + length } };
  };
  return {
    name: "perfect split",
    file: origin.file,
    fetches: (folder) => bytes.flatMap((length, at) => length > 0 ? [fetch(folder, at)] : []),
    servers: origin.pids,
  };
}
