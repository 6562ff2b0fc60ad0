import { IndexedHeap } from "./indexed_heap.ts";
import type { Pace } from "./handover.ts";
import { AHEAD_SECONDS, FIRST_BLOCK_LENGTH } from "./limits.ts";
import type { SourceWork } from "./source_work.ts";

/**
 * The sources that are up, by when each would finish what it has: who would be first, who last, who
 * soon has nothing to do. Where a source stands changes only when it is placed again.
 */
export class Standings {
  readonly #byFinish = new IndexedHeap();
  /** Of those from whom work can be taken; the last one to finish is on top. */
  readonly #byFinishBackwards = new IndexedHeap();
  readonly #needy = new Set<number>();
  /** Bytes per second, of those whose rate is known. */
  readonly #rates = new Map<number, number>();
  #sumOfRates = 0;

  /** Who would finish last, of those from whom work can be taken. */
  get last(): number | undefined {
    return this.#byFinishBackwards.top;
  }

  /** Those that soon have nothing to do and wait for nothing; the one placed longest ago first. */
  get needy(): Iterable<number> {
    return this.#needy;
  }

  /** The first `count` to finish, in order; all, when there are fewer. */
  first(count: number): number[] {
    return this.#byFinish.smallest(count);
  }

  /** Puts a source that is up where it belongs. */
  place(source: SourceWork, now: number): void {
    const { id, remaining } = source;
    this.#countRate(id, source.meter.bytesPerSecond);
    const finish = now + this.#secondsLeft(source, now);
    this.#byFinish.set(id, finish);
    this.#needy.delete(id);
    this.#byFinishBackwards.delete(id);
    if (this.isNeedy(source)) this.#needy.add(id);
    if (remaining > 0 && source.trim === undefined) this.#byFinishBackwards.set(id, -finish);
  }

  /** Takes a source out: it is not up any more. */
  remove(id: number): void {
    this.#countRate(id, undefined);
    this.#byFinish.delete(id);
    this.#byFinishBackwards.delete(id);
    this.#needy.delete(id);
  }

  /** Whether a source soon has nothing to do, and waits for nothing. */
  isNeedy(source: SourceWork): boolean {
    if (source.awaits !== undefined) return false;
    return source.remaining <= this.bytesAhead(source);
  }

  /** How many bytes keep a source busy for as long as it takes to ask for more. */
  bytesAhead(source: SourceWork): number {
    const { bytesPerSecond, latency } = source.meter;
    if (bytesPerSecond === undefined) return FIRST_BLOCK_LENGTH;
    return bytesPerSecond * (AHEAD_SECONDS + latency);
  }

  /** How fast a source gets on: the slower the longer nothing has come from it. */
  paceOf(source: SourceWork, now: number): Pace {
    const { remaining, meter } = source;
    if (remaining > 0) {
      return {
        remaining,
        rate: remaining / this.#secondsLeft(source, now),
        latency: meter.latency,
      };
    }
    const latency = meter.latency + meter.silence(now);
    return { remaining, rate: this.rateOf(source), latency };
  }

  #secondsLeft(source: SourceWork, now: number): number {
    return source.remaining / this.rateOf(source) + source.meter.silence(now);
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
