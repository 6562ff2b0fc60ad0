import type { Contender, Fetch } from "../contender.ts";
import { inNamespace } from "../namespace.ts";
import { type Origin, urlsOf } from "../origin.ts";
import { sum } from "../statistics.ts";

/** curl as a contender: one stream from the first server. */
export function curl(origin: Origin, name: string, args: readonly string[] = []): Contender {
  const [url = ""] = urlsOf(origin);
  return {
    name,
    fetches: (folder) => {
      const path = `${folder}/copy`;
      const argv = ["curl", "--silent", "--fail", ...args, "--output", path, url];
      return [{ argv, makes: { path, of: origin.file } }];
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
  const starts = bytes.map((_, at) => sum(bytes.slice(0, at)));
  const fetch = (folder: string, at: number): Fetch => {
    const [start = 0, length = 0, url = ""] = [starts[at], bytes[at], urls[at]];
    const path = `${folder}/part${at + 1}`;
    const range = { start, end: start + length };
    const part = ["--range", `${range.start}-${range.end - 1}`];
    const argv = ["curl", "--silent", "--fail", ...part, "--output", path, url];
    return { argv: inNamespace(namespace, argv), makes: { path, of: origin.file, range } };
  };
  return {
    name: "perfect split",
    fetches: (folder) => bytes.flatMap((length, at) => length > 0 ? [fetch(folder, at)] : []),
    servers: origin.pids,
  };
}
