/** Bytes: the finest a range is cut; finer cuts cost more in requests than they win in balance. */
export const GRAIN_LENGTH = 16 * 1024;

/** Bytes: shares of what a failed source left are not shorter, lest requests outweigh them. */
export const MIN_SHARE_LENGTH = 4 * 1024;

/** How many sources a failed one's work goes to, if there are as many, also when it is but little. */
export const MIN_HEIRS = 64;

/** Seconds of a source's work that one block holds: long enough to make requests rare. */
export const BLOCK_SECONDS = 1;

/** Seconds of work that no block is cut below, so that requests stay rare near the end too. */
export const MIN_BLOCK_SECONDS = 0.25;

/** Bytes asked of a source whose rate is not known yet. */
export const FIRST_BLOCK_LENGTH = 4 * 1024 * 1024;

/** Bytes: the longest block, however fast the source. */
export const MAX_BLOCK_LENGTH = 128 * 1024 * 1024;

/** A block is at most this fraction of what its source has left, so that the tail stays movable. */
export const BLOCK_FRACTION = 1 / 4;

/** Blocks that are asked of one source at a time at most. */
export const BLOCKS_AHEAD = 8;

/** Seconds of a source's work that are asked for ahead, lest it waits for a request on its way. */
export const AHEAD_SECONDS = 0.2;

/** Seconds that handing work over costs at least; more where the first byte takes longer. */
export const REBALANCE_SECONDS = 0.01;

/** Seconds that the end must come nearer for work to be moved to another source. */
export const MIN_GAIN_SECONDS = 0.02;

/** The same for a source whose rate is not known: it takes a while to find out, and may be slow. */
export const MIN_UNSURE_GAIN_SECONDS = 0.5;

/** Bytes per second that a source is taken to send while the rate of none is known. */
export const ASSUMED_RATE = 1_000_000;

/** Seconds over which a source's rate is averaged while it rises. */
export const RATE_RISE_SECONDS = 0.25;

/** The same while it falls: to wait for a slow source costs more than to ask less of a fast one. */
export const RATE_DROP_SECONDS = 0.08;

/** Seconds: the shortest window a rate is measured over; shorter ones see bursts, not rates. */
export const MIN_RATE_WINDOW_SECONDS = 0.05;

/** Seconds without work after which what was known of a source's rate is not trusted any more. */
export const FORGET_SECONDS = 2;

/** Seconds without a byte after which a source that sends is silent: reports are that far apart. */
export const REPORT_SECONDS = 0.15;

/** Seconds without a byte after which a source that has just been asked is silent. */
export const FIRST_BYTE_SECONDS = 0.5;
