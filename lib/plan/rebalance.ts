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
 * How much of the victim's work the thief should take for both to finish together.
 *
 * @param victim The source that has the work.
 * @param thief The source that would take it.
 * @returns Bytes; 0 if the gain is not worth the move.
 */
export function shareToMove(victim: Pace, thief: Pace): number {
  const { remaining } = victim;
  const busy = Math.max(thief.remaining / thief.rate, thief.latency);
  const even = (remaining / victim.rate - busy) * victim.rate * thief.rate /
    (victim.rate + thief.rate);
  // A remainder that the thief would fetch in no time is not worth leaving behind.
  const rest = (remaining - even) / thief.rate < REBALANCE_SECONDS ? 0 : remaining - even;
  const share = Math.min(remaining, Math.max(remaining - rest, GRAIN_LENGTH));
  const before = remaining / victim.rate;
  const after = Math.max((remaining - share) / victim.rate, busy + share / thief.rate);
  return before - after < leastGain(thief) ? 0 : share;
}

function leastGain(thief: Pace): number {
  return thief.isMeasured ? Math.max(MIN_GAIN_SECONDS, thief.latency) : MIN_UNSURE_GAIN_SECONDS;
}
