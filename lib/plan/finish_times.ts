import { IndexedHeap } from "./indexed_heap.ts";
import type { Pace } from "./rebalance.ts";
import { ASSUMED_RATE } from "./limits.ts";
import type { SourceWork } from "./source_work.ts";

/**
 * When each source that is up would finish its work: the first, the last, and those that are about to
 * run out. An estimate changes only when its source is placed again.
 */
export class FinishTimes {
  readonly #byFinish = new IndexedHeap();
  /** Possible victims only, the last to finish on top. */
  readonly #byFinishBackwards = new IndexedHeap();
  /** Sources about to run out, keyed by a placement counter: first placed, first served. */
  readonly #needy = new IndexedHeap();
  #placements = 0;
  /** Bytes per second by source: the measured rate, or its lower bound until there is one. */
  readonly #rates = new Map<number, number>();
  #sumOfRates = 0;

  /** The possible victim that would finish last. */
  get last(): number | undefined {
    return this.#byFinishBackwards.top;
  }

  /** The source about to run out that was placed longest ago. */
  get needy(): number | undefined {
    return this.#needy.top;
  }

  /** The first `count` to finish, in order; all, when there are fewer. */
  first(count: number): number[] {
    return this.#byFinish.smallest(count);
  }

  /** Estimates a source again; it is up. */
  place(source: SourceWork, now: number): void {
    const { id, remaining } = source;
    this.#countRate(id, source.meter.bytesPerSecond ?? source.meter.leastBytesPerSecond);
    const finish = now + this.#secondsLeft(source, now);
    this.#byFinish.set(id, finish);
    if (this.isNeedy(source)) this.#needy.set(id, this.#placements++);
    else this.#needy.delete(id);
    if (remaining > 0 && source.trim === undefined) this.#byFinishBackwards.set(id, -finish);
    else this.#byFinishBackwards.delete(id);
  }

  /** Forgets a source that is no longer up. */
  remove(id: number): void {
    this.#countRate(id, 0);
    this.#byFinish.delete(id);
    this.#byFinishBackwards.delete(id);
    this.#needy.delete(id);
  }

  /** Whether a source is about to run out of work and is not waiting for a trim. */
  isNeedy(source: SourceWork): boolean {
    return source.awaits === undefined && source.remaining <= source.bytesAhead;
  }

  /** How fast a source is; the longer it is silent, the slower it counts as. */
  paceOf(source: SourceWork, now: number): Pace {
    const { remaining, meter } = source;
    const isMeasured = meter.bytesPerSecond !== undefined;
    if (remaining === 0) {
      const latency = meter.latency + meter.silence(now);
      return { remaining, rate: this.#rateOf(source), isMeasured, latency };
    }
    const rate = remaining / this.#secondsLeft(source, now);
    return { remaining, rate, isMeasured, latency: meter.latency };
  }

  #secondsLeft(source: SourceWork, now: number): number {
    return source.remaining / this.#rateOf(source) + source.meter.silence(now);
  }

  /** Bytes per second, 1 or more. An unknown rate counts as the mean of the known ones, or as its lower bound. */
  #rateOf(source: SourceWork): number {
    const known = source.meter.bytesPerSecond;
    const average = this.#rates.size === 0 ? ASSUMED_RATE : this.#sumOfRates / this.#rates.size;
    return Math.max(known ?? Math.max(average, source.meter.leastBytesPerSecond), 1);
  }

  #countRate(id: number, rate: number): void {
    this.#sumOfRates += rate - (this.#rates.get(id) ?? 0);
    if (rate === 0) this.#rates.delete(id);
    else this.#rates.set(id, rate);
  }
}
