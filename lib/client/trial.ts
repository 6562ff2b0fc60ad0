import { now } from "../clock.ts";
import type { Agreement } from "../sources/agreement.ts";
import type { Source } from "../sources/source.ts";
import type { Sources } from "../sources/sources.ts";

/**
 * The first moments of a download that has begun without waiting for all sources. As long as one that has
 * yet to answer may outvote the others, what has come is on trial: it may be of the wrong copy.
 */
export class Trial {
  readonly #sources: Sources;
  readonly #agreement: Pick<Agreement, "isTied">;
  readonly #until: number;
  /** Those that were asked in vain meanwhile: they may come later, and are not waited for. */
  readonly #missed = new Set<Source>();
  #isOver = false;

  /** @param until Seconds on the clock of `now()`: how long those that have not answered are waited for. */
  constructor(sources: Sources, agreement: Pick<Agreement, "isTied">, until: number) {
    this.#sources = sources;
    this.#agreement = agreement;
    this.#until = until;
  }

  /** Whether what has come counts, and what will. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** A source was asked in vain. */
  miss(source: Source): void {
    this.#missed.add(source);
  }

  /**
   * Looks whether it is over. To be called only once the vote among those that have answered was taken.
   *
   * @returns Whether it has ended now.
   */
  look(): boolean {
    if (this.#isOver || this.#agreement.isTied || this.#isAwaiting) return false;
    return this.#isOver = true;
  }

  get #isAwaiting(): boolean {
    return now() < this.#until &&
      this.#sources.all.some((source) =>
        !source.copy && source.mayReturn && !this.#missed.has(source)
      );
  }
}
