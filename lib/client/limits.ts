/** Seconds since its last byte within which a server is there, whatever became of its events stream. */
export const FLOWING_SECONDS = 1;

/** Seconds that a complete download waits for digests, and bytes per second that servers hash at least. */
export const MIN_MANIFEST_WAIT_S = 60;
export const SLOWEST_HASHING = 20_000_000;
