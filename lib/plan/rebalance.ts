import {
  GRAIN_LENGTH,
  MIN_GAIN_SECONDS,
  MIN_UNSURE_GAIN_SECONDS,
  REBALANCE_SECONDS,
} from "./limits.ts";

/** What one source has left, and how fast it is. */
export interface Pace {
  /** Bytes. */
  readonly remaining: number;
  /** Bytes per second, more than 0. */
  readonly rate: number;
  /** Whether the rate was measured, not assumed. */
  readonly isMeasured: boolean;
  /** Seconds until the first byte of what it is asked for next. */
  readonly latency: number;
}

/**
 * How much of a source's work another one should take for both to end together.
 *
 * @param giver Whose work it is.
 * @param taker Who would take it.
 * @returns Bytes; 0 when it would not bring the later end of the two near enough to be worth it.
 */
export function shareToMove(giver: Pace, taker: Pace): number {
  const { remaining } = giver;
  const busy = Math.max(taker.remaining / taker.rate, taker.latency);
  const even = (remaining / giver.rate - busy) * giver.rate * taker.rate /
    (giver.rate + taker.rate);
  // What the taker would fetch in no time is not worth leaving behind.
  const rest = (remaining - even) / taker.rate < REBALANCE_SECONDS ? 0 : remaining - even;
  const share = Math.min(remaining, Math.max(remaining - rest, GRAIN_LENGTH));
  const before = remaining / giver.rate;
  const after = Math.max((remaining - share) / giver.rate, busy + share / taker.rate);
  return before - after < leastGain(taker) ? 0 : share;
}

function leastGain(taker: Pace): number {
  return taker.isMeasured ? Math.max(MIN_GAIN_SECONDS, taker.latency) : MIN_UNSURE_GAIN_SECONDS;
}
