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

/** Milliseconds a connection attempt may take, to all addresses of a name together. */
export const CONNECT_TIMEOUT_MS = 5_000;

/** Milliseconds until the next address of a name is tried while others have not answered (RFC 8305, 8). */
export const CONNECT_STAGGER_MS = 250;

/** Addresses of a name that are tried, at most. */
export const MAX_ADDRESSES_TRIED = 16;
