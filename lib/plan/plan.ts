import type { ByteRange } from "./byte_range.ts";
import { IndexedHeap } from "./indexed_heap.ts";
import {
  BLOCK_FRACTION,
  BLOCK_SECONDS,
  BLOCKS_AHEAD,
  FIRST_BLOCK_LENGTH,
  GRAIN_LENGTH,
  HANDOVER_SECONDS,
  MAX_BLOCK_LENGTH,
  MIN_BLOCK_SECONDS,
  MIN_GAIN_SECONDS,
  PIECES_WORTH_ALIGNING,
} from "./limits.ts";
import type { PlanCommand, PlanEvent, PlanOptions } from "./plan_event.ts";
import { portions } from "./portions.ts";
import { RangeQueue } from "./range_queue.ts";
import { type Flight, SourceWork } from "./source_work.ts";

/**
 * Decides who fetches which bytes next: a deterministic state machine without I/O, clock or chance.
 *
 * Every missing byte belongs to exactly one source at a time, or to the pool while no source is up. A
 * source's portion is asked for front to back, in blocks. A paused source keeps what it has. What a
 * failed source had left is divided equally among the others. With `adaptive` balance a source that
 * has nothing left takes, from the back of the work of the source that would finish last, as much
 * as lets both finish at the same time; where that work has been asked for already, the block is
 * trimmed first and changes hands only when its source has confirmed where it stops. So no byte is
 * ever fetched by two sources, and nothing waits for a slow one at the end.
 *
 * An event costs O(log n) for n sources, except `failed` and `start`, which may give to all.
 *
 * @example
 * ```ts
 * const plan = new Plan({ pieceLength: 1 << 20, missing: [{ start: 0, end: 8 << 20 }], balance: "adaptive" });
 * plan.start([1, 2], 0); // fetch orders for both, 4 MiB each
 * plan.apply({ type: "received", source: 1, bytes: 4 << 20 }, 0.5);
 * ```
 */
export class Plan {
  readonly #pieceLength: number;
  readonly #adaptive: boolean;
  readonly #sources = new Map<number, SourceWork>();
  /** What no source has. */
  readonly #pool = new RangeQueue();
  /** Sources that are up, the one that would finish last on top. */
  readonly #latest = new IndexedHeap((a, b) => b - a);
  /** Sources that are up, the one that would finish first on top. */
  readonly #earliest = new IndexedHeap((a, b) => a - b);
  /** Sources that are up, have nothing to do and wait for nothing. */
  readonly #idle = new Set<number>();
  #missing = 0;
  #nextBlock = 1;
  #knownRates = 0;
  #sumOfRates = 0;
  #commands: PlanCommand[] = [];

  /** @param options What is missing and how it is divided. */
  constructor(options: PlanOptions) {
    this.#pieceLength = options.pieceLength;
    this.#adaptive = options.balance === "adaptive";
    for (const range of options.missing) {
      this.#pool.push(range);
      this.#missing += range.end - range.start;
    }
  }

  /** Bytes that have not been delivered. */
  get missing(): number {
    return this.#missing;
  }

  /** Bytes that a source still has to deliver. */
  remaining(source: number): number {
    return this.#sources.get(source)?.remaining ?? 0;
  }

  /** Whether a source that is up has nothing to do. */
  isIdle(source: number): boolean {
    const work = this.#sources.get(source);
    return work?.availability === "up" && work.remaining === 0;
  }

  /** The first bytes that a source was asked for and has not delivered; undefined when there are none. */
  expects(source: number): ByteRange | undefined {
    const flight = this.#sources.get(source)?.flights[0];
    return flight && { start: flight.start, end: flight.end };
  }

  /**
   * Gives an equal portion of what is missing to each of the sources that a download starts with.
   *
   * @param sources Their numbers.
   * @param now Seconds, on any clock that never goes back.
   */
  start(sources: readonly number[], now: number): PlanCommand[] {
    for (const source of sources) this.#enter(source, now);
    const shares = portions(this.#pool.takeAll(), Math.max(1, sources.length), this.#pieceLength);
    sources.forEach((source, at) => {
      for (const range of shares[at] ?? []) this.#work(source).queue.push(range);
    });
    for (const source of sources) this.#feed(this.#work(source), now);
    return this.#flush();
  }

  /**
   * Takes note of what happened.
   *
   * @param event What happened.
   * @param now Seconds, on the same clock as before, not earlier than before.
   * @returns What to do about it, in order.
   * @throws {RangeError} If a source delivered bytes that it was not asked for.
   */
  apply(event: PlanEvent, now: number): PlanCommand[] {
    switch (event.type) {
      case "joined":
        this.#join(event.source, now);
        break;
      case "received":
        this.#receive(this.#work(event.source), event.bytes, now);
        break;
      case "trimmed":
        this.#finishTrim(this.#work(event.source), event.block, event.end, now);
        break;
      case "paused":
        this.#pause(this.#work(event.source));
        break;
      case "resumed":
        this.#resume(this.#work(event.source), now);
        break;
      case "failed":
        this.#lose(this.#work(event.source), now);
        break;
      case "rejected":
        this.#reject(event.range, event.source, now);
        break;
    }
    this.#feedIdle(now);
    return this.#flush();
  }

  // What happens to sources ------------------------------------------------------------------------

  #enter(id: number, now: number): SourceWork {
    const source = this.#sources.get(id) ?? new SourceWork(id);
    this.#sources.set(id, source);
    source.availability = "up";
    source.awaitsTrim = false;
    source.meter.restart(now);
    return source;
  }

