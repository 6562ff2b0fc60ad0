/** Seconds that a rate looks back over. */
const WINDOW_SECONDS = 1;

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
  readonly #samples: { readonly bytes: number; readonly at: number }[];

  /** @param now Seconds; the count is 0. */
  constructor(now: number) {
    this.#samples = [{ bytes: 0, at: now }];
  }

  /** Bytes per second; 0 before the first sample. */
  get bytesPerSecond(): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || last.at <= first.at) return 0;
    return (last.bytes - first.bytes) / (last.at - first.at);
  }

  /** Takes note of the count at `now` (seconds). */
  sample(bytes: number, now: number): void {
    this.#samples.push({ bytes, at: now });
    while ((this.#samples[1]?.at ?? Infinity) <= now - WINDOW_SECONDS) this.#samples.shift();
  }
}
