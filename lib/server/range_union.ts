import { byteLength, type ByteRange } from "../byte_range.ts";

/** Ranges kept at most; a client that takes more separate ones than that is not downloading a file. */
const MAX_RANGES = 65_536;

/** The bytes that some ranges cover together. */
export class RangeUnion {
  /** In order, none touching the next. */
  #ranges: ByteRange[] = [];

  /** Adds a range; an empty one changes nothing. */
  add(range: ByteRange): void {
    if (range.start >= range.end) return;
    const from = this.#firstEndingAtOrAfter(range.start);
    let to = from;
    let { start, end } = range;
    for (let next = this.#ranges[to]; next !== undefined && next.start <= range.end;) {
      start = Math.min(start, next.start);
      end = Math.max(end, next.end);
      next = this.#ranges[++to];
    }
    if (from === to && this.#ranges.length === MAX_RANGES) return;
    this.#ranges.splice(from, to - from, { start, end });
  }

  /** How many bytes are covered. */
  get bytes(): number {
    return byteLength(this.#ranges);
  }

  /** Whether every byte from 0 to `size` is covered. */
  coversAll(size: number): boolean {
    const [first] = this.#ranges;
    return size === 0 || first !== undefined && first.start === 0 && first.end >= size;
  }

  #firstEndingAtOrAfter(position: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle] as ByteRange).end < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
