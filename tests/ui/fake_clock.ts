/** A clock that only goes on when it is told to. */
export class FakeClock {
  #nowMs = 0;
  #timers: { readonly at: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#nowMs + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  every(ms: number, callback: () => void): () => void {
    let cancel = this.after(ms, again);
    const outer = this.after.bind(this);
    return () => cancel();

    function again(): void {
      callback();
      cancel = outer(ms, again);
    }
  }

  /** Lets time pass, and whatever was waiting for it happen in order. */
  advance(ms: number): void {
    const end = this.#nowMs + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#nowMs = Math.max(this.#nowMs, next.at);
      next.callback();
    }
    this.#nowMs = end;
  }
}
