/** Bytes and pieces that are fetched ahead of somebody who reads a file as it comes; the larger counts. */
export const MIN_WINDOW_LENGTH = 32 * 1024 * 1024;
export const MIN_WINDOW_PIECES = 8;

/** Seconds since its last byte within which a server is there, whatever became of its events stream. */
export const FLOWING_SECONDS = 1;

/** Seconds that a complete download waits for digests, and bytes per second that servers hash at least. */
export const MIN_MANIFEST_WAIT_S = 60;
export const SLOWEST_HASHING = 20_000_000;
