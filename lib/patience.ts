/** Milliseconds that are waited at a time. */
const STEP_MS = 1_000;

/** Milliseconds by which a timer may be late on a busy machine that runs this program all the same. */
const BUSY_MS = 500;

/**
 * A time limit on others. Time in which this program did not run, because it was stopped, its machine
 * asleep, or a write took very long, does not count: what came meanwhile is yet to be read. So a step of
 * the time that ends late begins again; not twice in a row, as every limit has to end.
 *
 * @example
 * ```ts
 * using patience = new Patience(5_000, () => connection.close());
 * await connection.head();
 * ```
 */
export class Patience implements Disposable {
  readonly #onOver: () => void;
  readonly #milliseconds: number;
  #left: number;
  #wasLate = false;
  #timer: ReturnType<typeof setTimeout>;

  /** @param onOver Called once when the time is over, unless it is disposed of before. */
  constructor(milliseconds: number, onOver: () => void) {
    this.#onOver = onOver;
    this.#milliseconds = this.#left = milliseconds;
    this.#timer = this.#step();
  }

  /**
   * Begins anew: a sign of life has come. The timer that runs is kept, and so the time ends up to a
   * second later than it would otherwise.
   */
  renew(): void {
    this.#left = this.#milliseconds + STEP_MS;
  }

  /** Ends the limit; it may be over already. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #step(): ReturnType<typeof setTimeout> {
    const step = Math.min(this.#left, STEP_MS);
    const since = performance.now();
    return setTimeout(() => {
      this.#wasLate = !this.#wasLate && lateness(performance.now() - since, step) > 0;
      if (!this.#wasLate) this.#left -= step;
      if (this.#left > 0) this.#timer = this.#step();
      else this.#onOver();
    }, step);
  }
}

/**
 * How long this program did not run, going by a timer that came much too late.
 *
 * @param elapsedMs Milliseconds since it was set.
 * @param delayMs Milliseconds that it was set to.
 * @returns Milliseconds; 0 for what a busy machine explains.
 */
export function lateness(elapsedMs: number, delayMs: number): number {
  return elapsedMs > delayMs + BUSY_MS ? elapsedMs - delayMs : 0;
}
