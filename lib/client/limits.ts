import type { BufferClass } from "../http/buffer_pool.ts";

/** Milliseconds a connection attempt may take. */
export const CONNECT_TIMEOUT_MS = 5_000;

/** Milliseconds a server may take to answer a small request. */
export const ANSWER_TIMEOUT_MS = 5_000;

/** Milliseconds from an answer until a server is asked for its states, if the download has not begun. */
export const EVENTS_DELAY_MS = 50;

/** Milliseconds without a sign of life after which an events stream counts as dead; one comes every 2 s. */
export const EVENTS_SILENCE_MS = 6_000;

/** Seconds since its last byte within which a server is there, whatever became of its events stream. */
export const FLOWING_SECONDS = 1;

/** Milliseconds that a server whose content broke off has to say that its operator ended it. */
export const DOUBT_MS = 250;

/** Milliseconds before the first new attempt at a server that was lost; doubles with every further one. */
export const FIRST_RETRY_MS = 200;

/** Milliseconds between attempts, at most: while servers are waited for, and while others are at work. */
export const MAX_RETRY_WAITING_MS = 1_000;
export const MAX_RETRY_MS = 4_000;

/** How much of every such pause is left to chance, so that many clients do not come back at once. */
export const RETRY_JITTER = 0.25;

/** Milliseconds that servers are waited for that are yet to answer or not, once the first one has. */
export const LATE_START_MS = 2_000;

/** Milliseconds between two questions whether the digests are ready. */
export const MANIFEST_POLL_MS = 300;

/** Milliseconds that a server may take to hand out its manifest before another one is asked too. */
export const MANIFEST_PATIENCE_MS = 1_000;

/** Milliseconds a manifest may take to arrive: a slow link, busy with content, still brings all of it. */
export const MANIFEST_TIMEOUT_MS = 60_000;

/** Bytes of a manifest: 16,384 pieces and 1,024 addresses need less than half of it. */
export const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;

/** Bytes of the answer to an info request. */
export const MAX_INFO_BYTES = 64 * 1024;

/** Bytes in one line of an events stream. */
export const MAX_EVENT_LINE_BYTES = 4 * 1024;

/**
 * Bytes of file up to which no worker is worth its start: the main thread does the work. It verifies
 * 0.8 GB/s, so that only over faster networks than 5 Gbit/s workers would win something before.
 */
export const MAX_INLINE_LENGTH = 256 * 1024 * 1024;

/** Threads that move bytes, at most: each of them verifies about 1 GB/s. */
export const MAX_LANES = 4;

/** Milliseconds after which workers are started even if no bytes have come to the main thread. */
export const WORKER_PATIENCE_MS = 250;

/** Milliseconds that a lane reads on before timers and messages have their turn. */
export const READ_ON_MS = 2;

/** How many sources a lane asks at the same time before it knows how busy that keeps it. */
export const FIRST_ADMITTED = 4;

/** The same, at least, however busy it is. */
export const MIN_ADMITTED = 2;

/** Milliseconds between two looks whether a lane is idle and should ask more of those that wait. */
export const ADMISSION_MS = 2;

/** How many times as many a lane asks after a look that found it idle; at least one more. */
export const ADMISSION_GROWTH = 5 / 4;

/** The same after a look that found it busy. */
export const ADMISSION_DECAY = 7 / 8;

/** Bytes that a source is asked for in its turn, while others wait for theirs. */
export const TURN_LENGTH = 16 * 1024 * 1024;

/** The buffers of one lane: 256 KiB cost some percents more than 1 MiB, and longer ones win nothing. */
export const LANE_BUFFERS: readonly BufferClass[] = [
  { bytes: 1024 * 1024, most: 8 },
  { bytes: 256 * 1024, most: Infinity },
];

/** Bytes of the part file that are read at a time to be hashed: they are in the cache until they are. */
export const READ_BACK_LENGTH = 256 * 1024;

/** Milliseconds between two reports of what a source delivered, at most. */
export const REPORT_MS = 100;

/** Milliseconds between two looks at the clock: stalls, rates, the end of waits. */
export const TICK_MS = 100;

/** Milliseconds between two entries in the journal: what a crash can cost. */
export const JOURNAL_MS = 1_000;

/** Times in a row that a server may be lost without having sent a byte, before it is not counted on. */
export const MAX_FRUITLESS_ATTEMPTS = 3;

/** Wrong pieces after which a server is dropped. */
export const MAX_WRONG_PIECES = 3;

/** Times one piece may turn out wrong before the download is given up. */
export const MAX_PIECE_REJECTIONS = 8;

/** Seconds that a complete download waits for digests, and bytes per second that servers hash at least. */
export const MIN_MANIFEST_WAIT_S = 60;
export const SLOWEST_HASHING = 20_000_000;
