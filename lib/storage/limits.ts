/** Milliseconds between two checkpoints: what a crash can cost. */
export const CHECKPOINT_MS = 1_000;

/**
 * Milliseconds that a lock which another process holds is asked for again. One that was just killed,
 * or that was starting a program at that moment, may hold it a little longer than it exists.
 */
export const LOCK_PATIENCE_MS = 1_000;

/** Milliseconds between two such attempts. */
export const LOCK_RETRY_MS = 10;

/** The longest checkpoint that is read, in bytes: one of the most pieces there can be has 5 KB. */
export const MAX_CHECKPOINT_BYTES = 1024 * 1024;

/** Zeros in a row that are taken for a part that was never written: shorter ones are in many files. */
export const MIN_HOLE_LENGTH = 64 * 1024;

/** Fewer zeros in a row than this are not looked into: they are in nearly every file. */
export const MIN_GAP_LENGTH = 512;

/** More gaps in a piece than this are its content: a run that was cut off leaves one or two. */
export const MAX_GAPS = 16;
