/** Milliseconds between two entries in the checkpoint: what a crash can cost. */
export const CHECKPOINT_MS = 1_000;
