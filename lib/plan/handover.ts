import type { ByteRange } from "./byte_range.ts";
import { GRAIN_LENGTH, HANDOVER_SECONDS, MAX_SHARE_CHANGE } from "./limits.ts";

/**
 * How much of a source's work another one, which has none, should take for both to end together.
 *
 * @param remaining Bytes that the one has left.
 * @param ownRate Its bytes per second, more than 0.
 * @param otherRate The other one's.
 * @param minGain Seconds that the end must come nearer for the move to be worth it.
 * @returns Bytes; 0 when it is not worth it.
 */
export function shareToMove(
  remaining: number,
  ownRate: number,
  otherRate: number,
  minGain: number,
): number {
  const even = (remaining - HANDOVER_SECONDS * ownRate) * otherRate / (ownRate + otherRate);
  // What the other one would fetch in no time is not worth leaving behind.
  const rest = (remaining - even) / otherRate < HANDOVER_SECONDS ? 0 : remaining - even;
  const share = Math.min(remaining, Math.max(remaining - rest, GRAIN_LENGTH));
  const before = remaining / ownRate;
  const after = Math.max((remaining - share) / ownRate, HANDOVER_SECONDS + share / otherRate);
  return before - after < minGain ? 0 : share;
}

/**
 * Where to cut a range, near `position`: between pieces, as whole pieces can be blamed on one source,
 * or else at a round number, as long as that changes the share but little.
 *
 * @param position Where the cut would be best.
 * @param range What is cut.
 * @param share Bytes that change hands.
 * @param pieceLength Bytes; a power of two.
 */
export function cutNear(
  position: number,
  range: ByteRange,
  share: number,
  pieceLength: number,
): number {
  const onPiece = nearest(position, pieceLength);
  const onGrain = nearest(position, GRAIN_LENGTH);
  const most = share * MAX_SHARE_CHANGE;
  const cut = Math.abs(onPiece - position) <= most
    ? onPiece
    : Math.abs(onGrain - position) <= most
    ? onGrain
    : Math.round(position);
  return Math.min(Math.max(cut, range.start), range.end);
}

function nearest(position: number, boundary: number): number {
  return Math.round(position / boundary) * boundary;
}
