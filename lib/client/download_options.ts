import type { WebAccess } from "../sources/probe.ts";
import type { ServerAddress } from "../addresses.ts";

export { DEFAULT_WAIT_S } from "../sources/limits.ts";
export type { ServerAddress } from "../addresses.ts";

/** Takes bytes in order. */
export interface ContentSink {
  /** Takes some of the bytes and says how many; they are another's when it resolves. */
  write(bytes: Uint8Array): Promise<number>;
}

/** What `mpclient` was asked to do, checked and with defaults filled in. */
export interface DownloadOptions {
  /**
   * Path of the file to be made. If it ends in a slash, or is that of a folder: the folder in which the
   * file gets the name that the servers give. Absent: the same in the current folder.
   */
  readonly output?: string;
  /** The folder that `output` is in, or, without it, the file. It is made if it is missing. */
  readonly dir?: string;
  /** Give the file the time of its last change that the servers say, if they do. */
  readonly remoteTime?: boolean;
  /** Refuse a file with more bytes than this. */
  readonly maxSize?: number;
  /** Tell what would be fetched, as the event `offer`, and fetch nothing. */
  readonly dryRun?: boolean;
  /**
   * Takes the content instead of a file: in order, each piece when it has been verified. Of an output,
   * a folder, a time and a run to go on with there is no question then.
   */
  readonly sink?: ContentSink;
  /** Ports of `mpserver`. */
  readonly servers: readonly ServerAddress[];
  /** Copies of the file on any web servers, `http` or `https`. */
  readonly urls?: readonly URL[];
  /** Paths of Metalinks, each of which lists copies of the file. */
  readonly metalinks?: readonly string[];
  /** Whether copies are used, too, that those which were named know of. Absent: they are. */
  readonly discover?: boolean;
  /**
   * Proxies, certificates and credentials for `urls` and `servers`. Absent: addresses are reached directly,
   * with no credentials, and by the well-known authorities alone.
   */
  readonly access?: WebAccess;
  /**
   * Seconds to wait for servers to come up. Absent: {@linkcode DEFAULT_WAIT_S}, but not for host names
   * that nobody knows.
   */
  readonly wait?: number;
  /** Seconds without a byte after which a server that is not paused has failed. */
  readonly stallTimeout: number;
  /** Seconds after which what a paused server still had to deliver is given to others. Absent: never. */
  readonly pauseTimeout?: number;
  /** Seconds between two `progress` events; 0: none. */
  readonly interval: number;
  /** Replace an existing output file. */
  readonly force: boolean;
  /** Go on where an earlier run was. */
  readonly resume: boolean;
  /** Compare every piece with the digests that the servers publish. */
  readonly verify: boolean;
  /** How work is divided once servers turn out to differ in speed. */
  readonly balance: "equal" | "adaptive";
  /** The right SHA-256 of the whole file, 64 lower-case hexadecimal digits. */
  readonly sha256?: string;
}

/** What a download does unless it is told otherwise: everything but which servers and which output. */
export const DOWNLOAD_DEFAULTS: Omit<
  DownloadOptions,
  | "servers"
  | "urls"
  | "metalinks"
  | "discover"
  | "access"
  | "dir"
  | "remoteTime"
  | "maxSize"
  | "dryRun"
  | "sink"
  | "output"
  | "sha256"
  | "wait"
  | "pauseTimeout"
> = {
  stallTimeout: 10,
  interval: 1,
  force: false,
  resume: true,
  verify: true,
  balance: "adaptive",
};
