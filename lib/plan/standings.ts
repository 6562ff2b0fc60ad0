import { IndexedHeap } from "./indexed_heap.ts";
import type { SourceWork } from "./source_work.ts";

/**
 * The sources that are up, by when each would finish what it has: who would be first, who last, who
 * has nothing to do. Where a source stands changes only when it is placed again.
 */
export class Standings {
  readonly #byFinish = new IndexedHeap();
  /** Of those from whom work can be taken; the last one to finish is on top. */
  readonly #byFinishBackwards = new IndexedHeap();
  readonly #idle = new Set<number>();
  /** Bytes per second, of those whose rate is known. */
  readonly #rates = new Map<number, number>();
  #sumOfRates = 0;

  /** Who would finish last, of those from whom work can be taken. */
  get last(): number | undefined {
    return this.#byFinishBackwards.top;
  }

  /** Those that have nothing to do and wait for nothing; the one placed longest ago comes first. */
  get idle(): Iterable<number> {
    return this.#idle;
  }

  /** The first `count` to finish, in order; all, when there are fewer. */
  first(count: number): number[] {
    return this.#byFinish.smallest(count);
  }

  /** Puts a source that is up where it belongs. */
  place(source: SourceWork, now: number): void {
    const { id, remaining } = source;
    this.#countRate(id, source.meter.bytesPerSecond);
    const finish = now + remaining / this.rateOf(source);
    this.#byFinish.set(id, finish);
    this.#idle.delete(id);
    this.#byFinishBackwards.delete(id);
    if (remaining === 0 && source.awaits === undefined) this.#idle.add(id);
    if (remaining > 0 && source.trim === undefined) this.#byFinishBackwards.set(id, -finish);
  }

  /** Takes a source out: it is not up any more. */
  remove(id: number): void {
    this.#countRate(id, undefined);
    this.#byFinish.delete(id);
    this.#byFinishBackwards.delete(id);
    this.#idle.delete(id);
  }

  /** Bytes per second, 1 or more; for a source whose rate is not known, the average of the others. */
  rateOf(source: SourceWork): number {
    const known = source.meter.bytesPerSecond;
    const average = this.#rates.size === 0 ? 1 : this.#sumOfRates / this.#rates.size;
    return Math.max(known ?? average, 1);
  }

  #countRate(id: number, rate: number | undefined): void {
    this.#sumOfRates += (rate ?? 0) - (this.#rates.get(id) ?? 0);
    if (rate === undefined) this.#rates.delete(id);
    else this.#rates.set(id, rate);
  }
}
