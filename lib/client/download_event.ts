import type { ByteRange } from "../byte_range.ts";

export type { ByteRange } from "../byte_range.ts";
import type { Exchange } from "../http/client/exchange.ts";
import type { PieceMap } from "../content/piece_map.ts";
import type { DownloadNotice, SourceEvent, SourceProgress } from "../sources/source_event.ts";

export type { Exchange } from "../http/client/exchange.ts";
export { PIECE, type PieceMap } from "../content/piece_map.ts";
export type {
  DownloadNotice,
  SourceEvent,
  SourceFault,
  SourceProgress,
  SourceState,
} from "../sources/source_event.ts";

/**
 * One server's figures in a download.
 *
 * @example
 * ```ts
 * import { download, type SourceFigures } from "@multiport/multiport";
 *
 * const line = ({ index, state, rate }: SourceFigures) => `Server${index} ${state}, ${rate} B/s`;
 * const run = download({ servers: ["127.0.0.1:60000"], output: "film.mp4" });
 * for await (const event of run.events) {
 *   if (event.type === "progress") console.log(event.servers.map(line).join("\n"));
 * }
 * ```
 */
export interface SourceFigures extends SourceProgress {
  /** Bytes it still has to deliver. */
  readonly remaining: number;
  /** The same as byte ranges, in the order of delivery. Not part of `--json`. */
  readonly portion: readonly ByteRange[];
}

/**
 * Everything that a download reports while it runs.
 *
 * @example
 * ```ts
 * import { download, type DownloadEvent } from "@multiport/multiport";
 *
 * function onEvent(event: DownloadEvent) {
 *   if (event.type === "notice") console.warn(event.message);
 *   if (event.type === "progress") console.log(`${event.completed} bytes, ${event.rate} B/s`);
 *   if (event.type === "kept") console.log(`The same call goes on from ${event.path}`);
 * }
 * await download({ servers: ["127.0.0.1:60000"], output: "film.mp4", onEvent });
 * ```
 */
export type DownloadEvent =
  | SourceEvent
  | {
    readonly type: "start";
    readonly name: string;
    /** Bytes in the file. */
    readonly size: number;
    /** Path of the file to be made; `-` for a stream. */
    readonly output: string;
    /** Bytes already there from an earlier run. */
    readonly kept: number;
    /** Bytes in every piece but the last. Not part of `--json`. */
    readonly pieceLength: number;
    readonly servers: readonly { readonly index: number; readonly address: string }[];
  }
  | {
    readonly type: "progress";
    /** Seconds since the start. */
    readonly elapsed: number;
    /** Bytes taken over the network in this run. */
    readonly received: number;
    /** Bytes of the file that are on disk, those of earlier runs included. */
    readonly completed: number;
    /** Bytes per second over the last second or so. */
    readonly rate: number;
    /** Bytes that only paused servers are to deliver; `eta` leaves them out. */
    readonly held: number;
    /** Seconds until the rest is there at this rate, without `held`; null if nothing moves. */
    readonly eta: number | null;
    readonly servers: readonly SourceFigures[];
    /** The state of each piece; changes as the download goes on. Not part of `--json`. */
    readonly pieces: PieceMap;
  }
  /**
   * A request was sent, or the head of its answer came, if `exchanges` asks for them; `omitted`: so many before
   * it were not told, as there were too many. Nothing in it grants access to anything. Not part of `--json`.
   */
  | Exchange & { readonly omitted?: number }
  /** One line for the person: a copy that differs, a wrong piece. */
  | { readonly type: "notice"; readonly message: string; readonly about?: DownloadNotice }
  | {
    readonly type: "done";
    readonly size: number;
    readonly received: number;
    readonly elapsed: number;
    /** Average bytes per second. */
    readonly rate: number;
    /** SHA-256 of the file, when it was verified. */
    readonly sha256: string | null;
    readonly servers: readonly SourceFigures[];
  }
  /** The download ends early, and keeps what has arrived: the same call continues from there. */
  | {
    readonly type: "kept";
    /** Path of the part file. */
    readonly path: string;
    /** Bytes of the file that are in it. */
    readonly completed: number;
    /** Bytes in the file. */
    readonly size: number;
  };
