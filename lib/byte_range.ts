/** Bytes `start` to `end` of a file, half-open: `end` is not part of it. Units: bytes. */
export interface ByteRange {
  readonly start: number;
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
