import type { ByteRange } from "../byte_range.ts";
import { MultiportError } from "../multiport_error.ts";
import { MAX_PIECE_REJECTIONS } from "./limits.ts";
import type { PieceDigests } from "./manifest.ts";
import type { PieceDigest, PieceReader } from "./piece_digest.ts";
import type { IncompletePiece, PieceStore, PieceVerdict, WrongPiece } from "./piece_store.ts";

/** Gets told what a verifier finds. */
export interface VerifierObserver {
  /** The piece has to be fetched again. */
  wrong(piece: WrongPiece): void;
  /** The gaps of the piece have to be fetched, and then it is compared again. */
  incomplete(piece: IncompletePiece): void;
  /** A source that was on parole has sent a whole piece that is right. */
  cleared(source: number): void;
  /** Something was found right: it may have been the last. */
  progressed(): void;
  /** The download cannot go on. */
  failed(error: unknown): void;
}

/** What a verifier works with. */
export interface VerifierOptions {
  readonly pieces: PieceStore;
  readonly reader: PieceReader;
  /** Whether pieces are compared with a manifest; else they are right as soon as they are there. */
  readonly verify: boolean;
  /** Where nothing is compared: whether what comes may yet turn out to be of another copy. */
  readonly isOnTrial?: () => boolean;
}

/** Guarantees that every piece marked right matched its digest. */
export class PieceVerifier {
  readonly #pieces: PieceStore;
  readonly #reader: PieceReader;
  readonly #verify: boolean;
  readonly #isOnTrial: () => boolean;
  readonly #observer: VerifierObserver;
  /** Pieces that are being read back. */
  readonly #reading = new Set<number>();

  constructor(
    { pieces, reader, verify, isOnTrial = () => false }: VerifierOptions,
    observer: VerifierObserver,
  ) {
    this.#pieces = pieces;
    this.#reader = reader;
    this.#verify = verify;
    this.#isOnTrial = isOnTrial;
    this.#observer = observer;
  }

  /** Whether the whole file is there, and as right as can be told. */
  get isComplete(): boolean {
    if (this.#verify) return this.#pieces.isRight;
    return this.#pieces.isWhole && this.#pieces.countOf("unverified") === 0;
  }

  /** Whether anything is left that a manifest is needed for. */
  get needsManifest(): boolean {
    return this.#verify && this.#pieces.manifest === undefined;
  }

  /** Reads back what an earlier run left, one piece after the other, so that what arrives is not held up. */
  checkKept(): void {
    if (this.#verify) this.#start(this.#readKept());
  }

  /**
   * Takes note of what a source delivered, and compares the pieces that are whole by it.
   *
   * @param digests Of pieces that end in the range and passed whole.
   * @returns How many pieces that was.
   */
  deliver(source: number, range: ByteRange, digests: readonly PieceDigest[]): number {
    const whole = this.#pieces.deliver(source, range);
    if (!this.#verify) {
      if (!this.#isOnTrial()) { for (const piece of whole) this.#pieces.accept(piece); }
      return whole.length;
    }
    const hashed = new Map(digests.map(({ piece, digest }) => [piece, digest]));
    for (const piece of whole) {
      const digest = hashed.get(piece);
      if (digest === undefined) this.#start(this.#readBack(piece));
      else this.#compare(piece, digest);
    }
    return whole.length;
  }

  /** The trial is over: what has come by now is right, where nothing is compared. */
  acquit(): void {
    if (this.#verify) return;
    for (const piece of this.#pieces.in("unverified")) this.#pieces.accept(piece);
  }

  /** Compares what arrived, or was there already, with the manifest. */
  settle(manifest: PieceDigests): void {
    for (const verdict of this.#pieces.settle(manifest)) this.#tell(verdict);
  }

  async #readKept(): Promise<void> {
    for (const piece of this.#pieces.unread()) {
      if (!this.#reading.has(piece) && !await this.#readBack(piece)) return;
    }
  }

  /**
   * Compares a piece that did not pass whole: several sources delivered it, or an earlier run did.
   *
   * @returns Whether that was possible; if not, the engines have told why, or are closed.
   */
  async #readBack(piece: number): Promise<boolean> {
    const pieces = this.#pieces;
    const version = pieces.versionOf(piece);
    this.#reading.add(piece);
    const found = await this.#reader.read(piece, pieces.rangeOf(piece), false)
      .catch(() => undefined)
      .finally(() => this.#reading.delete(piece));
    if (!found) return false;
    // What was read may have been forgotten meanwhile, or even been replaced.
    if (pieces.versionOf(piece) === version) this.#compare(piece, found.digest ?? "");
    else if (pieces.isUnread(piece)) return await this.#readBack(piece);
    this.#observer.progressed();
    return true;
  }

  #compare(piece: number, digest: string): void {
    this.#tell(this.#pieces.compare(piece, digest));
  }

  #tell(verdict: PieceVerdict): void {
    if (verdict.type === "wrong") this.#reject(verdict);
    if (verdict.type === "incomplete") this.#observer.incomplete(verdict);
    if (verdict.type === "right" && verdict.cleared !== undefined) {
      this.#observer.cleared(verdict.cleared);
    }
  }

  /** A culprit is dropped sooner or later; where there is none, the number of versions is bounded. */
  #reject(wrong: WrongPiece): void {
    if (wrong.culprit === undefined && wrong.rejections > MAX_PIECE_REJECTIONS) {
      const why = `piece ${wrong.piece} is wrong however it is put together`;
      throw new MultiportError("content", `Cannot download: ${why}`);
    }
    this.#observer.wrong(wrong);
  }

  #start(work: Promise<unknown>): void {
    work.catch((error) => this.#observer.failed(error));
  }
}
