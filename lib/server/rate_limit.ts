import { delay } from "../delay.ts";

/** Milliseconds' worth of bytes that are sent at once: short enough to look like a steady flow. */
const CHUNK_MS = 50;

/** Milliseconds of unused sending that can be made up for, so that late timers do not lower the rate. */
const CREDIT_MS = 50;

/**
 * A token bucket that the connections of one port share, in its virtual-scheduling form: whoever wants
 * to send gets the next free stretch of time, in the order of asking.
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
  /** When everything reserved so far will have been sent. */
  #busyUntilMs = -Infinity;

  /** @param bytesPerSec 1 or more. */
  constructor(bytesPerSec: number) {
    this.#bytesPerMs = bytesPerSec / 1000;
    this.chunkBytes = Math.max(1, Math.floor(this.#bytesPerMs * CHUNK_MS));
  }

  /**
   * Reserves the next free stretch of time.
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

  /** Reserves the next free stretch of time, and waits for it, at most until the signal is aborted. */
  async turn(bytes: number, signal: AbortSignal): Promise<void> {
    const waitMs = this.reserve(bytes, performance.now());
    if (waitMs > 0) await delay(waitMs, signal);
  }

  /** Frees what was reserved and not sent, for whoever asks next. */
  giveBack(bytes: number): void {
    this.#busyUntilMs -= bytes / this.#bytesPerMs;
  }
}
