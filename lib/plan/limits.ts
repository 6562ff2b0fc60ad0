/** Bytes: the finest cut. Finer ones cost more in requests than they gain in balance. */
export const GRAIN_LENGTH = 16 * 1024;

/** Bytes: the shortest share of a failed source's work, so that requests do not outweigh it. */
export const MIN_SHARE_LENGTH = 4 * 1024;

/** Sources that share a failed one's work, however little it is, if there are that many. */
export const MIN_RECIPIENTS = 64;

/** Seconds of a source's work that one block holds: long enough to make requests rare. */
export const BLOCK_SECONDS = 1;

/** Seconds of work in the shortest block, so that requests stay rare near the end too. */
export const MIN_BLOCK_SECONDS = 0.25;

/** Bytes asked of a source whose rate is not known yet. */
export const FIRST_BLOCK_LENGTH = 4 * 1024 * 1024;

/** Bytes: the longest block, however fast the source. */
export const MAX_BLOCK_LENGTH = 128 * 1024 * 1024;

/** A block is at most this fraction of what its source has left, so that the tail stays movable. */
export const BLOCK_FRACTION = 1 / 4;

/** Blocks that are asked of one source at a time at most. */
export const BLOCKS_AHEAD = 8;

/** Seconds of work requested ahead, so that a source never waits for the next request. */
export const AHEAD_SECONDS = 0.2;

/** Seconds that moving work costs at least; more where the first byte takes longer. */
export const REBALANCE_SECONDS = 0.01;

/** Seconds by which moving work must bring the end nearer. */
export const MIN_GAIN_SECONDS = 0.02;

/** The same for a source whose rate is unknown: it may turn out to be slow. */
export const MIN_UNSURE_GAIN_SECONDS = 0.5;

/** Bytes per second assumed of every source until the first rate is known. */
export const ASSUMED_RATE = 1_000_000;

/** Seconds over which a source's rate is averaged while it rises. */
export const RATE_RISE_SECONDS = 0.25;

/** The same while it falls: waiting for a slow source costs more than asking less of a fast one. */
export const RATE_DROP_SECONDS = 0.08;

/** Seconds in the shortest window a rate is measured over; shorter ones see bursts. */
export const MIN_RATE_WINDOW_SECONDS = 0.05;

/** Seconds without work after which a known rate is too old to trust. */
export const FORGET_SECONDS = 2;

/** Seconds without a byte after which a sending source is silent: the interval between reports, and some. */
export const REPORT_SECONDS = 0.15;

/** Seconds without a byte after which a source that has just been asked is silent. */
export const FIRST_BYTE_SECONDS = 0.5;
