import { Patience } from "../../patience.ts";

/**
 * Bounds each of many waits for one connection. One timer serves them all: what comes in chunks of a few
 * bytes would else take one for each.
 *
 * @example
 * ```ts
 * using silence = new SilenceLimit(5_000, () => connection.close());
 * while (await silence.bound(content.fill())) console.log(content.take(1_000));
 * ```
 */
export class SilenceLimit implements Disposable {
  readonly #milliseconds: number;
  readonly #patience: Patience;
  #isOver = false;

  /**
   * @param milliseconds For how long nothing may come.
   * @param giveUp Called once when nothing has; has to make the wait end, as closing a connection does.
   */
  constructor(milliseconds: number, giveUp: () => void) {
    this.#milliseconds = milliseconds;
    this.#patience = new Patience(milliseconds, () => {
      this.#isOver = true;
      giveUp();
    });
  }

  /** @throws {Deno.errors.TimedOut} When the time is over; else whatever `wait` throws. */
  async bound<T>(wait: Promise<T>): Promise<T> {
    this.#patience.renew();
    try {
      return await wait;
    } catch (cause) {
      if (!this.#isOver) throw cause;
      const seconds = this.#milliseconds / 1_000;
      throw new Deno.errors.TimedOut(`no answer within ${seconds} s`, { cause });
    }
  }

  [Symbol.dispose](): void {
    this.#patience[Symbol.dispose]();
  }
}
