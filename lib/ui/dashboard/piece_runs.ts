import { PIECE, type PieceMap } from "../client/client_event.ts";

/**
 * What has changed between two states of the pieces, as runs.
 *
 * @param before Pieces that it does not have yet were missing.
 *
 * @returns `[first, length, what, first, length, what, …]`.
 *
 * @example
 * ```ts
 * changedRuns(Int16Array.of(0, 0, 0, 0), Int16Array.of(0, 2, 2, 1)); // [1, 2, 2, 3, 1, 1]
 * ```
 */
export function changedRuns(before: PieceMap, now: PieceMap): number[] {
  const runs: number[] = [];
  let at = 0;
  while (at < now.length) {
    const what = now[at] as number;
    const first = at;
    while (at < now.length && now[at] === what && (before[at] ?? PIECE.missing) !== what) at += 1;
    if (at > first) runs.push(first, at - first, what);
    else at += 1;
  }
  return runs;
}
