import type { Work } from "../byte_range.ts";

/**
 * What one source still has to fetch and has not been asked for: ranges in the order in which they
 * will be. Blocks leave at the front, work that moves to another source leaves at the back.
 */
export class RangeQueue {
  readonly #ranges: Work[] = [];
  #bytes = 0;

  /** Bytes in all ranges together. */
  get bytes(): number {
    return this.#bytes;
  }

  /** All ranges, front to back. */
  get ranges(): readonly Work[] {
    return this.#ranges;
  }

  /** The range at the front; undefined when the queue is empty. */
  get first(): Work | undefined {
    return this.#ranges[0];
  }

  /** Puts a range behind the others, growing the last one where they touch. */
  push(range: Work): void {
    if (range.end <= range.start) return;
    this.#bytes += range.end - range.start;
    const last = this.#ranges.at(-1);
    if (last?.end === range.start && last.notFrom === range.notFrom) {
      this.#ranges[this.#ranges.length - 1] = { ...last, end: range.end };
    } else this.#ranges.push(range);
  }

  /** Puts a range in front of the others, growing the first one where they touch. */
  unshift(range: Work): void {
    if (range.end <= range.start) return;
    this.#bytes += range.end - range.start;
    const first = this.#ranges[0];
    if (first?.start === range.end && first.notFrom === range.notFrom) {
      this.#ranges[0] = { ...first, start: range.start };
    } else this.#ranges.unshift(range);
  }

  /**
   * Takes the first range up to `end`, a position inside it or its end.
   *
   * @throws {RangeError} If there is no such position.
   */
  takeFront(end: number): Work {
    const first = this.#ranges[0];
    if (!first || end <= first.start || end > first.end) {
      throw new RangeError(`Cannot take up to ${end}: the first range does not reach it`);
    }
    if (end === first.end) this.#ranges.shift();
    else this.#ranges[0] = { ...first, start: end };
    this.#bytes -= end - first.start;
    return { ...first, end };
  }

  /**
   * Takes about `bytes` from the back.
   *
   * @param bytes How much is wanted.
   * @param taker For whom; work that is not to come from it stays, and what is in front of that.
   * @param cutOf Where a range is cut of which so many bytes are wanted; its end if none can be taken.
   * @returns What was taken, in the order in which it stood; nothing when no cut fits.
   */
  takeBack(
    bytes: number,
    taker: number,
    cutOf: (range: Work, wanted: number) => number,
  ): Work[] {
    const taken: Work[] = [];
    let wanted = bytes;
    while (wanted > 0) {
      const last = this.#ranges.at(-1);
      if (!last || last.notFrom === taker) break;
      const cut = Math.max(cutOf(last, wanted), last.start);
      if (cut >= last.end) break;
      if (cut === last.start) this.#ranges.pop();
      else this.#ranges[this.#ranges.length - 1] = { ...last, end: cut };
      taken.unshift({ ...last, start: cut });
      this.#bytes -= last.end - cut;
      wanted -= last.end - cut;
    }
    return taken;
  }

  /** Takes everything. */
  takeAll(): Work[] {
    this.#bytes = 0;
    return this.#ranges.splice(0);
  }
}
