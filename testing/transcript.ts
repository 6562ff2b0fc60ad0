/** What a program has said so far, and whoever waits for it to say something. */
export class Transcript<Entry> {
  readonly entries: Entry[] = [];
  readonly #waiting = new Set<() => void>();
  #closed = false;

  /** Whether nothing more will come. */
  get closed(): boolean {
    return this.#closed;
  }

  add(entry: Entry): void {
    this.entries.push(entry);
    this.#wake();
  }

  /** Nothing more will come. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /**
   * The first entry that fits, be it there already or yet to come.
   *
   * @param after Only what was said after this entry counts.
   * @returns The entry; undefined if the record was closed without one.
   */
  async find(fits: (entry: Entry) => boolean, after?: Entry): Promise<Entry | undefined> {
    for (let at = after === undefined ? 0 : this.entries.indexOf(after) + 1;; at++) {
      while (at >= this.entries.length) {
        if (this.#closed) return undefined;
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
      const entry = this.entries[at] as Entry;
      if (fits(entry)) return entry;
    }
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
