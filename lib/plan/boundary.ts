/** How many boundaries lie in a share at least, so that keeping to them changes it but little. */
const BOUNDARIES_PER_SHARE = 8;

/**
 * Where to cut near `position`: between pieces, as whole pieces can be blamed on one source, or where
 * that would change the share too much, at a rounder number than `position`.
 *
 * @param position Where the cut would be best.
 * @param share Bytes that the cut gives to someone.
 * @param pieceLength Bytes; a power of two.
 */
export function nearestBoundary(position: number, share: number, pieceLength: number): number {
  let boundary = pieceLength;
  while (boundary > 1 && boundary * BOUNDARIES_PER_SHARE > share) boundary /= 2;
  return Math.round(position / boundary) * boundary;
}
