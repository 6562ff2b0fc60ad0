/** Milliseconds a server may take to answer a small request. */
export const ANSWER_TIMEOUT_MS = 5_000;

/** Milliseconds from an answer until a server is asked for its states, if the download has not begun. */
export const EVENTS_DELAY_MS = 50;

/** Milliseconds without a sign of life after which an events stream counts as dead; one comes every 2 s. */
export const EVENTS_SILENCE_MS = 6_000;

/** Milliseconds that a server whose content broke off has to say that its operator ended it. */
export const GOODBYE_MS = 250;

/** Milliseconds before the first new attempt at a server that was lost; doubles with every further one. */
export const FIRST_RETRY_MS = 200;

/** Milliseconds between attempts, at most: while servers are waited for, and while others are at work. */
export const MAX_RETRY_WAITING_MS = 1_000;
export const MAX_RETRY_MS = 4_000;

/** Milliseconds until a server is asked again that is too busy and did not say for how long. */
export const BUSY_RETRY_MS = 5_000;

/** Milliseconds until an address is used as it is, though it may lead on to others. */
export const DISCOVERY_TIMEOUT_MS = 3_000;

/** The same once another one of those that were named has answered: it is used as soon as it does. */
export const DISCOVERY_GRACE_MS = 500;

/** Copies that one address may stand for. */
export const MAX_COPIES_FOUND = 64;

/** Redirects that are followed from one address. */
export const MAX_REDIRECTS = 10;

/** Sources of one origin that are fetched from at once, unless it says that this is too much. */
export const MAX_PER_ORIGIN = 2;

/** How much of every such pause is left to chance, so that many clients do not come back at once. */
export const RETRY_JITTER = 0.25;

/** Seconds that servers are waited for at the start when nobody says how long. */
export const DEFAULT_WAIT_S = 60;

/** Milliseconds between two questions for the state of a server that takes one connection at a time. */
export const ASK_AGAIN_MS = 1_000;

/** Milliseconds without a server's states in favour of its digests, if nobody asks for these any more. */
export const DIGESTS_TURN_MS = 10_000;

/** Seconds that servers have for their first answer, however short the wait: a round trip or two. */
export const FIRST_TRY_S = 1;

/** Milliseconds that servers are waited for that are yet to answer or not, once the first one has. */
export const LATE_START_MS = 2_000;

/** Milliseconds between two questions whether the digests are ready. */
export const MANIFEST_POLL_MS = 300;

/** Milliseconds that a server may take to hand out its manifest before another one is asked too. */
export const MANIFEST_PATIENCE_MS = 1_000;

/** Milliseconds a manifest may take to arrive: a slow link, busy with content, still brings all of it. */
export const MANIFEST_TIMEOUT_MS = 60_000;

/** Milliseconds that a block of 64 KiB which copies are compared by may take: 2 KiB/s are enough. */
export const BLOCK_TIMEOUT_MS = 30_000;

/** Bytes that are read of it at a time. */
export const BLOCK_BUFFER_BYTES = 64 * 1024;

/** Bytes of a manifest: 16,384 pieces and 1,024 addresses need less than half of it. */
export const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;

/** Bytes of the answer to an info request. */
export const MAX_INFO_BYTES = 64 * 1024;

/** Bytes in one line of an events stream. */
export const MAX_EVENT_LINE_BYTES = 4 * 1024;

/**
 * Bytes of an events stream that are read: so many at once, and so many a second from its start. A change
 * takes 50, and a sign of life 3; reading a flood would take the time that content needs.
 */
export const MAX_EVENT_BYTES_AT_ONCE = 64 * 1024;
export const MAX_EVENT_BYTES_PER_SECOND = 4 * 1024;

/**
 * How many changes of its state people are told of each source: so many at once, and so many a second
 * from then on. The last one is always told.
 */
export const STATES_SHOWN_AT_ONCE = 8;
export const STATES_SHOWN_PER_SECOND = 2;

/** Milliseconds between two looks at the clock: stalls, rates, the end of waits. */
export const TICK_MS = 100;

/** Times in a row that a server may be lost without having sent a byte, before it is not counted on. */
export const MAX_FRUITLESS_ATTEMPTS = 3;
