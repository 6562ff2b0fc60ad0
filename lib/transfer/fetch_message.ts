import type { DigestAlgorithm } from "../content/digest.ts";
import type { PieceDigest, Written } from "../content/piece_digest.ts";
import type { ByteRange } from "../byte_range.ts";
import type { ContentRequest } from "../http/client/content_request.ts";
import type { Exchange } from "../http/client/exchange.ts";
import type { FileIdentity } from "../storage/own_file.ts";
import type { PartFileError } from "../storage/part_writer.ts";
import type { Loss } from "../sources/lost_error.ts";
import type { Block } from "../plan/plan_event.ts";
import type { RateShare } from "./download_rate.ts";

/** Where the content goes. */
export type FetchPlace =
  | {
    /** Path of the part file, which exists. */
    readonly path: string;
    /** Which file it has to be. */
    readonly file: FileIdentity;
  }
  /** The memory of a window that moves over the file: a whole number of pieces long. */
  | { readonly window: SharedArrayBuffer };

/** Everything an engine is told: where the file is, what to fetch, what to read back. */
export type FetchOrder =
  /** Comes first, and again when another part file has taken the place of the first. */
  | { readonly type: "open" } & FetchPlace & {
    /** Bytes in the file. */
    readonly size: number;
    readonly pieceLength: number;
    /** How pieces are hashed as they pass; absent if they are not. */
    readonly hash?: DigestAlgorithm | undefined;
    /** How fast all sources together may be; absent where there is no limit. */
    readonly rate?: RateShare | undefined;
  }
  /** Blocks of this source will follow. */
  | {
    readonly type: "connect";
    readonly source: number;
    /** How it is asked, each time with the `Range` of a block. */
    readonly request: ContentRequest;
  }
  | { readonly type: "fetch"; readonly source: number; readonly block: Block }
  | {
    readonly type: "trim";
    readonly source: number;
    readonly block: number;
    readonly end: number;
  }
  /** Close the source's connection and forget its blocks; answered by `lost`. */
  | { readonly type: "drop"; readonly source: number; readonly reason: string }
  /** Hash a piece that lies in the part file; answered by `digested`. */
  | {
    readonly type: "digest";
    readonly piece: number;
    readonly range: ByteRange;
    /** Whether to spare the work where there is nothing but zeros, as where nothing was written. */
    readonly skipEmpty: boolean;
  }
  /** Drop everything; answered by `closed`. */
  | { readonly type: "close" };

/** Everything an engine tells. What it says of one source comes in the order in which it happened. */
export type FetchReport =
  /** These bytes are in the file; the pieces that were hashed on the way, if any ended here. */
  | {
    readonly type: "delivered";
    readonly source: number;
    readonly range: ByteRange;
    readonly pieces: readonly PieceDigest[];
  }
  /** These bytes have come and were hashed, not written: another source's copy of them is kept. */
  | {
    readonly type: "hashed";
    readonly source: number;
    readonly range: ByteRange;
    readonly pieces: readonly PieceDigest[];
  }
  /** A sign of life of a worker, every {@linkcode SIGN_OF_LIFE_MS}. */
  | { readonly type: "alive" }
  /** Bytes come from it that are not wanted: the source sends the whole file, from its start. */
  | { readonly type: "skipped"; readonly source: number }
  /** What the source has sent is left waiting, as the download may be no faster. */
  | { readonly type: "held"; readonly source: number }
  /** The answer to `trim`; `end` is past every block if the block was over already. */
  | {
    readonly type: "trimmed";
    readonly source: number;
    readonly block: number;
    readonly end: number;
  }
  /** The engine is busy with others, and does not ask the source for its blocks until `admitted`. */
  | { readonly type: "deferred"; readonly source: number }
  | { readonly type: "admitted"; readonly source: number }
  /** Something was asked for or answered, of which a trace was opened in another thread. */
  | { readonly type: "exchange"; readonly trace: number; readonly exchange: Exchange }
  /** The source cannot go on; nothing more comes of it until it is connected again. */
  | {
    readonly type: "lost";
    readonly source: number;
    /** In words, without the server's name. */
    readonly reason: string;
    /** Whether trying again is useless: the server does not serve what is asked for. */
    readonly final: boolean;
    readonly loss: Loss;
  }
  | {
    readonly type: "digested";
    readonly piece: number;
    /** Null for a piece that was skipped. */
    readonly digest: string | null;
    /** Null unless zeros were looked for. */
    readonly written: Written | null;
  }
  /** Something went wrong that is no fault of a source, nor of the disk. */
  | { readonly type: "defect"; readonly error: unknown }
  /** The part file cannot be written or read. */
  | {
    readonly type: "disk";
    readonly reason: string;
    /** What the system said. */
    readonly cause?: unknown;
  }
  | { readonly type: "closed" };

/** What an engine says of a part file that cannot be used. */
export function diskReport({ message: reason, cause }: PartFileError): FetchReport {
  return { type: "disk", reason, cause };
}
