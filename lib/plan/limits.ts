/** Bytes: the finest a range is cut; finer cuts cost more in requests than they win in balance. */
export const GRAIN_LENGTH = 16 * 1024;

/** Seconds of a source's work that one block holds: long enough to make requests rare. */
export const BLOCK_SECONDS = 1;

/** Seconds of work that no block is cut below, so that requests stay rare near the end too. */
export const MIN_BLOCK_SECONDS = 0.05;

/** Bytes asked of a source whose rate is not known yet. */
export const FIRST_BLOCK_LENGTH = 4 * 1024 * 1024;

/** Bytes: the longest block, however fast the source. */
export const MAX_BLOCK_LENGTH = 128 * 1024 * 1024;

/** A block is at most this fraction of what its source has left, so that the tail stays movable. */
export const BLOCK_FRACTION = 1 / 4;

/** Blocks asked of one source at a time: the one that arrives and the one after it. */
export const BLOCKS_AHEAD = 2;

/** Seconds that handing work over costs: a new connection and a round trip. */
export const HANDOVER_SECONDS = 0.01;

/** Seconds that the end must come nearer for work to be moved to another source. */
export const MIN_GAIN_SECONDS = 0.02;

/** The same for a source whose rate is not known: it takes a while to find out, and may be slow. */
export const MIN_UNSURE_GAIN_SECONDS = 0.5;

/** Part of a share that it may grow or shrink by for the cut to be at a round number. */
export const MAX_SHARE_CHANGE = 1 / 16;

/** Seconds over which a source's rate is averaged: short, so that a drop shows within a second. */
export const RATE_SECONDS = 0.5;

/** Seconds: the shortest window a rate is measured over; shorter ones see bursts, not rates. */
export const MIN_RATE_WINDOW_SECONDS = 0.05;

/** Seconds without work after which what was known of a source's rate is not trusted any more. */
export const FORGET_SECONDS = 2;

/** Seconds that the first byte may take without being held against the source's rate. */
export const FIRST_BYTE_SECONDS = 1;
