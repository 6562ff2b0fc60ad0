import type { ServerNotice } from "./server_event.ts";

/** Milliseconds between two notices about the same thing. */
const NOTICE_INTERVAL_MS = 10_000;

/** What a notice is about, for a program. */
export interface NoticeDetails {
  readonly about?: ServerNotice;
  readonly client?: string;
}

/** Limits how often the operator is told of what may happen thousands of times a second. */
export class Notices {
  readonly #tell: (message: string, details: NoticeDetails) => void;
  #lastMs = -Infinity;
  #untold = 0;

  constructor(tell: (message: string, details: NoticeDetails) => void) {
    this.#tell = tell;
  }

  /**
   * @param message One line; dropped, and counted, if one was told shortly before.
   * @param nowMs The present, on any clock that does not go back.
   */
  add(message: string, nowMs: number, details: NoticeDetails = {}): void {
    if (nowMs - this.#lastMs < NOTICE_INTERVAL_MS) {
      this.#untold++;
      return;
    }
    const others = this.#untold === 0 ? "" : ` (and ${this.#untold} more like this before)`;
    this.#untold = 0;
    this.#lastMs = nowMs;
    this.#tell(message + others, details);
  }
}
