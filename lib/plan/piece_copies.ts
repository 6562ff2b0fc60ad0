/** What becomes of a copy: it is kept, or only hashed to be compared with the one that is. */
export type CopyUse = "kept" | "hashed";

/** Who delivers a copy, 1 or more; or one of these. */
const WANTED = 0;
const NOT_WANTED = -1;

/**
 * Two copies of each piece, one to be kept and one to be hashed: which of them are wanted, and who
 * delivers them, or has. No source delivers two copies of a piece.
 */
export class PieceCopies {
  readonly #copies: Readonly<Record<CopyUse, Int16Array>>;
  /** By piece: who has delivered copies of it that are of no use any more. */
  readonly #earlier = new Map<number, readonly number[]>();

  /** @param count Pieces in the file. Of none of them is anything wanted yet. */
  constructor(readonly count: number) {
    const copies = () => new Int16Array(count).fill(NOT_WANTED);
    this.#copies = { kept: copies(), hashed: copies() };
  }

  /** Both copies of a piece are wanted. */
  want(piece: number): void {
    this.#copies.kept[piece] = this.#copies.hashed[piece] = WANTED;
  }

  /** An earlier run left the one to be kept; one of `sources` has sent it. */
  wantSecond(piece: number, sources: readonly number[]): void {
    this.#copies.hashed[piece] = WANTED;
    this.#earlier.set(piece, sources);
  }

  /** All copies of a piece differ: one more is wanted, and kept in place of the first. */
  wantAnother(piece: number): void {
    const { kept, hashed } = this.#copies;
    // A copy of an earlier run says nothing about the source that it was of: the disk may be at fault.
    const isOfEarlierRun = kept[piece] === NOT_WANTED;
    const earlier = isOfEarlierRun ? [] : this.#earlier.get(piece) ?? [];
    this.#earlier.set(piece, [...earlier, ...this.#present(piece)]);
    kept[piece] = WANTED;
    hashed[piece] = NOT_WANTED;
  }

  /** Whether a copy is wanted that nobody is about to deliver. */
  isWanted(piece: number): boolean {
    return this.#copies.kept[piece] === WANTED || this.#copies.hashed[piece] === WANTED;
  }

  /** Which copy of a piece a source can deliver: the one to be kept before the other. */
  wantedOf(piece: number, source: number): CopyUse | undefined {
    if (!this.isWanted(piece) || this.deliveredBy(piece).includes(source)) return undefined;
    return this.#copies.kept[piece] === WANTED ? "kept" : "hashed";
  }

  /** A source is about to deliver a copy. */
  give(piece: number, use: CopyUse, source: number): void {
    this.#copies[use][piece] = source;
  }

  /** It does not, after all; answers which copy that was. */
  takeBack(piece: number, source: number): CopyUse {
    const use = this.#copies.kept[piece] === source ? "kept" : "hashed";
    this.#copies[use][piece] = WANTED;
    return use;
  }

  /** Who has delivered a copy of a piece, or is about to. */
  deliveredBy(piece: number): number[] {
    return [...this.#earlier.get(piece) ?? [], ...this.#present(piece)];
  }

  #present(piece: number): number[] {
    const { kept, hashed } = this.#copies;
    return [kept[piece] ?? WANTED, hashed[piece] ?? WANTED].filter((source) => source > 0);
  }
}
