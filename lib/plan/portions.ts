import { byteLength, type Work } from "../byte_range.ts";
import { nearestBoundary } from "./cuts.ts";
import { MIN_SHARE_LENGTH } from "./limits.ts";
import type { SourceWork } from "./source_work.ts";

/**
 * Assigns work in equal portions, behind what each source already has. A source does not get back what
 * it delivered wrong if there is another one.
 *
 * @param ranges The work.
 * @param sources The recipients; one or more.
 * @param pieceLength Bytes; a power of two.
 * @param whole Whether no piece is cut.
 */
export function assign(
  ranges: readonly Work[],
  sources: readonly SourceWork[],
  pieceLength: number,
  whole = false,
): void {
  const most = Math.max(1, Math.floor(byteLength(ranges) / MIN_SHARE_LENGTH));
  const shares = portions(ranges, Math.min(sources.length, most), pieceLength, whole);
  shares.forEach((share, at) => {
    const source = sources[at];
    const other = sources[(at + 1) % sources.length];
    for (const range of share) {
      (range.notFrom === source?.id ? other : source)?.queue.push(range);
    }
  });
}

/**
 * Divides ranges into `count` portions of equal length, cut between pieces where that keeps them equal.
 *
 * @param ranges In order, not overlapping.
 * @param count How many portions; 1 or more.
 * @param pieceLength Bytes; a power of two.
 * @param whole Whether no piece is cut.
 * @returns `count` lists of ranges, in order; some empty when there are fewer bytes than portions.
 *
 * @example
 * ```ts
 * portions([{ start: 0, end: 400 }], 2, 8); // [[{ start: 0, end: 200 }], [{ start: 200, end: 400 }]]
 * ```
 */
export function portions(
  ranges: readonly Work[],
  count: number,
  pieceLength: number,
  whole = false,
): Work[][] {
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
        : whole
        ? Math.round(wanted / pieceLength) * pieceLength
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
