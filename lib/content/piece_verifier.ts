import { Failure } from "../failure.ts";
import type { Manifest } from "./manifest.ts";
import type { ByteRange } from "../byte_range.ts";
import type { PieceLedger } from "./piece_ledger.ts";
import type { PieceDigest } from "./piece_digest.ts";
import type { PieceReader } from "./piece_digest.ts";
import { MAX_PIECE_REJECTIONS } from "./limits.ts";
import { type Accusation, Suspects } from "./suspects.ts";
import type { Verification } from "./verification.ts";

/** A piece that is wrong and has to be fetched again. */
export interface WrongPiece extends Accusation {
  readonly piece: number;
  /** Who sent all of it. */
  readonly culprit: number | undefined;
}

/** Gets told what an inspection finds. */
export interface InspectionObserver {
  wrong(piece: WrongPiece): void;
  /** Something was found right: it may have been the last. */
  progressed(): void;
  /** The download cannot go on. */
  failed(error: unknown): void;
}

/** What an inspection works with. */
export interface InspectionParts {
  readonly ledger: PieceLedger;
  /** Bytes in every piece but the last. */
  readonly pieceLength: number;
  readonly verification: Verification;
  readonly pool: PieceReader;
  /** Whether pieces are compared with a manifest; else they are right as soon as they are there. */
  readonly verify: boolean;
}

/** Sees to it that every piece that is counted as right is. */
export class Inspection {
  readonly #parts: InspectionParts;
  readonly #observer: InspectionObserver;
  readonly #suspects = new Suspects();
  /** Pieces kept from an earlier run that are yet to be compared with the manifest. */
  readonly #unchecked = new Set<number>();
  /** By piece: how often it was wrong without anybody to blame. */
  readonly #rejections = new Map<number, number>();

  constructor(parts: InspectionParts, observer: InspectionObserver) {
    this.#parts = parts;
    this.#observer = observer;
  }

  /** Whether the whole file is there, and as right as can be told. */
  get isComplete(): boolean {
    const { verification, ledger, verify } = this.#parts;
    // An empty file has no piece to wait for, and a digest all the same.
    const isComparable = !verify || verification.manifest !== undefined;
    return isComparable && this.#unchecked.size === 0 && verification.right.size === ledger.count;
  }

  /** Whether anything is left that a manifest is needed for. */
  get needsManifest(): boolean {
    return this.#parts.verify && this.#parts.verification.manifest === undefined;
  }

  /** Counts on pieces of an earlier run, and compares them as soon as there is a manifest. */
  keep(pieces: Iterable<number>): void {
    for (const piece of pieces) this.#unchecked.add(piece);
    if (this.#parts.verification.manifest) this.#start(this.#checkKept());
  }

  /**
   * Takes note of what a source delivered, and compares the pieces that are whole by it.
   *
   * @param digests Of pieces that end in the range and passed whole.
   * @returns How many pieces that was.
   */
  deliver(source: number, range: ByteRange, digests: readonly PieceDigest[]): number {
    const { ledger, pieceLength, verification, verify } = this.#parts;
    const whole = ledger.deliver(source, range);
    if (!verify) {
      for (const piece of whole) verification.right.add(piece);
      return whole.length;
    }
    const first = Math.floor(range.start / pieceLength);
    for (let piece = first; piece * pieceLength < range.end; piece += 1) {
      this.#suspects.sent(source, piece);
    }
    const hashed = new Map(digests.map(({ piece, sha256 }) => [piece, sha256]));
    for (const piece of whole) {
      const sha256 = hashed.get(piece);
      if (sha256 === undefined) this.#start(this.#readBack(piece));
      else this.#check(piece, sha256);
    }
    return whole.length;
  }

  /** Compares what arrived, or was there already, with the manifest. */
  settle(manifest: Manifest): void {
    const { verification } = this.#parts;
    for (const piece of verification.settle(manifest)) this.#reject(piece);
    for (const piece of verification.right) this.#suspects.acquit(piece);
    this.#start(this.#checkKept());
  }

  /** Reads kept pieces back, one after the other, so that what arrives is not held up. */
  async #checkKept(): Promise<void> {
    for (const piece of this.#unchecked) {
      if (!await this.#readBack(piece)) return;
    }
  }

  /**
   * Compares a piece that did not pass whole: several sources delivered it, or an earlier run did.
   *
   * @returns Whether that was possible; if not, the engines have told why, or are closed.
   */
  async #readBack(piece: number): Promise<boolean> {
    const { pool, ledger } = this.#parts;
    const found = await pool.read(piece, ledger.rangeOf(piece), false).catch(() => undefined);
    if (!found) return false;
    this.#unchecked.delete(piece);
    this.#check(piece, found.sha256 ?? "");
    this.#observer.progressed();
    return true;
  }

  #check(piece: number, sha256: string): void {
    switch (this.#parts.verification.check(piece, sha256)) {
      case "right":
        return this.#suspects.acquit(piece);
      case "wrong":
        return this.#reject(piece);
      case "pending":
        return;
    }
  }

  #reject(piece: number): void {
    const { ledger } = this.#parts;
    const origin = ledger.originOf(piece);
    const culprit = typeof origin === "number" ? origin : undefined;
    if (culprit === undefined) this.#countRejection(piece);
    ledger.discard(piece);
    this.#observer.wrong({ piece, culprit, ...this.#suspects.accuse(piece) });
  }

  /** A culprit is dropped sooner or later; where there is none, this is the bound. */
  #countRejection(piece: number): void {
    const times = (this.#rejections.get(piece) ?? 0) + 1;
    this.#rejections.set(piece, times);
    if (times <= MAX_PIECE_REJECTIONS) return;
    throw new Failure(
      "content",
      `Cannot download: piece ${piece} is wrong however it is put together`,
    );
  }

  #start(work: Promise<unknown>): void {
    work.catch((error) => this.#observer.failed(error));
  }
}
