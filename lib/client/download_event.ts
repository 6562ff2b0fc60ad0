import type { ByteRange } from "../byte_range.ts";

export type { ByteRange } from "../byte_range.ts";
import type { PieceMap } from "../content/piece_map.ts";
import type { DownloadNotice, SourceEvent, SourceProgress } from "../sources/source_event.ts";

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
  /** Bytes that are its to deliver, and are not there yet. */
  readonly remaining: number;
  /** Which bytes those are, in the order in which they will come. Not part of `--json`. */
  readonly portion: readonly ByteRange[];
}

/**
 * What a download tells as it happens.
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
    readonly output: string;
    /** Bytes that an earlier run had fetched already. */
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
    /** Bytes that wait for paused servers; they are not part of what `eta` is about. */
    readonly held: number;
    /** Seconds until all that can move is there, at this rate; null while nothing can or does. */
    readonly eta: number | null;
    readonly servers: readonly SourceFigures[];
    /** What each piece is; changes as the download goes on. Not part of `--json`. */
    readonly pieces: PieceMap;
  }
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
  /** The download ends before the file is there, and what has arrived is kept: the same call goes on. */
  | {
    readonly type: "kept";
    /** Path of the part file. */
    readonly path: string;
    /** Bytes of the file that are in it. */
    readonly completed: number;
    /** Bytes in the file. */
    readonly size: number;
  };
