import { MAX_OFFENCES, MAX_WRONG_PIECES } from "../content/limits.ts";
import type { PieceStore, WrongPiece } from "../content/piece_store.ts";
import type { Source } from "../sources/source.ts";
import type { Sources } from "../sources/sources.ts";
import type { DownloadEvent } from "./download_event.ts";

/** Says whose a wrong piece was, and gives a source up that sent, or spoilt, too many. */
export class Blame {
  readonly #sources: Sources;
  readonly #pieces: Pick<PieceStore, "offencesOf">;
  readonly #onEvent: (event: DownloadEvent) => void;
  /** Pieces that an earlier run left, or began, and that were wrong. */
  #wrongOnDisk = 0;

  constructor(
    sources: Sources,
    pieces: Pick<PieceStore, "offencesOf">,
    onEvent: (event: DownloadEvent) => void,
  ) {
    this.#sources = sources;
    this.#pieces = pieces;
    this.#onEvent = onEvent;
  }

  /** A piece is wrong and will be fetched again. */
  charge({ piece, culprit, senders }: WrongPiece): void {
    const labels = senders.flatMap((index) => this.#sources.at(index)?.label ?? []);
    if (culprit === undefined && senders.length < 2) this.#tellOfDisk(piece);
    else this.#tell(`Piece ${piece} from ${labels.join(" and ")} is wrong: fetching it again`);
    const source = culprit === undefined ? undefined : this.#sources.at(culprit);
    if (source) this.#count(source);
    for (const sender of senders) this.doubt(sender);
  }

  /** A source has given cause for doubt, though nothing wrong was its alone. */
  doubt(index: number): void {
    if (this.#pieces.offencesOf(index) < MAX_OFFENCES) return;
    const why = "it had part in several wrong pieces, and has sent no right one since";
    const source = this.#sources.at(index);
    if (source) giveUp(source, why);
  }

  /** Of a file of other content every piece is wrong: there is no need to name them all. */
  #tellOfDisk(piece: number): void {
    this.#wrongOnDisk += 1;
    if (this.#wrongOnDisk === 1) this.#tell(`Piece ${piece} on disk is wrong: fetching it again`);
    if (this.#wrongOnDisk === 2) this.#tell("More pieces on disk are wrong: fetching them again");
  }

  #tell(message: string): void {
    this.#onEvent({ type: "notice", message });
  }

  #count(source: Source): void {
    source.figures.wrongPieces += 1;
    const { wrongPieces } = source.figures;
    if (isHashing(source)) giveUp(source, "a piece of it is wrong");
    else if (wrongPieces >= MAX_WRONG_PIECES) giveUp(source, `it sent ${wrongPieces} wrong pieces`);
  }
}

/** Whether it is yet to tell its digests. */
function isHashing({ publishesDigests, copy }: Source): boolean {
  return publishesDigests && !copy?.digest;
}

/**
 * A source that is yet to tell its digests may turn out to have another file, and most others the same:
 * it is set aside, and its vote is not lost.
 */
function giveUp(source: Source, reason: string): void {
  if (isHashing(source)) source.differ(`${reason}, and has not told its digests yet`);
  else source.blame(reason);
}
