import { MAX_RESPONSE_HEAD_BYTES } from "../http/limits.ts";
import type { RateTurns } from "./download_rate.ts";
import { REPORT_MS } from "./limits.ts";

/** What one source may take now, where the rate of the download is limited. */
export class Allowance {
  readonly #turns: RateTurns;
  readonly #onHeld: () => void;
  #bytes = 0;

  /** @param onHeld Called every {@linkcode REPORT_MS} while the source waits for its turn. */
  constructor(turns: RateTurns, onHeld: () => void) {
    this.#turns = turns;
    this.#onHeld = onHeld;
  }

  /** Bytes that it may take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The part of a buffer that is used: what may be taken at a time, and no head is longer. */
  passage(buffer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    return buffer.subarray(0, Math.max(this.#turns.turnBytes, MAX_RESPONSE_HEAD_BYTES));
  }

  /**
   * Waits until it may take some.
   *
   * @param most How many have come.
   * @param signal Ends the wait.
   */
  async earn(most: number, signal: AbortSignal): Promise<void> {
    const bytes = Math.min(most, this.#turns.turnBytes) - this.#bytes;
    if (bytes <= 0) return;
    const turn = this.#turns.turn(bytes, signal);
    if (turn) {
      const held = setInterval(this.#onHeld, REPORT_MS);
      await turn;
      clearInterval(held);
    }
    this.#bytes += bytes;
  }

  /** Counts bytes as taken. What was not waited for is waited for by whoever comes next. */
  spend(bytes: number): void {
    const earned = Math.min(bytes, this.#bytes);
    this.#bytes -= earned;
    if (bytes > earned) this.#turns.charge(bytes - earned);
  }
}
