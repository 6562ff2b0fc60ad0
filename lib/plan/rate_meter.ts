import {
  FIRST_BYTE_SECONDS,
  FORGET_SECONDS,
  MIN_RATE_WINDOW_SECONDS,
  RATE_SECONDS,
} from "./limits.ts";

/**
 * The rate of one source: an average that forgets exponentially, fed with bytes and the time.
 *
 * Windows shorter than {@linkcode MIN_RATE_WINDOW_SECONDS} are put together, so that the answer does
 * not depend on how finely arrivals are reported. The wait for the first byte after a start counts
 * only once it is longer than {@linkcode FIRST_BYTE_SECONDS}: it tells of distance, not of rate. A
 * source that was asked for nothing for {@linkcode FORGET_SECONDS} may have changed: its rate is
 * unknown again, lest one hiccup keep it out of a download for ever.
 *
 * @example
 * ```ts
 * const meter = new RateMeter();
 * meter.expect(0);
 * meter.add(1, 1);
 * meter.add(1_000_000, 2);
 * meter.bytesPerSecond; // 1_000_000
 * ```
 */
export class RateMeter {
  #rate: number | undefined;
  #windowStart = 0;
  #windowBytes = 0;
  #state: "resting" | "expecting" | "flowing" = "resting";

  /** Bytes per second; undefined until the first window is full. */
  get bytesPerSecond(): number | undefined {
    return this.#rate;
  }

  /** Nothing has been asked for, at `now` (seconds) and since the last call. */
  rest(now: number): void {
    if (this.#state !== "resting") this.#open(now);
    this.#state = "resting";
    if (now - this.#windowStart >= FORGET_SECONDS) this.#rate = undefined;
  }

  /** Waits for a first byte from `now` (seconds) on, keeping the average. */
  expect(now: number): void {
    this.#state = "expecting";
    this.#open(now);
  }

  /** Takes note of `bytes` that arrived by `now` (seconds). */
  add(bytes: number, now: number): void {
    const elapsed = now - this.#windowStart;
    if (this.#state !== "flowing") {
      if (bytes === 0 && elapsed < FIRST_BYTE_SECONDS) return;
      this.#state = "flowing";
      if (bytes > 0) return this.#open(now);
    }
    this.#windowBytes += bytes;
    if (elapsed < MIN_RATE_WINDOW_SECONDS) return;
    const sample = this.#windowBytes / elapsed;
    const weight = 1 - Math.exp(-elapsed / RATE_SECONDS);
    this.#rate = this.#rate === undefined ? sample : this.#rate + (sample - this.#rate) * weight;
    this.#open(now);
  }

  #open(now: number): void {
    this.#windowStart = now;
    this.#windowBytes = 0;
  }
}
