import type { BufferClass } from "../http/buffer_pool.ts";

/**
 * Bytes of file up to which no worker is worth its start: the main thread does the work. It verifies
 * 0.8 GB/s, so that only over faster networks than 5 Gbit/s workers would win something before.
 */
export const MAX_INLINE_LENGTH = 256 * 1024 * 1024;

/** Threads that move bytes, at most: each of them verifies about 1 GB/s. */
export const MAX_FETCH_WORKERS = 4;

/** Milliseconds after which workers are started even if no bytes have come to the main thread. */
export const WORKER_PATIENCE_MS = 250;

/** Milliseconds between two signs of life of a worker, and after how many without one it is stuck. */
export const SIGN_OF_LIFE_MS = 500;
export const STUCK_MS = 3 * SIGN_OF_LIFE_MS;

/** How many sources an engine asks at the same time before it knows how busy that keeps it. */
export const FIRST_ADMITTED = 4;

/** The same, at least, however busy it is. */
export const MIN_ADMITTED = 2;

/** Milliseconds between two looks whether an engine is idle and should ask more of those that wait. */
export const ADMISSION_MS = 2;

/** How many times as many an engine asks after a look that found it idle; at least one more. */
export const ADMISSION_GROWTH = 5 / 4;

/** The same after a look that found it busy. */
export const ADMISSION_DECAY = 7 / 8;

/** Bytes that a source is asked for in its turn, while others wait for theirs. */
export const TURN_LENGTH = 16 * 1024 * 1024;

/** The buffers of one engine: 256 KiB cost some percents more than 1 MiB, and longer ones win nothing. */
export const FETCH_BUFFERS: readonly BufferClass[] = [
  { bytes: 1024 * 1024, most: 8 },
  { bytes: 256 * 1024, most: Infinity },
];

/**
 * Bytes that are written together where they come in small parts, as over TLS: a read brings one record
 * of it, 16 KiB, and a write of each costs a tenth of the time.
 */
export const GATHER_LENGTH = 256 * 1024;

/** Bytes of the part file that are read at a time to be hashed: they are in the cache until they are. */
export const READ_BACK_LENGTH = 256 * 1024;

/**
 * Bytes of an answer that says no length from which on it counts as what it says to be. Pages that servers
 * make up when something goes wrong are shorter.
 */
export const PAGE_LENGTH = 64 * 1024;

/** Milliseconds of a limited rate that the turns of all sources take together: one after the other. */
export const TURN_MS = 50;

/** Bytes in a turn that are worth a write, unless they would take longer than all turns should. */
export const MIN_TURN_BYTES = 1024;

/** Milliseconds between two looks at how many bytes a limited rate has allowed meanwhile. */
export const RATE_TICK_MS = 20;

/**
 * Milliseconds of a limited rate that can be made up for: what a busy machine keeps the clock from, and
 * what may come at once when nothing has come for a while.
 */
export const BURST_MS = 250;

/** Milliseconds between two reports of what a source delivered, at most. */
export const REPORT_MS = 100;
