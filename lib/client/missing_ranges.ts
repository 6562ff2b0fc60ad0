import type { ByteRange } from "../byte_range.ts";

/**
 * What is left to fetch of a file when some ranges of it are there.
 *
 * @param size Bytes in the file.
 * @param there In any order, none of them empty; may touch and overlap.
 * @returns In order, not overlapping.
 *
 * @example
 * ```ts
 * missingRanges(100, [{ start: 20, end: 30 }]); // [{ start: 0, end: 20 }, { start: 30, end: 100 }]
 * ```
 */
export function missingRanges(size: number, there: readonly ByteRange[]): ByteRange[] {
  const missing: ByteRange[] = [];
  let at = 0;
  for (const { start, end } of [...there].sort((a, b) => a.start - b.start)) {
    if (start > at) missing.push({ start: at, end: start });
    at = Math.max(at, end);
  }
  if (at < size) missing.push({ start: at, end: size });
  return missing;
}
