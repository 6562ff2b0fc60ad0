import { DEFAULT_WAIT_S } from "../sources/limits.ts";
import type { DownloadEvent } from "./download_event.ts";

/**
 * Numbers that count where options say nothing.
 *
 * @example
 * ```ts
 * import { DOWNLOAD_DEFAULTS } from "@multiport/multiport";
 *
 * console.log(`A silent server has failed after ${DOWNLOAD_DEFAULTS.stallTimeout} s`);
 * ```
 */
export const DOWNLOAD_DEFAULTS: Readonly<
  Required<Pick<DownloadOptions, "wait" | "stallTimeout" | "interval">>
> = { wait: DEFAULT_WAIT_S, stallTimeout: 10, interval: 1 };

/**
 * Which file to fetch, from where, and how it is to be made.
 *
 * @example
 * ```ts
 * import { download, type DownloadOptions } from "@multiport/multiport";
 *
 * const options: DownloadOptions = {
 *   servers: ["127.0.0.1:60000", "127.0.0.1:60002"],
 *   output: "film.mp4",
 *   maxSize: 1e9,
 * };
 * await download(options);
 * ```
 */
export interface DownloadOptions extends SourceOptions {
  /**
   * Where the file goes. The path of a file; or of a folder, if it ends in a slash or there is such a
   * folder, in which the file gets the name that the servers give; or a stream, which takes all of it in
   * order, each piece when it has been verified, and is closed then, or aborted if that cannot be.
   * Default: the current folder.
   */
  readonly output?: string | WritableStream<Uint8Array>;
  /** The folder that `output` is in, or, without it, the file. It is made if it is missing. */
  readonly dir?: string;
  /** Replace an existing file, if `output` names it. Default: no, but a file that is right is left as it is. */
  readonly force?: boolean;
  /** Go on where an earlier run was. Default: yes. */
  readonly resume?: boolean;
  /** Give the file the time of its last change that the servers say, if they do. Default: no. */
  readonly remoteTime?: boolean;
  /** Refuse a file with more bytes than this. Default: none is too large. */
  readonly maxSize?: number;
  /** Compare every piece with the digests that the servers publish, if they do. Default: yes. */
  readonly verify?: boolean;
  /** Seconds without a byte after which a server that is not paused has failed. Default: 10. */
  readonly stallTimeout?: number;
  /** Seconds after which what a paused server still has to deliver is given to others. Default: never. */
  readonly pauseTimeout?: number;
  /**
   * How work is divided once servers turn out to differ in speed: `adaptive` has fast ones take over from
   * slow ones; with `equal` every server delivers its own part. Default: `adaptive`.
   */
  readonly balance?: "adaptive" | "equal";
  /** Seconds between two `progress` events; 0: none. Default: 1. */
  readonly interval?: number;
}

/**
 * Where copies of one file are, and how they are reached. One of `servers`, `urls` and `metalinks` is needed.
 *
 * @example
 * ```ts
 * import { inspect, type SourceOptions } from "@multiport/multiport";
 *
 * const mirrors: SourceOptions = {
 *   urls: ["http://127.0.0.1:60000/film.mp4"],
 *   discover: false,
 *   headers: { "X-Purpose": "an example" },
 * };
 * const { size } = await inspect(mirrors);
 * ```
 */
export interface SourceOptions {
  /** Ports of `mpserver`: `127.0.0.1:60000`, `files.example.org:60000`, `[::1]:60000`. */
  readonly servers?: readonly string[];
  /** Copies of the file on any web servers, `http` or `https`. */
  readonly urls?: readonly (string | URL)[];
  /** Paths of Metalinks (RFC 5854), each of which lists copies of the file. */
  readonly metalinks?: readonly string[];
  /** Whether copies are used, too, that those which were named know of. Default: yes. */
  readonly discover?: boolean;
  /** The right SHA-256 of the whole file, 64 hexadecimal digits: with it, servers do not vote. */
  readonly sha256?: string;
  /** Seconds to wait for servers to come up. Default: 30, but not for host names that nobody knows. */
  readonly wait?: number;
  /** A name and its password for the servers that were named (RFC 7617), where a URL has none of its own. */
  readonly user?: Credentials;
  /** A bearer token for the servers that were named (RFC 6750). */
  readonly token?: string;
  /** Header fields for the servers that were named. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Path of a netrc file with names and passwords. Default: none is read. */
  readonly netrc?: string;
  /** Path of a file with certificates (PEM) of those who are trusted besides the usual authorities. */
  readonly ca?: string;
  /** Path of a file that takes the place of the certificates that the system trusts. */
  readonly caStore?: string;
  /** Through which proxies URLs are reached. Default: directly. */
  readonly proxies?: ProxyOptions;
  /** Ends it early: it rejects with the reason of the signal then, and what has arrived is kept. */
  readonly signal?: AbortSignal;
  /** Is told what happens. What it throws ends the download, which rejects with that. */
  readonly onEvent?: (event: DownloadEvent) => void;
}

/**
 * A name and its password.
 *
 * @example
 * ```ts
 * import { type Credentials, inspect } from "@multiport/multiport";
 *
 * const user: Credentials = { user: "me", password: "secret" };
 * await inspect({ servers: ["127.0.0.1:60000"], user });
 * ```
 */
export interface Credentials {
  /** The name. */
  readonly user: string;
  /** The password. */
  readonly password: string;
}

/**
 * HTTP proxies: `http://HOST:PORT`, with a name and a password in it where one wants them.
 *
 * @example
 * ```ts
 * import { inspect, type ProxyOptions } from "@multiport/multiport";
 *
 * const proxies: ProxyOptions = { http: "http://proxy.example:3128", none: "127.0.0.0/8" };
 * await inspect({ urls: ["http://127.0.0.1:60000/film.mp4"], proxies });
 * ```
 */
export interface ProxyOptions {
  /** For `http` URLs. */
  readonly http?: string | URL;
  /** For `https` URLs. */
  readonly https?: string | URL;
  /**
   * What is reached directly all the same, parted by commas: names, which stand for all under them too, IP
   * addresses and blocks of these, each with or without a port; or `*` for everything.
   */
  readonly none?: string;
}

/**
 * What came of a download.
 *
 * @example
 * ```ts
 * import { download, type DownloadResult } from "@multiport/multiport";
 *
 * const report = ({ path, size, sha256 }: DownloadResult) =>
 *   `${path}: ${size} bytes, ${sha256 ?? "not verified"}`;
 * console.log(report(await download({ servers: ["127.0.0.1:60000"], output: "film.mp4" })));
 * ```
 */
export interface DownloadResult {
  /** Path of the file; null if it went to a stream. */
  readonly path: string | null;
  /** Bytes in it. */
  readonly size: number;
  /**
   * Its SHA-256, 64 lower-case hexadecimal digits, if that was verified: `sha256` of the options, or what
   * the servers publish. Null if nothing said what it has to be, or `verify` is off: nothing has hashed the
   * file then, which takes as long as to read it.
   */
  readonly sha256: string | null;
}
