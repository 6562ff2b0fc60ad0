/** Seconds that a rate looks back over. */
const WINDOW_SECONDS = 1;

/** Seconds after a stop until what has piled up is out of sight of the window. */
const HOLD_SECONDS = 1.5;

/**
 * How fast a count grows, over about the last second: what people are shown.
 *
 * @example
 * ```ts
 * const speed = new Speed(0);
 * speed.sample(500_000, 0.5);
 * speed.bytesPerSecond; // 1_000_000
 * ```
 */
export class Speed {
  #samples: { readonly bytes: number; readonly at: number }[];
  readonly #lateSeconds: number;
  /** What is said after a stop, and until when: at first comes what has piled up meanwhile. */
  #before = 0;
  #heldUntil = -Infinity;

  /**
   * @param now Seconds; the count is 0.
   * @param lateSeconds Seconds between two samples from which on this process was stopped in between,
   * by Ctrl-Z or with its machine: such a time says nothing about the rate.
   */
  constructor(now: number, lateSeconds = Infinity) {
    this.#samples = [{ bytes: 0, at: now }];
    this.#lateSeconds = lateSeconds;
  }

  /** Bytes per second; 0 before the first sample. */
  get bytesPerSecond(): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || last.at <= first.at || last.at < this.#heldUntil) return this.#before;
    return (last.bytes - first.bytes) / (last.at - first.at);
  }

  /** Takes note of the count at `now` (seconds). */
  sample(bytes: number, now: number): void {
    if (now - (this.#samples.at(-1)?.at ?? now) > this.#lateSeconds) {
      this.#before = this.bytesPerSecond;
      this.#heldUntil = now + HOLD_SECONDS;
      this.#samples = [];
    }
    this.#samples.push({ bytes, at: now });
    while ((this.#samples[1]?.at ?? Infinity) <= now - WINDOW_SECONDS) this.#samples.shift();
  }
}
