import type { ByteRange } from "../../lib/byte_range.ts";

/** Bytes of a file, each in or not; notices when one is put in or taken out twice. */
export class RangeSet {
  /** In order, neither overlapping nor touching. */
  readonly #ranges: ByteRange[] = [];

  /** Whether the set is exactly these ranges, given in order and not touching. */
  equals(ranges: readonly ByteRange[]): boolean {
    return ranges.length === this.#ranges.length &&
      ranges.every(({ start, end }, at) => {
        const own = this.#ranges[at];
        return own?.start === start && own.end === end;
      });
  }

  /** @throws {Error} If part of the range is in. */
  add(range: ByteRange): void {
    const place = this.#placeOf(range.start);
    const before = this.#ranges[place - 1];
    const after = this.#ranges[place];
    if ((before && before.end > range.start) || (after && after.start < range.end)) {
      throw new Error(`Bytes ${range.start} to ${range.end} are in already`);
    }
    const joinsBefore = before?.end === range.start;
    const joinsAfter = after?.start === range.end;
    this.#ranges.splice(
      joinsBefore ? place - 1 : place,
      (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0),
      {
        start: joinsBefore ? before.start : range.start,
        end: joinsAfter ? after.end : range.end,
      },
    );
  }

  /** @throws {Error} If part of the range is not in. */
  delete(range: ByteRange): void {
    if (range.end <= range.start) return;
    const place = this.#placeOf(range.start + 1) - 1;
    const whole = this.#ranges[place];
    if (!whole || whole.start > range.start || whole.end < range.end) {
      throw new Error(`Bytes ${range.start} to ${range.end} are not in`);
    }
    const rest = [
      { start: whole.start, end: range.start },
      { start: range.end, end: whole.end },
    ].filter(({ start, end }) => start < end);
    this.#ranges.splice(place, 1, ...rest);
  }

  /** The first place whose range starts at `position` or later. */
  #placeOf(position: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ranges[middle]?.start ?? Infinity) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
