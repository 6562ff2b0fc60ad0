import type { ByteRange } from "./byte_range.ts";

/**
 * What one source still has to fetch and has not been asked for: ranges in the order in which they
 * will be. Blocks leave at the front, work that moves to another source leaves at the back.
 */
export class RangeQueue {
  readonly #ranges: ByteRange[] = [];
  #bytes = 0;

  /** Bytes in all ranges together. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The range at the front; undefined when the queue is empty. */
  get first(): ByteRange | undefined {
    return this.#ranges[0];
  }

  /** Puts a range behind the others, growing the last one where they touch. */
  push(range: ByteRange): void {
    if (range.end <= range.start) return;
    this.#bytes += range.end - range.start;
    const last = this.#ranges.at(-1);
    if (last?.end === range.start) {
      this.#ranges[this.#ranges.length - 1] = { start: last.start, end: range.end };
    } else this.#ranges.push(range);
  }

  /** Puts a range in front of the others. */
  unshift(range: ByteRange): void {
    if (range.end <= range.start) return;
    this.#bytes += range.end - range.start;
    this.#ranges.unshift(range);
  }

  /** Takes the first range up to `end`, a position inside it or its end. */
  takeFront(end: number): ByteRange {
    const first = this.#ranges[0];
    if (!first || end <= first.start || end > first.end) {
      throw new RangeError(`Cannot take up to ${end}: the first range does not reach it`);
    }
    if (end === first.end) this.#ranges.shift();
    else this.#ranges[0] = { start: end, end: first.end };
    this.#bytes -= end - first.start;
    return { start: first.start, end };
  }

  /**
   * Takes about `bytes` from the back.
   *
   * @param bytes How much is wanted.
   * @param align Chooses where a range is cut: gets the position wanted, answers one near it.
   * @returns What was taken, in file order as it stood in the queue; nothing when no cut fits.
   */
  takeBack(bytes: number, align: (position: number, range: ByteRange) => number): ByteRange[] {
    const taken: ByteRange[] = [];
    let wanted = bytes;
    while (wanted > 0) {
      const last = this.#ranges.at(-1);
      if (!last) break;
      const length = last.end - last.start;
      const cut = length <= wanted ? last.start : align(last.end - wanted, last);
      if (cut >= last.end) break;
      if (cut <= last.start) this.#ranges.pop();
      else this.#ranges[this.#ranges.length - 1] = { start: last.start, end: cut };
      const piece = { start: Math.max(cut, last.start), end: last.end };
      taken.unshift(piece);
      this.#bytes -= piece.end - piece.start;
      wanted -= piece.end - piece.start;
    }
    return taken;
  }

  /** Takes everything. */
  takeAll(): ByteRange[] {
    this.#bytes = 0;
    return this.#ranges.splice(0);
  }
}
