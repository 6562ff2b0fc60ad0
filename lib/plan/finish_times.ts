import { IndexedHeap } from "./indexed_heap.ts";
import type { Pace } from "./rebalance.ts";
import { ASSUMED_RATE } from "./limits.ts";
import type { SourceWork } from "./source_work.ts";

/**
 * The sources that are up, by when each would finish what it has: who would be first, who last, who
 * soon has nothing to do. Where a source stands changes only when it is placed again.
 */
export class FinishTimes {
  readonly #byFinish = new IndexedHeap();
  /** Of those from whom work can be taken; the last one to finish is on top. */
  readonly #byFinishBackwards = new IndexedHeap();
  /** Keys count placements. */
  readonly #needy = new IndexedHeap();
  #placements = 0;
  /** Bytes per second, of those that have sent something: what they were seen to do at least, or do. */
  readonly #rates = new Map<number, number>();
  #sumOfRates = 0;

  /** Who would finish last, of those from whom work can be taken. */
  get last(): number | undefined {
    return this.#byFinishBackwards.top;
  }

  /** Who soon has nothing to do and waits for nothing; of several, the one placed longest ago. */
  get needy(): number | undefined {
    return this.#needy.top;
  }

  /** The first `count` to finish, in order; all, when there are fewer. */
  first(count: number): number[] {
    return this.#byFinish.smallest(count);
  }

  /** Puts a source that is up where it belongs. */
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

  /** Takes a source out: it is not up any more. */
  remove(id: number): void {
    this.#countRate(id, 0);
    this.#byFinish.delete(id);
    this.#byFinishBackwards.delete(id);
    this.#needy.delete(id);
  }

  /** Whether a source soon has nothing to do, and waits for nothing. */
  isNeedy(source: SourceWork): boolean {
    return source.awaits === undefined && source.remaining <= source.bytesAhead;
  }

  /** How fast a source gets on: the slower the longer nothing has come from it. */
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

  /**
   * Bytes per second, 1 or more; for a source whose rate is not known, what those do on average of
   * which something is, or more if it was seen to do more.
   */
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
