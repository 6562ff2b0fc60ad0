/**
 * Every bound of the HTTP side, in one place. RFC 9112 leaves them to the implementation (section 2.3 and 3);
 * each is chosen so that one port stays small and answers honest clients whatever the others do.
 *
 * @module
 */

/** Bytes in a request head: nginx and Apache stop at about the same. */
export const MAX_HEAD_BYTES = 8 * 1024;

/** Bytes in a response head: cookies and policies make some of them much longer than a request's. */
export const MAX_RESPONSE_HEAD_BYTES = 64 * 1024;

/** Bytes in a line between the chunks of an answer: its size, and extensions that nobody uses. */
export const MAX_CHUNK_LINE_BYTES = 4 * 1024;

/**
 * Chunks of one answer that are taken whatever their length; then they have to have so many bytes on
 * average. Servers send what they have written at once; chunks of a byte take all of a processor.
 */
export const MAX_SHORT_CHUNKS = 1_024;
export const MIN_MEAN_CHUNK_BYTES = 16;

/** Milliseconds after which a server that is too busy is asked again, whatever it says. */
export const MAX_RETRY_AFTER_MS = 10 * 60 * 1_000;

/** Heads of status 1xx that are dropped before one answer. */
export const MAX_INTERIM_HEADS = 8;

/** Field lines in a head: browsers send about 20. */
export const MAX_FIELD_LINES = 100;

/** Milliseconds a connection attempt may take, to all addresses of a name together. */
export const CONNECT_TIMEOUT_MS = 5_000;

/** Milliseconds until the next address of a name is tried while others have not answered (RFC 8305, 8). */
export const CONNECT_STAGGER_MS = 250;

/** Milliseconds for which a connection that a server keeps open waits for the next request; servers wait 5 s or more. */
export const MAX_IDLE_MS = 2_000;

/** Bytes of an answer that are read so that its connection can be kept; where there are more, another one costs less. */
export const MAX_DRAINED_BYTES = 16 * 1024;

/** Milliseconds that nothing of them may come. */
export const DRAIN_TIMEOUT_MS = 1_000;

/**
 * Milliseconds that a server has to begin an answer whose request was sent ahead, once the one before
 * is over. Some servers never see such requests: they are asked one at a time from then on.
 */
export const PIPELINE_PATIENCE_MS = 2_000;

/** Bytes in a file of certificates that are trusted. */
export const MAX_CERTIFICATES_BYTES = 16 * 1024 * 1024;

/** Addresses of a name that are tried, at most. */
export const MAX_ADDRESSES_TRIED = 16;
