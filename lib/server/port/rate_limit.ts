import { FairQueue } from "./fair_queue.ts";

/** Milliseconds' worth of bytes that are sent at once: short enough to look like a steady flow. */
const CHUNK_MS = 50;

/** Milliseconds of unused sending that can be made up for, so that late timers do not lower the rate. */
const CREDIT_MS = 50;

/** Who waits for a turn, and of how many bytes. */
interface Waiter {
  readonly bytes: number;
  readonly begin: () => void;
}

/**
 * A token bucket that the connections of one port share, in its virtual-scheduling form: whoever wants
 * to send gets the next free stretch of time. Clients take turns, so that each gets as much as any
 * other, however many connections it has.
 *
 * @example
 * ```ts
 * const limit = new RateLimit(1_000_000);
 * limit.reserve(50_000, 0); // 0: at once
 * limit.reserve(50_000, 0); // 0: the credit
 * limit.reserve(50_000, 0); // 50: milliseconds to wait
 * ```
 */
export class RateLimit {
  /** The most bytes to send at once. */
  readonly chunkBytes: number;
  readonly #bytesPerMs: number;
  readonly #waiting = new FairQueue<Waiter>();
  /** When everything reserved so far will have been sent. */
  #busyUntilMs = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param bytesPerSec 1 or more. */
  constructor(bytesPerSec: number) {
    this.#bytesPerMs = bytesPerSec / 1000;
    this.chunkBytes = Math.max(1, Math.floor(this.#bytesPerMs * CHUNK_MS));
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether nobody has to wait at present. */
  isFree(nowMs: number): boolean {
    return this.#busyUntilMs <= nowMs && this.waiting === 0;
  }

  /**
   * Reserves the next free stretch of time, whoever waits for one.
   *
   * @param bytes How many will be sent, usually at most {@linkcode chunkBytes}.
   * @param nowMs The present, on any clock that does not go back.
   * @returns Milliseconds to wait before sending them.
   */
  reserve(bytes: number, nowMs: number): number {
    const beginMs = Math.max(this.#busyUntilMs, nowMs - CREDIT_MS);
    this.#busyUntilMs = beginMs + bytes / this.#bytesPerMs;
    return Math.max(0, beginMs - nowMs);
  }

  /**
   * Waits for the client's turn, and reserves it.
   *
   * @param client Who it is for: clients take turns.
   * @param signal Ends the wait.
   * @returns The bytes that may be sent: all that were asked for, or none if the wait was ended.
   */
  async turn(client: string, bytes: number, signal: AbortSignal): Promise<number> {
    if (signal.aborted) return 0;
    const { promise, resolve } = Promise.withResolvers<number>();
    const waiter = { bytes, begin: () => resolve(bytes) };
    const leave = () => {
      if (this.#waiting.remove(client, waiter)) resolve(0);
      if (this.waiting === 0) clearTimeout(this.#timer);
    };
    signal.addEventListener("abort", leave);
    this.#waiting.push(client, bytes, waiter);
    this.#serve();
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  /** Frees what was reserved and not sent, for whoever is next. */
  giveBack(bytes: number): void {
    if (bytes === 0) return;
    this.#busyUntilMs -= bytes / this.#bytesPerMs;
    if (this.waiting > 0) this.#serve();
  }

  /** Lets everybody begin whose turn it is. */
  #serve(): void {
    clearTimeout(this.#timer);
    let nowMs = performance.now();
    while (this.#busyUntilMs <= nowMs) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.reserve(next.bytes, nowMs);
      next.begin();
      nowMs = performance.now();
    }
    if (this.waiting === 0) return;
    this.#timer = setTimeout(() => this.#serve(), this.#busyUntilMs - nowMs);
  }
}
