/** What each piece of a file is: the source that delivered it, 1 or more, or one of {@linkcode PIECE}. */
export type PieceMap = Int16Array;

/** What a piece is that no source of this run has delivered. */
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
