import type { ByteRange } from "../byte_range.ts";
import {
  BLOCK_FRACTION,
  BLOCK_SECONDS,
  FIRST_BLOCK_LENGTH,
  GRAIN_LENGTH,
  MAX_BLOCK_LENGTH,
  MIN_BLOCK_SECONDS,
} from "./limits.ts";
import type { SourceWork } from "./source_work.ts";

/**
 * Where the next block of a source ends: far enough to make requests rare, near enough that what is
 * behind it can still go to another source; between pieces where possible.
 *
 * @param source Who will be asked.
 * @param range Where the block starts, and what it cannot go beyond.
 * @param pieceLength Bytes; a power of two.
 */
export function blockEnd(source: SourceWork, range: ByteRange, pieceLength: number): number {
  const length = blockLength(source);
  const end = range.start + length;
  if (end + GRAIN_LENGTH >= range.end) return range.end;
  const onPiece = Math.floor(end / pieceLength) * pieceLength;
  if (onPiece - range.start >= length / 2) return onPiece;
  return Math.ceil(end / GRAIN_LENGTH) * GRAIN_LENGTH;
}

function blockLength(source: SourceWork): number {
  const { bytesPerSecond, leastBytesPerSecond } = source.meter;
  const rate = bytesPerSecond ?? leastBytesPerSecond;
  const least = bytesPerSecond === undefined ? FIRST_BLOCK_LENGTH : GRAIN_LENGTH;
  const share = Math.min(rate * BLOCK_SECONDS, source.remaining * BLOCK_FRACTION);
  return Math.min(Math.max(share, rate * MIN_BLOCK_SECONDS, least), MAX_BLOCK_LENGTH);
}
