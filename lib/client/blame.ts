import { MAX_OFFENCES, MAX_WRONG_PIECES } from "../content/limits.ts";
import type { PieceStore, WrongPiece } from "../content/piece_store.ts";
import type { Source } from "../sources/source.ts";
import type { Sources } from "../sources/sources.ts";
import type { ClientEvent } from "./client_event.ts";

/** Says whose a wrong piece was, and gives a source up that sent, or spoilt, too many. */
export class Blame {
  readonly #sources: Sources;
  readonly #pieces: Pick<PieceStore, "offencesOf">;
  readonly #onEvent: (event: ClientEvent) => void;

  constructor(
    sources: Sources,
    pieces: Pick<PieceStore, "offencesOf">,
    onEvent: (event: ClientEvent) => void,
  ) {
    this.#sources = sources;
    this.#pieces = pieces;
    this.#onEvent = onEvent;
  }

  /** A piece is wrong and will be fetched again. */
  charge({ piece, culprit, senders }: WrongPiece): void {
    const isFromServers = culprit !== undefined || senders.length > 1;
    const labels = senders.flatMap((index) => this.#sources.at(index)?.label ?? []);
    const whose = isFromServers ? `from ${labels.join(" and ")}` : "on disk";
    const message = `Piece ${piece} ${whose} is wrong: fetching it again`;
    this.#onEvent({ type: "notice", message });
    const source = culprit === undefined ? undefined : this.#sources.at(culprit);
    if (source) this.#count(source);
    for (const sender of senders) this.doubt(sender);
  }

  /** A source has given cause for doubt, though nothing wrong was its alone. */
  doubt(index: number): void {
    if (this.#pieces.offencesOf(index) < MAX_OFFENCES) return;
    const why = "it had part in wrong pieces, and has sent no right one since";
    this.#sources.at(index)?.blame(why);
  }

  #count(source: Source): void {
    source.figures.wrongPieces += 1;
    const { wrongPieces } = source.figures;
    if (wrongPieces >= MAX_WRONG_PIECES) source.blame(`it sent ${wrongPieces} wrong pieces`);
  }
}
