/**
 * Numbers that look random and depend on the seed alone (mulberry32), so that a run that went wrong
 * can be run again.
 *
 * @example
 * ```ts
 * new Random(7).between(10, 20) === new Random(7).between(10, 20); // true
 * ```
 */
export class Random {
  #state: number;

  /** @param seed Any integer. */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A number of [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A number of [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A number of [low, high), each order of magnitude as likely as the others. */
  magnitude(low: number, high: number): number {
    return low * (high / low) ** this.next();
  }

  /** An integer of low to high, both included. */
  integer(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  /** Whether something of this probability happens. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the items. */
  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.integer(0, items.length - 1)] ?? items[0];
  }
}
