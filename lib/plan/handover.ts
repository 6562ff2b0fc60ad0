import { GRAIN_LENGTH, HANDOVER_SECONDS } from "./limits.ts";

/** What one source has left, and how fast it is. */
export interface Pace {
  /** Bytes. */
  readonly remaining: number;
  /** Bytes per second, more than 0. */
  readonly rate: number;
  /** Seconds until the first byte of what it is asked for next. */
  readonly latency: number;
}

/**
 * How much of a source's work another one should take for both to end together.
 *
 * @param giver Whose work it is.
 * @param taker Who would take it.
 * @param minGain Seconds that the later end of the two must come nearer for it to be worth it.
 * @returns Bytes; 0 when it is not worth it.
 */
export function shareToMove(giver: Pace, taker: Pace, minGain: number): number {
  const { remaining } = giver;
  const busy = Math.max(taker.remaining / taker.rate, taker.latency);
  const even = (remaining / giver.rate - busy) * giver.rate * taker.rate /
    (giver.rate + taker.rate);
  // What the taker would fetch in no time is not worth leaving behind.
  const rest = (remaining - even) / taker.rate < HANDOVER_SECONDS ? 0 : remaining - even;
  const share = Math.min(remaining, Math.max(remaining - rest, GRAIN_LENGTH));
  const before = remaining / giver.rate;
  const after = Math.max((remaining - share) / giver.rate, busy + share / taker.rate);
  return before - after < minGain ? 0 : share;
}
