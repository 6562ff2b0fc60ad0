/**
 * Every bound of the HTTP side, in one place. RFC 9112 leaves them to the implementation (section 2.3 and 3);
 * each is chosen so that one port stays small and answers honest clients whatever the others do.
 *
 * @module
 */

/** Bytes in a request or response head: nginx and Apache stop at about the same. */
export const MAX_HEAD_BYTES = 8 * 1024;

/** Field lines in a head: browsers send about 20. */
export const MAX_FIELD_LINES = 100;

/** Milliseconds from the first byte of a request head to its last: a slow-loris gets no further. */
export const HEAD_TIMEOUT_MS = 10_000;

/** Milliseconds a connection may stay open without asking for anything. */
export const IDLE_TIMEOUT_MS = 60_000;

/** Milliseconds a client may take no byte of an answer; the time a server is paused does not count. */
export const SEND_STALL_TIMEOUT_MS = 60_000;

/**
 * Bytes that a client may have to take before a server sees that it takes any: the system says so
 * once a third of its send buffer is free again, and Linux lets that buffer grow to 4 MiB.
 */
export const SEND_STEP_BYTES = 1.5 * 1024 * 1024;

/** Bytes per second; a client that takes this much steadily is never given up. */
export const SLOWEST_CLIENT_BYTES_PER_SEC = 4096;

/** Milliseconds that a refused client gets to read why, before its connection is closed. */
export const LINGER_TIMEOUT_MS = 2_000;

/** Milliseconds that a server which is terminated still reads what clients had asked just before. */
export const LAST_REQUESTS_MS = 20;

/** Milliseconds that clients get to hear that a server is terminated, before their connections end. */
export const FAREWELL_TIMEOUT_MS = 1_000;

/** Bytes of a refused request that are read and dropped while its client reads why (RFC 9112, 9.6). */
export const MAX_LINGER_BYTES = 256 * 1024;

/** Connections open at the same time on one port; beyond it idle ones make room for new ones. */
export const MAX_CONNECTIONS_PER_PORT = 256;

/** Milliseconds between two looks at which connections of a port have run out of time. */
export const SWEEP_INTERVAL_MS = 250;

/** Milliseconds between the comments that show a silent events stream to be alive. */
export const EVENTS_HEARTBEAT_MS = 2_000;

/** States an events stream keeps for a client that does not read; older ones are dropped. */
export const MAX_PENDING_EVENTS = 16;

/** Seconds after which a client is told to ask again for a manifest that is not ready. */
export const MANIFEST_RETRY_AFTER_S = 1;

/** Milliseconds a connection attempt may take. */
export const CONNECT_TIMEOUT_MS = 5_000;
