import type { DownloadEvent } from "../../client/download_event.ts";
import type { Exchange } from "../../client/download_event.ts";
import type { Offer } from "../../client/offer.ts";

export {
  PIECE,
  type PieceMap,
  type SourceFigures,
  type SourceState,
} from "../../client/download_event.ts";

/** Everything that is shown of a download; the lines of `mpclient --json` are these objects. */
export type ClientEvent =
  | Exclude<DownloadEvent, { type: "kept" | Exchange["type"] }>
  /** What would be downloaded, where that was all the question. */
  | Offer & { readonly type: "offer" };
