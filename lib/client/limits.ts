/** Read-ahead of a stream: at least so many bytes, and at least so many pieces. */
export const MIN_WINDOW_LENGTH = 32 * 1024 * 1024;
export const MIN_WINDOW_PIECES = 8;

/** How many requests and answers people are told of at once, and how many a second from then on. */
export const EXCHANGES_AT_ONCE = 256;
export const EXCHANGES_PER_SECOND = 64;

/** Copies that are fetched, one after the other, until one has the digest that was named. */
export const MAX_COPIES_TRIED = 4;

/** Bytes in the pieces of a Metalink that are worth comparing one by one. */
export const MIN_FOREIGN_PIECE_LENGTH = 4 * 1024;

/** Blocks of what an earlier run left that are compared with a source where there are no digests. */
export const KEPT_SAMPLES = 4;

/** A server that sent a byte within so many seconds is there, even if its events stream is not. */
export const FLOWING_SECONDS = 1;

/** How long a complete download waits for digests: this, and the size at the slowest hashing expected. */
export const MIN_MANIFEST_WAIT_S = 60;
export const SLOWEST_HASHING = 20_000_000;
