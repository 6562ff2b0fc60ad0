/**
 * What each piece of a file is: the source that delivered it, 1 or more, or one of {@linkcode PIECE}.
 *
 * @example
 * ```ts
 * import { PIECE, type PieceMap } from "@multiport/multiport";
 *
 * const missing = (pieces: PieceMap) => pieces.filter((piece) => piece === PIECE.missing).length;
 * console.log(missing(new Int16Array([1, 2, 0, 1]))); // 1: two are Server1's, and one is Server2's
 * ```
 */
export type PieceMap = Int16Array;

/**
 * What a piece is that no source of this run has delivered.
 *
 * @example
 * ```ts
 * import { download, PIECE } from "@multiport/multiport";
 *
 * const run = download({ servers: ["127.0.0.1:60000"], output: "film.mp4" });
 * for await (const event of run.events) {
 *   if (event.type !== "progress") continue;
 *   console.log(event.pieces.filter((piece) => piece === PIECE.missing).length, "pieces to go");
 * }
 * ```
 */
export const PIECE = {
  /** Some of its bytes are not there. */
  missing: 0,
  /** There from an earlier run. */
  kept: -1,
  /** There from an earlier run that did not compare it with a digest; nor has this one, yet. */
  unverified: -2,
  /** Was wrong, and is fetched again. */
  wrong: -3,
} as const;