  #join(id: number, now: number): void {
    const source = this.#enter(id, now);
    for (const range of this.#pool.takeAll()) source.queue.push(range);
    if (source.remaining === 0) this.#steal(source, now);
    this.#feed(source, now);
  }

  #receive(source: SourceWork, bytes: number, now: number): void {
    source.receive(bytes);
    this.#missing -= bytes;
    if (source.availability !== "up") return;
    const before = source.meter.bytesPerSecond;
    if (source.flights.length > 0 || bytes > 0) source.meter.add(bytes, now);
    else source.meter.restart(now);
    this.#countRate(before, source.meter.bytesPerSecond);
    this.#feed(source, now);
  }

  #pause(source: SourceWork): void {
    if (source.availability !== "up") return;
    source.availability = "paused";
    this.#leave(source);
  }

  #resume(source: SourceWork, now: number): void {
    if (source.availability !== "paused") return;
    this.#enter(source.id, now);
    for (const range of this.#pool.takeAll()) source.queue.push(range);
    this.#feed(source, now);
  }

  #lose(source: SourceWork, now: number): void {
    if (source.availability === "gone") return;
    source.availability = "gone";
    this.#leave(source);
    const heir = source.trimmedFor;
    if (heir !== undefined) this.#work(heir).awaitsTrim = false;
    this.#share(source.abandon(), now);
    if (heir !== undefined) this.#feed(this.#work(heir), now);
  }

  #leave(source: SourceWork): void {
    this.#latest.delete(source.id);
    this.#earliest.delete(source.id);
    this.#idle.delete(source.id);
  }

  #reject(range: ByteRange, culprit: number | undefined, now: number): void {
    this.#missing += range.end - range.start;
    const other = this.#firstToFinish(culprit);
    if (!other) return this.#pool.push(range);
    other.queue.unshift(range);
    this.#feed(other, now);
  }

  #firstToFinish(except: number | undefined): SourceWork | undefined {
    const top = this.#earliest.top;
    if (top === undefined) return undefined;
    if (top !== except) return this.#work(top);
    const key = this.#earliest.keyOf(top);
    this.#earliest.delete(top);
    const second = this.#earliest.top;
    this.#earliest.set(top, key);
    return this.#work(second ?? top);
  }

  // Who gets what ----------------------------------------------------------------------------------

  /** Divides what a source left equally among those that are up; pieces are never cut for it. */
  #share(ranges: readonly ByteRange[], now: number): void {
    const bytes = ranges.reduce((sum, range) => sum + range.end - range.start, 0);
    const most = Math.max(1, Math.floor(bytes / this.#pieceLength));
    const heirs: SourceWork[] = [];
    while (heirs.length < most && this.#earliest.top !== undefined) {
      const heir = this.#work(this.#earliest.top);
      this.#earliest.delete(heir.id);
      heirs.push(heir);
    }
    if (heirs.length === 0) {
      for (const range of ranges) this.#pool.push(range);
      return;
    }
    const shares = portions(ranges, heirs.length, this.#pieceLength);
    heirs.forEach((heir, at) => {
      for (const range of shares[at] ?? []) heir.queue.push(range);
      this.#feed(heir, now);
    });
  }

  /** Asks a source for blocks until it has enough ahead of it; finds it work if it has none. */
  #feed(source: SourceWork, now: number): void {
    if (source.availability !== "up") return;
    if (source.remaining === 0 && this.#adaptive && !source.awaitsTrim) this.#steal(source, now);
    while (source.flights.length < BLOCKS_AHEAD && source.queue.first) {
      if (source.flights.length === 0) source.meter.restart(now);
      const block = source.launch(this.#nextBlock++, this.#blockEnd(source, source.queue.first));
      this.#commands.push({ type: "fetch", source: source.id, block });
    }
    this.#rank(source, now);
  }

  #feedIdle(now: number): void {
    if (!this.#adaptive) return;
    for (const id of this.#idle) {
      // Behind the others from now on: one that cannot gain must not keep its turn for ever.
      this.#idle.delete(id);
      this.#feed(this.#work(id), now);
      if (this.#idle.has(id)) return;
    }
  }

  #blockEnd(source: SourceWork, range: ByteRange): number {
    const rate = source.meter.bytesPerSecond;
    const wanted = rate === undefined ? FIRST_BLOCK_LENGTH : Math.max(
      Math.min(rate * BLOCK_SECONDS, source.remaining * BLOCK_FRACTION),
      rate * MIN_BLOCK_SECONDS,
      GRAIN_LENGTH,
    );
    const end = range.start + Math.min(wanted, MAX_BLOCK_LENGTH);
    if (end + GRAIN_LENGTH >= range.end) return range.end;
    const onPiece = floorTo(end, this.#pieceLength);
    return onPiece > range.start ? onPiece : Math.max(floorTo(end, GRAIN_LENGTH), range.start + 1);
  }

  /** Moves work from the source that would finish last to `thief`, which has none. */
  #steal(thief: SourceWork, now: number): void {
    const last = this.#latest.top;
    if (last === undefined || last === thief.id) return;
    const victim = this.#work(last);
    const victimRate = this.#rateOf(victim);
    const thiefRate = thief.meter.bytesPerSecond ?? Math.max(victimRate, this.#meanRate());
    const share = this.#shareOf(victim.remaining, victimRate, thiefRate);
    if (share === 0) return;
    if (victim.queue.bytes > 0) {
      const cut = (position: number, range: ByteRange) => this.#cut(position, range, share);
      for (const range of victim.queue.takeBack(share, cut)) thief.queue.push(range);
      if (thief.queue.bytes > 0) return this.#rank(victim, now);
    }
    this.#trim(victim, thief, share);
  }

  /** How much of `remaining` bytes a thief should take for both to end together; 0 if nothing is won. */
  #shareOf(remaining: number, victimRate: number, thiefRate: number): number {
    const before = remaining / victimRate;
    const fair = (remaining - HANDOVER_SECONDS * victimRate) * thiefRate / (victimRate + thiefRate);
    const share = remaining - fair < GRAIN_LENGTH ? remaining : Math.max(fair, GRAIN_LENGTH);
    if (share > remaining) return 0;
    const after = Math.max((remaining - share) / victimRate, HANDOVER_SECONDS + share / thiefRate);
    return before - after < MIN_GAIN_SECONDS ? 0 : share;
  }

  /** Where to cut a range near `position`: between pieces if that changes the share but little. */
  #cut(position: number, range: ByteRange, share: number): number {
    const boundary = share < PIECES_WORTH_ALIGNING * this.#pieceLength
      ? GRAIN_LENGTH
      : this.#pieceLength;
    return Math.min(Math.max(floorTo(position, boundary), range.start), range.end);
  }

  /** Has the last block that a source was asked for end sooner; the rest goes to `thief`. */
  #trim(victim: SourceWork, thief: SourceWork, share: number): void {
    const flight = victim.flights.at(-1) as Flight;
    const end = this.#cut(Math.max(flight.end - share, flight.start), flight, share);
    victim.trimmedFor = thief.id;
    thief.awaitsTrim = true;
    this.#latest.delete(victim.id);
    this.#commands.push({ type: "trim", source: victim.id, block: flight.id, end });
  }

  #finishTrim(victim: SourceWork, block: number, end: number, now: number): void {
    const heir = victim.trimmedFor;
    if (heir === undefined) return;
    victim.trimmedFor = undefined;
    const thief = this.#work(heir);
    thief.awaitsTrim = false;
    const flight = victim.flights.find(({ id }) => id === block);
    if (flight && end < flight.end) {
      const freed = { start: Math.max(end, flight.start), end: flight.end };
      flight.end = freed.start;
      if (flight.start === flight.end) victim.flights.splice(victim.flights.indexOf(flight), 1);
      if (victim.availability === "paused") victim.queue.unshift(freed);
      else if (thief.availability === "up") thief.queue.push(freed);
      else this.#share([freed], now);
    }
    this.#feed(victim, now);
    this.#feed(thief, now);
  }

  // Estimates --------------------------------------------------------------------------------------

  /** Puts a source where it belongs among the others, by when it would finish. */
  #rank(source: SourceWork, now: number): void {
    if (source.availability !== "up") return;
    const remaining = source.remaining;
    if (remaining === 0 && !source.awaitsTrim) this.#idle.add(source.id);
    else this.#idle.delete(source.id);
    const finish = this.#finishOf(source, now);
    this.#earliest.set(source.id, finish);
    if (remaining > 0 && source.trimmedFor === undefined) this.#latest.set(source.id, finish);
    else this.#latest.delete(source.id);
  }

  #finishOf(source: SourceWork, now: number): number {
    return now + source.remaining / this.#rateOf(source);
  }

  #rateOf(source: SourceWork): number {
    return Math.max(source.meter.bytesPerSecond ?? this.#meanRate(), 1);
  }

  #meanRate(): number {
    return this.#knownRates === 0 ? 1 : Math.max(this.#sumOfRates / this.#knownRates, 1);
  }

  #countRate(before: number | undefined, after: number | undefined): void {
    if (after === undefined) return;
    if (before === undefined) this.#knownRates += 1;
    this.#sumOfRates += after - (before ?? 0);
  }

  #work(id: number): SourceWork {
    const source = this.#sources.get(id);
    if (!source) throw new RangeError(`Source ${id} has not joined`);
    return source;
  }

  #flush(): PlanCommand[] {
    const commands = this.#commands;
    this.#commands = [];
    return commands;
  }
}

function floorTo(position: number, boundary: number): number {
  return Math.floor(position / boundary) * boundary;
}
