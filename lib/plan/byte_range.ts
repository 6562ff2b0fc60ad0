/** Bytes `start` to `end` of a file, half-open: `end` is not part of it. Units: bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}
