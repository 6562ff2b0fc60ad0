/** Milliseconds between two notices about the same thing. */
const NOTICE_INTERVAL_MS = 10_000;

/** Tells the operator about something that may happen thousands of times a second, but not that often. */
export class Notices {
  readonly #tell: (message: string) => void;
  #lastMs = -Infinity;
  #untold = 0;

  constructor(tell: (message: string) => void) {
    this.#tell = tell;
  }

  /**
   * @param message One line; dropped, and counted, if one was told shortly before.
   * @param nowMs The present, on any clock that does not go back.
   */
  add(message: string, nowMs: number): void {
    if (nowMs - this.#lastMs < NOTICE_INTERVAL_MS) {
      this.#untold++;
      return;
    }
    const others = this.#untold === 0 ? "" : ` (and ${this.#untold} more like this before)`;
    this.#untold = 0;
    this.#lastMs = nowMs;
    this.#tell(message + others);
  }
}
