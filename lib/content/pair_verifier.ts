import type { ByteRange } from "../byte_range.ts";
import type { PieceDigest, PieceReader } from "./piece_digest.ts";
import type { PieceStore } from "./piece_store.ts";
import { Versions, type VersionsVerdict } from "./versions.ts";

/** Gets told what comes of comparing copies. */
export interface PairObserver {
  /** All copies of a piece differ, which these sources sent: another one has to be fetched and kept. */
  disputed(piece: number, sources: readonly number[]): void;
  /** A source sent another copy of a piece than two that are equal; `sources` are those of this run. */
  outvoted(piece: number, source: number, sources: readonly number[]): void;
  /** A piece was confirmed: it may have been the last. */
  progressed(): void;
  /** The download cannot go on. */
  failed(error: unknown): void;
}

/** Guarantees that every piece marked right came from two sources, and was the same from both. */
export class PairVerifier {
  readonly #pieces: PieceStore;
  readonly #reader: PieceReader;
  readonly #observer: PairObserver;
  readonly #versions = new Versions();

  constructor(pieces: PieceStore, reader: PieceReader, observer: PairObserver) {
    this.#pieces = pieces;
    this.#reader = reader;
    this.#observer = observer;
  }

  /** Whether the whole file is there, each piece confirmed by a second copy. */
  get isComplete(): boolean {
    return this.#pieces.countOf("right") === this.#pieces.count;
  }

  /** Who sent copies of a piece that all differ; empty if there are no two yet. */
  disputantsOf(piece: number): number[] {
    return this.#versions.disputantsOf(piece);
  }

  /** Reads back what an earlier run left of which it had one copy. */
  checkKept(): void {
    this.#readKept().catch((error) => this.#observer.failed(error));
  }

  /**
   * Takes note of a copy that is kept, as far as it has come.
   *
   * @param digests Of the pieces that end in the range; each has come whole from this source.
   * @returns How many pieces that was.
   */
  deliver(source: number, range: ByteRange, digests: readonly PieceDigest[]): number {
    this.#pieces.deliver(source, range);
    return this.compare(source, digests);
  }

  /** Takes note of copies that were only hashed; returns how many pieces that was. */
  compare(source: number, digests: readonly PieceDigest[]): number {
    for (const { piece, digest } of digests) this.#add(piece, source, digest);
    return digests.length;
  }

  /** Forgets what a source has begun of a piece: nobody else can go on with it. */
  abandon({ start }: ByteRange): void {
    this.#pieces.discard(Math.floor(start / this.#pieces.pieceLength));
  }

  async #readKept(): Promise<void> {
    for (const piece of this.#pieces.in("unverified")) {
      const version = this.#pieces.versionOf(piece);
      const found = await this.#reader.read(piece, this.#pieces.rangeOf(piece), false)
        .catch(() => undefined);
      // The engines have told why, or are closed.
      if (!found) return;
      if (this.#pieces.versionOf(piece) !== version) continue;
      this.#add(piece, undefined, found.digest ?? "");
      this.#observer.progressed();
    }
  }

  #add(piece: number, source: number | undefined, digest: string): void {
    this.#tell(piece, this.#versions.add(piece, source, digest));
  }

  /** Whoever decides a dispute has sent the copy that is kept: that is the right one then. */
  #tell(piece: number, verdict: VersionsVerdict): void {
    switch (verdict.type) {
      case "alone":
        return;
      case "disputed":
        this.#pieces.discard(piece);
        return this.#observer.disputed(piece, verdict.sources);
      case "confirmed":
        this.#pieces.accept(piece);
        for (const other of verdict.others) this.#observer.outvoted(piece, other, verdict.sources);
    }
  }
}
