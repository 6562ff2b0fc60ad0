import type { ByteRange, Work } from "../byte_range.ts";
import {
  BLOCK_FRACTION,
  BLOCK_SECONDS,
  GRAIN_LENGTH,
  MAX_BLOCK_LENGTH,
  MIN_BLOCK_SECONDS,
} from "./limits.ts";
import type { SourceWork } from "./source_work.ts";

/** Boundaries in a share, at least: rounding to one changes the share by little. */
const BOUNDARIES_PER_SHARE = 8;

/**
 * Where the next block of a source ends: long enough to make requests rare, short enough to leave work
 * that can move to another source; between pieces where possible.
 *
 * @param source The source that will be asked.
 * @param range Where the block starts, and how far it may go.
 * @param pieceLength Bytes; a power of two.
 */
export function blockEnd(source: SourceWork, range: ByteRange, pieceLength: number): number {
  const length = blockLength(source);
  const end = range.start + length;
  if (source.onParole) {
    const { head, core } = wholePieces(range, pieceLength);
    if (head) return head.end;
    if (core) {
      return Math.min(Math.max(core.start + pieceLength, floor(end, pieceLength)), core.end);
    }
    return range.end;
  }
  if (end + GRAIN_LENGTH >= range.end) return range.end;
  const onPiece = Math.floor(end / pieceLength) * pieceLength;
  if (onPiece - range.start >= length / 2) return onPiece;
  return Math.ceil(end / GRAIN_LENGTH) * GRAIN_LENGTH;
}

/**
 * Where a range is cut of which about `wanted` bytes are taken from the back; nothing is left of one
 * that is wanted whole.
 *
 * @param share Bytes in the share that the cut makes.
 * @param pieceLength Bytes; a power of two.
 */
export function backCut(
  range: ByteRange,
  wanted: number,
  share: number,
  pieceLength: number,
): number {
  const ideal = range.end - wanted;
  if (ideal <= range.start) return range.start;
  return Math.max(nearestBoundary(ideal, share, pieceLength), range.start);
}

/** A range cut where its whole pieces begin and end. */
export interface WholePieces {
  /** The rest of a piece in front of them. */
  readonly head?: Work;
  readonly core?: Work;
  /** The beginning of a piece behind them. */
  readonly tail?: Work;
}

/**
 * Cuts a range where its whole pieces begin and end.
 *
 * @param pieceLength Bytes; a power of two.
 * @param size Where the last piece ends, which may be shorter.
 */
export function wholePieces(range: Work, pieceLength: number, size = range.end): WholePieces {
  const { start, end } = range;
  const first = Math.min(Math.ceil(start / pieceLength) * pieceLength, end);
  const last = end === size ? end : floor(end, pieceLength);
  if (first > last) return { head: range };
  return {
    ...(start < first && { head: { ...range, end: first } }),
    ...(first < last && { core: { ...range, start: first, end: last } }),
    ...(last < end && { tail: { ...range, start: last } }),
  };
}

function floor(position: number, pieceLength: number): number {
  return Math.floor(position / pieceLength) * pieceLength;
}

function blockLength(source: SourceWork): number {
  const { knownRate: rate, firstLength, meter: { bytesPerSecond } } = source;
  const least = bytesPerSecond === undefined ? firstLength : GRAIN_LENGTH;
  const share = Math.min(rate * BLOCK_SECONDS, source.remaining * BLOCK_FRACTION);
  return Math.min(Math.max(share, rate * MIN_BLOCK_SECONDS, least), MAX_BLOCK_LENGTH);
}

/**
 * The best cut near `position`: between pieces, so that a wrong piece has one sender, or, where that
 * would change the share too much, at a multiple of a smaller power of two.
 *
 * @param position The ideal cut.
 * @param share Bytes in the share that the cut makes.
 * @param pieceLength Bytes; a power of two.
 */
export function nearestBoundary(position: number, share: number, pieceLength: number): number {
  let boundary = pieceLength;
  while (boundary > 1 && boundary * BOUNDARIES_PER_SHARE > share) {
    boundary = Math.ceil(boundary / 2);
  }
  return Math.round(position / boundary) * boundary;
}
