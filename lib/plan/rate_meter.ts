import {
  FIRST_BYTE_SECONDS,
  FORGET_SECONDS,
  MIN_RATE_WINDOW_SECONDS,
  RATE_DROP_SECONDS,
  RATE_RISE_SECONDS,
  REBALANCE_SECONDS,
  REPORT_SECONDS,
} from "./limits.ts";

/**
 * How fast one source is: its rate (an exponential moving average), the latency of its first byte, and
 * how long bytes have been overdue. It is given bytes and times; it has no clock.
 *
 * Windows shorter than {@linkcode MIN_RATE_WINDOW_SECONDS} are joined, so that the rate does not depend
 * on how finely arrivals are reported. The wait for the first byte is latency and does not count. After
 * {@linkcode FORGET_SECONDS} without a request the rate is unknown again: one hiccup must not keep a
 * source out of a download for ever.
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
  #state: "resting" | "expecting" | "flowing" = "resting";
  #rate: number | undefined;
  #latency = Infinity;
  #windowStart = 0;
  #windowBytes = 0;
  /** When the last byte came, or the wait for it began. */
  #heardAt = 0;
  #askedAt: number | undefined;
  /** How long bytes had been overdue when it last ran out of work. */
  #overdue = 0;
  /** Bytes that came since then. */
  #askedBytes = 0;
  #leastRate = 0;
  /** The first report after a request; it gives the latency once the rate is known. */
  #first: { readonly seconds: number; readonly bytes: number } | undefined;

  /** Bytes per second; undefined until the first window is full. */
  get bytesPerSecond(): number | undefined {
    return this.#rate;
  }

  /** Lower bound on the rate, from the fastest reply so far; bytes per second. */
  get leastBytesPerSecond(): number {
    return this.#leastRate;
  }

  /** Seconds from a request to its first byte, the least so far. */
  get latency(): number {
    return this.#latency === Infinity
      ? REBALANCE_SECONDS
      : Math.max(this.#latency, REBALANCE_SECONDS);
  }

  /** For how many seconds, at `now`, bytes have been overdue; 0 while all is well. */
  silence(now: number): number {
    if (this.#state === "resting") return this.#overdue;
    const silence = now - this.#heardAt;
    return silence > this.#patience ? silence : 0;
  }

  get #patience(): number {
    if (this.#state === "flowing") return REPORT_SECONDS;
    // A new connection may be needed: one more round trip than last time.
    return Math.min(FIRST_BYTE_SECONDS, REPORT_SECONDS + 2 * this.#latency);
  }

  /** Nothing is asked for, at `now` (seconds) and since the last call. */
  rest(now: number): void {
    if (this.#state !== "resting") {
      this.#overdue = this.silence(now);
      this.#state = "resting";
      this.#open(now);
    } else if (now - this.#windowStart >= FORGET_SECONDS) {
      this.#rate = undefined;
      this.#overdue = 0;
    }
  }

  /** A request went out at `now` (seconds): its first byte is expected; the average stays. */
  expect(now: number): void {
    this.expectMore(now);
    this.#askedAt = now;
    this.#askedBytes = 0;
  }

  /** Bytes requested earlier are expected from `now` (seconds) on. */
  expectMore(now: number): void {
    this.#state = "expecting";
    this.#heardAt = now;
  }

  /** Takes note of `bytes` that arrived by `now` (seconds). */
  add(bytes: number, now: number): void {
    if (this.#state === "expecting" && bytes > 0) {
      const askedAt = this.#askedAt;
      this.#first = askedAt === undefined ? undefined : { seconds: now - askedAt, bytes };
      this.#state = "flowing";
      this.#open(now);
    } else if (this.#state === "flowing") {
      this.#windowBytes += bytes;
      this.#close(now);
    }
    if (bytes > 0) this.#heardAt = now;
    if (this.#askedAt === undefined || now === this.#askedAt) return;
    this.#askedBytes += bytes;
    this.#leastRate = Math.max(this.#leastRate, this.#askedBytes / (now - this.#askedAt));
  }

  #close(now: number): void {
    const seconds = now - this.#windowStart;
    if (seconds < MIN_RATE_WINDOW_SECONDS) return;
    const sample = this.#windowBytes / seconds;
    const before = this.#rate ?? sample;
    const memory = sample < before ? RATE_DROP_SECONDS : RATE_RISE_SECONDS;
    this.#rate = before + (sample - before) * (1 - Math.exp(-seconds / memory));
    if (this.#first && this.#rate > 0) {
      const { seconds, bytes } = this.#first;
      const latency = Math.max(0, seconds - Math.min(bytes / this.#rate, REPORT_SECONDS));
      this.#latency = Math.min(this.#latency, latency);
      this.#first = undefined;
    }
    this.#open(now);
  }

  #open(now: number): void {
    this.#windowStart = now;
    this.#windowBytes = 0;
  }
}
