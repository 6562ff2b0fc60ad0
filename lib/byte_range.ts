/**
 * Bytes `start` to `end` of a file, half-open: `end` is not part of it. Units: bytes.
 *
 * @example
 * ```ts
 * import type { ByteRange } from "@multiport/multiport";
 *
 * const lengthOf = ({ start, end }: ByteRange) => end - start;
 * console.log(lengthOf({ start: 0, end: 1024 })); // 1024
 * ```
 */
export interface ByteRange {
  /** The first byte. */
  readonly start: number;
  /** The byte behind the last one. */
  readonly end: number;
}

/** A range that is to be fetched. */
export interface Work extends ByteRange {
  /** The source that delivered these bytes wrong: they should come from another one. */
  readonly notFrom?: number;
}

/** How many bytes ranges have together. */
export function byteLength(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, range) => sum + range.end - range.start, 0);
}
