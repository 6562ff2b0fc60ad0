import type { ByteRange } from "../byte_range.ts";

/** Who delivered a piece: one source, or several of which none can be blamed alone. */
export type PieceOrigin = number | "several" | "nobody";

const NOBODY = -1;
const SEVERAL = -2;

/**
 * How much of every piece has arrived, and from whom. Bytes are told once each, as the plan hands
 * each byte to one source only.
 *
 * @example
 * ```ts
 * const ledger = new PieceLedger(1500, 1000);
 * ledger.deliver(1, { start: 0, end: 1200 }); // [0]: the first piece is whole
 * ledger.originOf(0); // 1
 * ```
 */
export class PieceLedger {
  readonly #size: number;
  readonly #pieceLength: number;
  readonly #arrived: Float64Array;
  readonly #origins: Int32Array;
  #whole = 0;

  /**
   * @param size Bytes in the file.
   * @param pieceLength Bytes in every piece but the last.
   */
  constructor(size: number, pieceLength: number) {
    this.#size = size;
    this.#pieceLength = pieceLength;
    const count = Math.ceil(size / pieceLength);
    this.#arrived = new Float64Array(count);
    this.#origins = new Int32Array(count).fill(NOBODY);
  }

  /** How many pieces the file has. */
  get count(): number {
    return this.#arrived.length;
  }

  /** How many of them have arrived whole. */
  get whole(): number {
    return this.#whole;
  }

  /** Where a piece is in the file. */
  rangeOf(piece: number): ByteRange {
    const start = piece * this.#pieceLength;
    return { start, end: Math.min(start + this.#pieceLength, this.#size) };
  }

  /** Whether all bytes of a piece have arrived. */
  isWhole(piece: number): boolean {
    const { start, end } = this.rangeOf(piece);
    return this.#arrived[piece] === end - start;
  }

  /** Who delivered a piece. */
  originOf(piece: number): PieceOrigin {
    const origin = this.#origins[piece] ?? NOBODY;
    return origin === NOBODY ? "nobody" : origin === SEVERAL ? "several" : origin;
  }

  /**
   * Takes note of bytes that arrived.
   *
   * @param source Who delivered them, 0 or more; undefined for bytes kept from an earlier run.
   * @param range Which bytes; none of them was told before.
   * @returns The pieces that are whole since.
   */
  deliver(source: number | undefined, range: ByteRange): number[] {
    const completed: number[] = [];
    let at = range.start;
    while (at < range.end) {
      const piece = Math.floor(at / this.#pieceLength);
      const whole = this.rangeOf(piece);
      const end = Math.min(whole.end, range.end);
      this.#arrived[piece] = (this.#arrived[piece] ?? 0) + end - at;
      this.#credit(piece, source ?? SEVERAL);
      if (this.isWhole(piece)) completed.push(piece);
      at = end;
    }
    this.#whole += completed.length;
    return completed;
  }

  /** Forgets that a piece arrived: its bytes are wrong. */
  discard(piece: number): void {
    if (this.isWhole(piece)) this.#whole -= 1;
    this.#arrived[piece] = 0;
    this.#origins[piece] = NOBODY;
  }

  #credit(piece: number, source: number): void {
    const before = this.#origins[piece];
    this.#origins[piece] = before === NOBODY || before === source ? source : SEVERAL;
  }
}
