/** Seconds that are remembered: what a page shows that is opened late. */
const SECONDS = 300;

/** The rates of one server before the page was opened, one a second, the latest last. */
export interface RateHistory {
  readonly index: number;
  /** Bytes per second. */
  readonly rates: readonly number[];
}

/** The rates of all servers over the last minutes, one sample a second. */
export class RateHistories {
  readonly #rates = new Map<number, number[]>();
  #addedAt = -Infinity;

  /**
   * Takes the present rates, at most once a second.
   *
   * @param now Seconds, on a clock that never goes back.
   */
  add(servers: readonly { readonly index: number; readonly rate: number }[], now: number): void {
    if (now - this.#addedAt < 1) return;
    this.#addedAt = now;
    for (const { index, rate } of servers) {
      const rates = this.#rates.get(index) ?? [];
      rates.push(Math.round(rate));
      if (rates.length > SECONDS) rates.shift();
      this.#rates.set(index, rates);
    }
  }

  /** What was taken so far, the latest last. */
  get all(): RateHistory[] {
    return [...this.#rates].map(([index, rates]) => ({ index, rates }));
  }
}
