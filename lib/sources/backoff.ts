import { FIRST_RETRY_MS, RETRY_JITTER } from "./limits.ts";

/**
 * Growing pauses between attempts, with some chance in them so that many clients which lost a server
 * at the same moment do not all come back at the same moment.
 *
 * @example
 * ```ts
 * const backoff = new Backoff(8_000);
 * backoff.next(); // about 200 ms, then 400, 800, … 8,000
 * ```
 */
export class Backoff {
  #attempts = 0;

  /** @param random Answers numbers from 0 to 1; for tests. */
  constructor(readonly random: () => number = Math.random) {}

  /**
   * The pause before the next attempt.
   *
   * @param most Milliseconds, at most, before chance is added.
   * @returns Milliseconds.
   */
  next(most: number): number {
    const pause = Math.min(FIRST_RETRY_MS * 2 ** this.#attempts, most);
    if (pause < most) this.#attempts += 1;
    return pause * (1 + RETRY_JITTER * (2 * this.random() - 1));
  }

  /** Starts over with short pauses: an attempt went well. */
  reset(): void {
    this.#attempts = 0;
  }
}
