/**
 * The pieces of another length that lie in pieces of a set.
 *
 * @param size Bytes in the file.
 * @param from Bytes in the pieces of the set.
 * @param to Bytes in the others.
 */
export function recut(
  set: PieceSet,
  { size, from, to }: { readonly size: number; readonly from: number; readonly to: number },
): PieceSet {
  const others = new PieceSet(Math.ceil(size / to));
  if (from === to) return set;
  for (let piece = 0; piece < others.count; piece += 1) {
    const [first, end] = [piece * to, Math.min((piece + 1) * to, size)];
    let at = Math.floor(first / from);
    while (at * from < end && set.has(at)) at += 1;
    if (at * from >= end) others.add(piece);
  }
  return others;
}

/**
 * A set of piece numbers, one bit each.
 *
 * @example
 * ```ts
 * const set = new PieceSet(10);
 * set.add(3);
 * set.has(3); // true
 * set.size; // 1
 * ```
 */
export class PieceSet implements Iterable<number> {
  readonly #bits: Uint8Array;
  #size = 0;

  /**
   * @param count Pieces in the file.
   * @param bits Which of them are in the set: one bit each, the lowest bit of a byte first; bits that
   * stand for no piece are left out.
   */
  constructor(readonly count: number, bits?: Uint8Array) {
    this.#bits = new Uint8Array(Math.ceil(count / 8));
    for (let piece = 0; bits && piece < count; piece += 1) {
      if (((bits[piece >> 3] ?? 0) >> (piece & 7)) & 1) this.add(piece);
    }
  }

  /** How many pieces are in the set. */
  get size(): number {
    return this.#size;
  }

  /** A copy of the bits, as the constructor takes them. */
  get bits(): Uint8Array {
    return this.#bits.slice();
  }

  has(piece: number): boolean {
    return (((this.#bits[piece >> 3] ?? 0) >> (piece & 7)) & 1) === 1;
  }

  add(piece: number): void {
    if (this.has(piece) || piece < 0 || piece >= this.count) return;
    this.#bits[piece >> 3] = (this.#bits[piece >> 3] ?? 0) | (1 << (piece & 7));
    this.#size += 1;
  }

  *[Symbol.iterator](): Generator<number> {
    for (let piece = 0; piece < this.count; piece += 1) if (this.has(piece)) yield piece;
  }
}
