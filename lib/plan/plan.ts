import { blockEnd } from "./block_end.ts";
import { nearestBoundary } from "./boundary.ts";
import { byteLength, type ByteRange, type Work } from "../byte_range.ts";
import { assign } from "./assign.ts";
import { shareToMove } from "./rebalance.ts";
import { MIN_HEIRS } from "./limits.ts";
import type { PlanCommand, PlanEvent, PlanOptions } from "./plan_event.ts";
import { RangeQueue } from "./range_queue.ts";
import { RateMeter } from "./rate_meter.ts";
import { SourceWork } from "./source_work.ts";
import { FinishTimes } from "./finish_times.ts";

/**
 * Decides who fetches which bytes next: a deterministic state machine without I/O, clock or chance.
 *
 * Every missing byte belongs to exactly one source at a time, or to the pool while no source is up. A
 * source's portion is asked for front to back, in blocks. A paused source keeps what it has. What a
 * failed source had left is divided equally among the others. With `adaptive` balance a source that
 * has little left takes, from the back of the work of the source that would finish last, as much as
 * lets both finish at the same time; where that work has been asked for already, the block is trimmed
 * first and changes hands only when its source has confirmed where it stops. So no byte is ever fetched
 * by two sources, and nothing waits for a slow one at the end.
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
  readonly #finishTimes = new FinishTimes();
  /** What no source has. */
  readonly #pool = new RangeQueue();
  #missing: number;
  #nextBlock = 1;
  #commands: PlanCommand[] = [];

  /** @param options What is missing and how it is divided. */
  constructor(options: PlanOptions) {
    this.#pieceLength = options.pieceLength;
    this.#adaptive = options.balance === "adaptive";
    this.#missing = byteLength(options.missing);
    for (const range of options.missing) this.#pool.push(range);
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
   * @returns What to do, in order.
   */
  start(sources: readonly number[], now: number): PlanCommand[] {
    const heirs = sources.map((id) => this.#enter(id, now));
    this.#divide(this.#pool.takeAll(), heirs, now);
    return this.#flush();
  }

  /**
   * Takes note of what happened.
   *
   * @param event What happened.
   * @param now Seconds, on the same clock as before, not earlier than before.
   * @returns What to do about it, in order.
   * @throws {RangeError} If a source delivered bytes that it was not asked for, or never joined.
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
      // These two change what is to be expected of a source, not what it has to do.
      case "deferred":
        this.#work(event.source).defer(now);
        return [];
      case "admitted":
        this.#work(event.source).admit(now);
        return [];
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
        this.#reject({ ...event.range, notFrom: event.source }, now);
        break;
    }
    if (this.#adaptive) this.#feedNeedy(now);
    return this.#flush();
  }

  // What happens to sources ------------------------------------------------------------------------

  #join(id: number, now: number): void {
    const source = this.#enter(id, now);
    this.#divide(this.#pool.takeAll(), [source], now);
    if (source.remaining === 0 && source.awaits === undefined) this.#takeFromLast(source, now);
    this.#feed(source, now);
  }

  #enter(id: number, now: number): SourceWork {
    const source = this.#sources.get(id) ?? new SourceWork(id);
    this.#sources.set(id, source);
    // What a source was like when it was lost or paused says nothing about what it will be like.
    source.meter = new RateMeter();
    source.availability = "up";
    if (source.flights.length > 0) source.meter.expectMore(now);
    return source;
  }

  #receive(source: SourceWork, bytes: number, now: number): void {
    source.receive(bytes, now);
    this.#missing -= bytes;
    this.#feed(source, now);
  }

  #pause(source: SourceWork): void {
    if (source.availability !== "up") return;
    source.availability = "paused";
    this.#finishTimes.remove(source.id);
  }

  #resume(source: SourceWork, now: number): void {
    if (source.availability !== "paused") return;
    this.#enter(source.id, now);
    this.#divide(this.#pool.takeAll(), [source], now);
  }

  #lose(source: SourceWork, now: number): void {
    source.availability = "gone";
    this.#finishTimes.remove(source.id);
    const { trim } = source;
    source.trim = undefined;
    if (trim) this.#release(trim.recipient, trim.block);
    this.#shareOut(source.abandon(), now);
  }

  #reject(work: Work, now: number): void {
    this.#missing += byteLength([work]);
    const [first, second] = this.#finishTimes.first(2);
    const recipient = first === work.notFrom ? second ?? first : first;
    if (recipient === undefined) return this.#pool.push(work);
    this.#work(recipient).queue.unshift(work);
    this.#feed(this.#work(recipient), now);
  }

  // Who gets what ----------------------------------------------------------------------------------

  /** Divides what a source left equally among those that are up. */
  #shareOut(ranges: readonly Work[], now: number): void {
    const count = Math.max(MIN_HEIRS, Math.floor(byteLength(ranges) / this.#pieceLength));
    this.#divide(ranges, this.#finishTimes.first(count).map((id) => this.#work(id)), now);
  }

  #divide(ranges: readonly Work[], heirs: readonly SourceWork[], now: number): void {
    if (heirs.length === 0) return ranges.forEach((range) => this.#pool.push(range));
    assign(ranges, heirs, this.#pieceLength);
    for (const recipient of heirs) this.#feed(recipient, now);
  }

  /** Asks a source for blocks until it has enough ahead of it; finds it work if it has little. */
  #feed(source: SourceWork, now: number): void {
    if (source.availability !== "up") return;
    if (this.#adaptive && this.#finishTimes.isNeedy(source)) this.#takeFromLast(source, now);
    while (source.queue.first && source.wantsMore) {
      const end = blockEnd(source, source.queue.first, this.#pieceLength);
      const block = source.launch(this.#nextBlock++, end, now);
      this.#commands.push({ type: "fetch", source: source.id, block });
    }
    this.#finishTimes.place(source, now);
  }

  #feedNeedy(now: number): void {
    for (let id = this.#finishTimes.needy; id !== undefined; id = this.#finishTimes.needy) {
      const source = this.#work(id);
      this.#feed(source, now);
      // It is behind the others now: one that cannot gain must not keep its turn for ever.
      if (this.#finishTimes.isNeedy(source)) return;
    }
  }

  /** Moves work to `thief`, which has little, from the source that would finish last, if that helps. */
  #takeFromLast(thief: SourceWork, now: number): void {
    const last = this.#finishTimes.last;
    if (last === undefined || last === thief.id) return;
    const victim = this.#work(last);
    const pace = this.#finishTimes.paceOf(thief, now);
    const share = shareToMove(this.#finishTimes.paceOf(victim, now), pace);
    if (share === 0) return;
    const align = (position: number) => nearestBoundary(position, share, this.#pieceLength);
    const taken = victim.queue.takeBack(share, thief.id, align);
    for (const range of taken) thief.queue.push(range);
    if (taken.length === 0 && pace.remaining <= pace.rate * pace.latency) {
      this.#orderTrim(victim, thief, share, now);
    }
    this.#finishTimes.place(victim, now);
  }

  // Trims ------------------------------------------------------------------------------------------

  /** Has the last block that a source was asked for end sooner; the rest goes to `thief`. */
  #orderTrim(victim: SourceWork, thief: SourceWork, share: number, now: number): void {
    const flight = victim.flights.at(-1);
    if (!flight || flight.notFrom === thief.id || victim.queue.bytes > 0) return;
    // Of a source that has only just been asked, nobody knows yet whether it needs help.
    const { meter } = victim;
    if (meter.bytesPerSecond === undefined && meter.silence(now) === 0) return;
    const wanted = nearestBoundary(flight.end - share, share, this.#pieceLength);
    const end = Math.max(wanted, flight.start);
    victim.trim = { block: flight.id, recipient: thief.id };
    thief.awaits = flight.id;
    this.#commands.push({ type: "trim", source: victim.id, block: flight.id, end });
  }

  #finishTrim(victim: SourceWork, block: number, end: number, now: number): void {
    const { trim } = victim;
    // A trim is forgotten when its source fails; the answer may come all the same.
    if (trim?.block !== block) return;
    victim.trim = undefined;
    this.#release(trim.recipient, block);
    const recipient = this.#work(trim.recipient);
    const freed = victim.shorten(block, end);
    if (freed && victim.availability === "paused") victim.queue.unshift(freed);
    else if (freed && recipient.availability === "up") recipient.queue.push(freed);
    else if (freed) this.#shareOut([freed], now);
    this.#feed(victim, now);
    this.#feed(recipient, now);
  }

  /** Lets a source look for other work than what the trim of `block` would have given it. */
  #release(recipient: number, block: number): void {
    const source = this.#work(recipient);
    if (source.awaits === block) source.awaits = undefined;
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
