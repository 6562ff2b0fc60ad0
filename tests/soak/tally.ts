/** How often what was made to go wrong. */
export class Tally {
  readonly #times = new Map<string, number>();

  count(what: string, times = 1): void {
    this.#times.set(what, (this.#times.get(what) ?? 0) + times);
  }

  /** Everything counted, in all. */
  get total(): number {
    return [...this.#times.values()].reduce((sum, times) => sum + times, 0);
  }

  /** Adds another one. */
  add(other: Tally): void {
    for (const [what, times] of other.#times) this.count(what, times);
  }

  /** One line for every kind, the most frequent first. */
  toString(): string {
    return [...this.#times].sort(([, one], [, other]) => other - one)
      .map(([what, times]) => `${String(times).padStart(8)}  ${what}\n`).join("");
  }
}
