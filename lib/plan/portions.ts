import { nearestBoundary } from "./boundary.ts";
import { byteLength, type Work } from "../byte_range.ts";

/**
 * Divides ranges into `count` portions of equal length, each of them contiguous as far as the ranges
 * are, cut between pieces as far as that keeps them equal.
 *
 * @param ranges What is to be divided: in order, not overlapping.
 * @param count How many portions; 1 or more.
 * @param pieceLength Bytes; a power of two.
 * @returns `count` lists of ranges, in order; some empty when there are fewer bytes than portions.
 *
 * @example
 * ```ts
 * portions([{ start: 0, end: 400 }], 2, 8); // [[{ start: 0, end: 200 }], [{ start: 200, end: 400 }]]
 * ```
 */
export function portions(ranges: readonly Work[], count: number, pieceLength: number): Work[][] {
  const total = byteLength(ranges);
  const shares: Work[][] = Array.from({ length: count }, () => []);
  const endOf = (share: number) => Math.round(total * (share + 1) / count);
  let before = 0;
  let share = 0;
  for (const range of ranges) {
    let start = range.start;
    while (start < range.end) {
      const wanted = range.start + endOf(share) - before;
      const cut = wanted >= range.end
        ? range.end
        : nearestBoundary(wanted, total / count, pieceLength);
      const end = Math.min(Math.max(cut, start), range.end);
      if (end > start) shares[share]?.push({ ...range, start, end });
      start = end;
      if (start < range.end) share += 1;
    }
    before += range.end - range.start;
  }
  return shares;
}
