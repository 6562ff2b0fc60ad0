import { DEFAULT_WAIT_S } from "../sources/limits.ts";
import type { DownloadEvent } from "./download_event.ts";

/**
 * The defaults of options that are numbers.
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
 * What to download, from where, and where to.
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
   * Where the file goes: the path of a file, the path of a folder, or a stream. In a folder (one that
   * exists, or a path that ends in a slash) the file gets the name that the servers give it. A stream
   * gets the content in order, each piece once it is verified; it is closed at the end, or aborted if the
   * download fails. Default: the current folder.
   */
  readonly output?: string | WritableStream<Uint8Array>;
  /** The folder that the file, or a relative `output`, goes into; created if it is missing. */
  readonly dir?: string;
  /** Replace an existing file, but only one that `output` names. Default: false. */
  readonly force?: boolean;
  /** Continue from what an earlier run left. Default: true. */
  readonly resume?: boolean;
  /** Set the file's modification time to what the servers report. Default: false. */
  readonly remoteTime?: boolean;
  /** Refuse a file that is larger than this, in bytes. Default: no limit. */
  readonly maxSize?: number;
  /**
   * Bytes of content per second that all sources together may send, on average over a quarter of a second.
   * Default: as fast as they can.
   */
  readonly limitRate?: number;
  /** Verify every piece, if the servers publish digests. Default: true. */
  readonly verify?: boolean;
  /**
   * Fetch every byte from two sources and compare the copies, if nobody publishes digests of the pieces.
   * Default: false.
   */
  readonly twice?: boolean;
  /** Seconds of silence after which a server that is not paused counts as failed. Default: 10. */
  readonly stallTimeout?: number;
  /** Seconds after which the remaining work of a paused server goes to others. Default: never. */
  readonly pauseTimeout?: number;
  /**
   * How the work is divided: `adaptive` lets fast servers take over from slow ones; with `equal`, every
   * server delivers its own part. Default: `adaptive`.
   */
  readonly balance?: "adaptive" | "equal";
  /** Seconds between two `progress` events; 0 turns them off. Default: 1. */
  readonly interval?: number;
}

/**
 * Where copies of one file are, and how to reach them. At least one of `servers`, `urls` and `metalinks` is
 * required.
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
  /** Also use the copies that the named servers and URLs link to. Default: true. */
  readonly discover?: boolean;
  /** The expected SHA-256 of the whole file, 64 hexadecimal digits. Default: what most servers agree on. */
  readonly sha256?: string;
  /** Seconds to wait for servers to come up. Default: 60, or 0 if no host name can be resolved. */
  readonly wait?: number;
  /** User name and password for the named servers and URLs (RFC 7617), unless a URL has its own. */
  readonly user?: Credentials;
  /** Bearer token for the named servers and URLs (RFC 6750). */
  readonly token?: string;
  /** Header fields for the named servers and URLs. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Path of a netrc file with user names and passwords. Default: none. */
  readonly netrc?: string;
  /** Path of a file with certificates (PEM) to trust in addition to the usual authorities. */
  readonly ca?: string;
  /** Path of a file with certificates (PEM) to use instead of the system's own store. */
  readonly caStore?: string;
  /** Proxies for URLs; `servers` are always reached directly. Default: none. */
  readonly proxies?: ProxyOptions;
  /** Also report every request and every answer as an event, within limits. Default: false. */
  readonly exchanges?: boolean;
  /** Stops early: the promise rejects with the signal's reason, and what has arrived is kept. */
  readonly signal?: AbortSignal;
  /** Called with every event. If it throws, the download stops and rejects with that error. */
  readonly onEvent?: (event: DownloadEvent) => void;
}

/**
 * User name and password.
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
 * HTTP proxies: `http://HOST:PORT` or `http://USER:PASSWORD@HOST:PORT`.
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
   * Hosts to reach directly, separated by commas: names (with all subdomains), IP addresses and CIDR
   * blocks, each with an optional port; or `*` for all.
   */
  readonly none?: string;
}

/**
 * The outcome of a download; of the last file, if a Metalink lists several.
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
  /** Path of the file; null if `output` was a stream. */
  readonly path: string | null;
  /** Size of the file in bytes. */
  readonly size: number;
  /**
   * SHA-256 of the file, 64 lower-case hexadecimal digits, if the file was verified against one: the option
   * `sha256`, that of a Metalink, or with `verify` what the servers publish. Null if there was none. It is
   * not computed just to be returned, as that would mean reading the whole file again.
   */
  readonly sha256: string | null;
}
