/**
 * Every bound of a server, in one place: each is chosen so that one port stays small and answers honest
 * clients whatever the others do. Those of HTTP itself are in `lib/http/limits.ts`.
 *
 * @module
 */

import type { BufferClass } from "../http/buffer_pool.ts";

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

/** Bytes of further requests that are kept while a paused answer waits; who sends more is cut off. */
export const MAX_READ_AHEAD_BYTES = 64 * 1024;

/**
 * Connections with requests open at the same time on one port; beyond it idle ones make room for new
 * ones, then those of the client that holds most.
 */
export const MAX_CONNECTIONS_PER_PORT = 256;

/** Connections that follow the state of one port; beyond it the oldest of the client with most goes. */
export const MAX_STREAMS_PER_PORT = 256;

/**
 * Connections of all ports together, whatever they do; beyond it a port takes another one only where one
 * of its own gives way. Each takes some 10 KiB, and its buffer while it is sent to.
 */
export const MAX_CONNECTIONS = 1_536;

/** Connections that each port can have however many the others have. */
export const SURE_CONNECTIONS = 16;

/** Descriptors that the port with most of them gives back when the process has none left. */
export const DESCRIPTORS_TO_GIVE_BACK = 8;

/** Milliseconds between two records of what one client took, at first; they double as it goes on. */
export const SERVED_INTERVAL_MS = 1_000;

/** The longest such time, in milliseconds. */
export const MAX_SERVED_INTERVAL_MS = 60_000;

/** Milliseconds between two looks at which connections of a port have run out of time. */
export const SWEEP_INTERVAL_MS = 250;

/** Milliseconds between the comments that show a silent events stream to be alive. */
export const EVENTS_HEARTBEAT_MS = 2_000;

/** States an events stream keeps for a client that does not read; older ones are dropped. */
export const MAX_PENDING_EVENTS = 16;

/** Seconds after which a client is told to ask again for a manifest that is not ready. */
export const MANIFEST_RETRY_AFTER_S = 1;

/** How patient one port is; see above for what each bound is there for. */
export interface PortLimits {
  readonly connections: number;
  readonly streams: number;
  readonly headMs: number;
  readonly idleMs: number;
  readonly stallMs: number;
  readonly slowestBytesPerSec: number;
  readonly lingerMs: number;
  readonly lastRequestsMs: number;
  readonly farewellMs: number;
  readonly sweepMs: number;
  readonly heartbeatMs: number;
}

export const PORT_LIMITS: PortLimits = {
  connections: MAX_CONNECTIONS_PER_PORT,
  streams: MAX_STREAMS_PER_PORT,
  headMs: HEAD_TIMEOUT_MS,
  idleMs: IDLE_TIMEOUT_MS,
  stallMs: SEND_STALL_TIMEOUT_MS,
  slowestBytesPerSec: SLOWEST_CLIENT_BYTES_PER_SEC,
  lingerMs: LINGER_TIMEOUT_MS,
  lastRequestsMs: LAST_REQUESTS_MS,
  farewellMs: FAREWELL_TIMEOUT_MS,
  sweepMs: SWEEP_INTERVAL_MS,
  heartbeatMs: EVENTS_HEARTBEAT_MS,
};

const KIB = 1024;

/**
 * The buffers of one worker. Longer ones are not faster, and short ones cost up to twice the time, so
 * a few connections get long ones and hundreds still get something: with as many lent as a port has
 * connections (256) they take 15 MiB. The shortest ones are for answers that are no longer.
 */
export const PORT_BUFFERS: readonly BufferClass[] = [
  { bytes: 512 * KIB, most: 8 },
  { bytes: 256 * KIB, most: 16 },
  { bytes: 64 * KIB, most: 64 },
  { bytes: 16 * KIB, most: Infinity },
  { bytes: 4 * KIB, most: Infinity },
];

/** Bytes after which a client has shown that it takes what it asks for: no system buffers as much. */
export const PROVEN_BYTES = 4 * 1024 * KIB;

/**
 * Connections of one address that a worker sends to at once before they have shown it. No single client
 * has so many, and where many clients share an address, those that take what they ask for soon make room
 * for the next ones.
 */
export const FAVOURED_CONNECTIONS = 32;

/** Small answers that such a connection may have before it has shown it. */
export const FAVOURED_ANSWERS = 64;

/** Turns a second that a worker gives to all connections beyond these, until they have shown it. */
export const TURNS_PER_SEC = 256;

/** The most bytes that are sent in a turn. */
export const TURN_BYTES = 64 * KIB;

/**
 * The part of the long buffers that is kept for clients that have shown it: who asks and takes nothing
 * holds a buffer for as long as it is waited for.
 */
export const RESERVED_BUFFERS = 0.5;

/**
 * How long the buffer of a connection may be that has not shown it, by how many of them its address holds
 * in one worker: nobody has so many at the start of a download that it matters.
 */
export const UNPROVEN_BUFFERS: readonly { readonly upTo: number; readonly bytes: number }[] = [
  { upTo: 4, bytes: Infinity },
  { upTo: 8, bytes: 256 * KIB },
  { upTo: 24, bytes: 64 * KIB },
  { upTo: Infinity, bytes: 16 * KIB },
];
