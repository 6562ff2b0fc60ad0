import { byteLength, type ByteRange, type Work } from "../byte_range.ts";
import { backCut, blockEnd, nearestBoundary, wholePieces } from "./cuts.ts";
import { MIN_RECIPIENTS } from "./limits.ts";
import type { PlanCommand, PlanEvent, Planner, PlanOptions } from "./plan_event.ts";
import { assign } from "./portions.ts";
import { RangeQueue } from "./range_queue.ts";
import { RateMeter } from "./rate_meter.ts";
import { shareToMove } from "./rebalance.ts";
import { SourceWork } from "./source_work.ts";
import { FinishTimes } from "./finish_times.ts";

/**
 * Decides who fetches which bytes next: a deterministic state machine without I/O, clock or chance.
 *
 * Every missing byte belongs to exactly one source, or to the pool while no source is up. A source's
 * portion is requested front to back, in blocks. A paused source keeps its portion. What a failed
 * source had left is divided equally among the others.
 *
 * With `adaptive` balance a source that has little left steals work (Blumofe and Leiserson,
 * "Scheduling Multithreaded Computations by Work Stealing", 1999): from the back of the source that
 * would finish last, as much as lets both finish together. Where that work has already been
 * requested, the block is trimmed first. The rest changes hands once its source has confirmed where
 * it stops. So no byte is fetched twice, and no slow source holds up the end.
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
export class Plan implements Planner {
  readonly #pieceLength: number;
  readonly #adaptive: boolean;
  readonly #limitRate: number | undefined;
  /** Where the last piece ends, as far as is known: it may be shorter than the others. */
  #size: number;
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
    this.#limitRate = options.limitRate;
    this.#size = options.missing.at(-1)?.end ?? 0;
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

  /** What a source still has to deliver, in the order in which it will be fetched. */
  portion(source: number): ByteRange[] {
    const portion = this.#sources.get(source)?.portion ?? [];
    return portion.map(({ start, end }) => ({ start, end }));
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
    const recipients = sources.map((id) => this.#enter(id, now));
    this.#divide(this.#pool.takeAll(), recipients, now);
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
      // These two change what to expect of a source, not its work.
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
      case "parole":
        this.#putOnParole(this.#work(event.source), now);
        break;
      case "cleared":
        this.#work(event.source).onParole = false;
        return [];
      case "added":
        this.#add(event.range, now);
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
    const source = this.#sources.get(id) ?? new SourceWork(id, this.#limitRate);
    this.#sources.set(id, source);
    // Its rate may have changed while it was lost or paused: measure again.
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
    const [first] = source.flights;
    const left = source.abandon();
    const isShared = this.#finishTimes.first(1).length > 0;
    if (first && isShared) {
      const { head, core, tail } = wholePieces(
        this.#wholeAgain(source, first.from, left.shift() ?? first),
        this.#pieceLength,
        this.#size,
      );
      left.unshift(...[core ?? [], tail ?? []].flat());
      if (head) this.#giveFirst(head, now);
    }
    this.#shareOut(left, now);
  }

  /** The rest of a piece comes first of all: the sooner it is whole, the sooner it can be judged. */
  #giveFirst(rest: Work, now: number): void {
    const [recipient] = this.#trusted();
    if (!recipient) return this.#shareOut([rest], now);
    recipient.queue.unshift(rest);
    this.#feed(recipient, now);
  }

  /** More of a file of which only a window is fetched at a time: for whoever would finish first. */
  #add(range: ByteRange, now: number): void {
    this.#missing += byteLength([range]);
    this.#size = Math.max(this.#size, range.end);
    const [first] = this.#finishTimes.first(1);
    this.#divide([range], first === undefined ? [] : [this.#work(first)], now);
  }

  #reject(work: Work, now: number): void {
    this.#missing += byteLength([work]);
    const [first, second] = this.#finishTimes.first(2);
    const recipient = first === work.notFrom ? second ?? first : first;
    if (recipient === undefined) return this.#pool.push(work);
    this.#work(recipient).queue.unshift(work);
    this.#feed(this.#work(recipient), now);
  }

  // Parole -----------------------------------------------------------------------------------------

  /** Parts of pieces that the source has not been asked for go to others. */
  #putOnParole(source: SourceWork, now: number): void {
    if (source.onParole) return;
    source.onParole = true;
    // A paused source keeps all that it has.
    if (source.availability === "paused") return;
    const parts: Work[] = [];
    for (const range of source.queue.takeAll()) {
      const { head, core, tail } = wholePieces(range, this.#pieceLength, this.#size);
      if (core) source.queue.push(core);
      for (const part of [head, tail]) if (part) parts.push(part);
    }
    this.#giveParts(parts, source, now);
    this.#feed(source, now);
  }

  /** Parts of pieces are for sources that are trusted; only where there are none, for `otherwise`. */
  #giveParts(parts: readonly Work[], otherwise: SourceWork, now: number): void {
    if (parts.length === 0) return;
    const trusted = this.#trusted();
    for (const part of parts) {
      const recipient = trusted.find(({ id }) => id !== part.notFrom) ?? trusted[0] ?? otherwise;
      recipient.queue.push(part);
      this.#feed(recipient, now);
    }
  }

  /** Those that are up and not on parole, the first to finish in front. */
  #trusted(): SourceWork[] {
    return this.#finishTimes.first(this.#sources.size).map((id) => this.#work(id))
      .filter(({ onParole }) => !onParole);
  }

  /**
   * What is left of a block, with the beginning of its first piece if a source on parole has sent that:
   * whoever gets the rest is to have a piece of its own.
   */
  #wholeAgain(source: SourceWork, from: number, left: Work): Work {
    const range = source.unfinished(left.start, from, this.#pieceLength);
    if (!range) return left;
    this.#missing += byteLength([range]);
    this.#commands.push({ type: "abandon", source: source.id, range });
    return { ...left, start: range.start, notFrom: source.id };
  }

  // Who gets what ----------------------------------------------------------------------------------

  /** Divides what a failed source left equally among those that are up. */
  #shareOut(ranges: readonly Work[], now: number): void {
    const count = Math.max(MIN_RECIPIENTS, Math.floor(byteLength(ranges) / this.#pieceLength));
    this.#divide(ranges, this.#finishTimes.first(count).map((id) => this.#work(id)), now);
  }

  #divide(ranges: readonly Work[], recipients: readonly SourceWork[], now: number): void {
    const [first] = recipients;
    if (!first) return ranges.forEach((range) => this.#pool.push(range));
    if (recipients.some(({ onParole }) => onParole)) {
      return this.#divideWhole(ranges, recipients, now);
    }
    assign(ranges, recipients, this.#pieceLength);
    for (const recipient of recipients) this.#feed(recipient, now);
  }

  /** The same where some of the recipients are on parole: pieces stay whole. */
  #divideWhole(ranges: readonly Work[], recipients: readonly SourceWork[], now: number): void {
    const cut = ranges.map((range) => wholePieces(range, this.#pieceLength, this.#size));
    const [first] = recipients;
    assign(cut.flatMap(({ core }) => core ?? []), recipients, this.#pieceLength, true);
    for (const recipient of recipients) this.#feed(recipient, now);
    const parts = cut.flatMap(({ head, tail }) => [head ?? [], tail ?? []].flat());
    if (first) this.#giveParts(parts, first, now);
  }

  /** Requests blocks until the source has enough in flight; steals work for it if it has little. */
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
      // Placing it moved it behind the others, so one that cannot gain does not block them.
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
    const taken = victim.queue.takeBack(share, thief.id, this.#cutBetween(victim, thief, share));
    for (const range of taken) thief.queue.push(range);
    if (taken.length === 0 && !thief.onParole && pace.remaining <= pace.rate * pace.latency) {
      this.#orderTrim(victim, thief, share, now);
    }
    this.#finishTimes.place(victim, now);
  }

  /** Where a range is cut that `thief` takes some of from `victim`; its end if it takes nothing. */
  #cutBetween(victim: SourceWork, thief: SourceWork, share: number) {
    const pieceLength = this.#pieceLength;
    if (!victim.onParole && !thief.onParole) {
      return (range: Work, wanted: number) => backCut(range, wanted, share, pieceLength);
    }
    return (range: Work, wanted: number) => {
      const start = Math.max(range.end - wanted, range.start);
      const { core, tail } = wholePieces({ ...range, start }, pieceLength, this.#size);
      if (thief.onParole && tail) return range.end;
      return core?.start ?? tail?.start ?? range.end;
    };
  }

  // Trims ------------------------------------------------------------------------------------------

  /** Ends the victim's last block sooner; the rest goes to `thief`. */
  #orderTrim(victim: SourceWork, thief: SourceWork, share: number, now: number): void {
    const flight = victim.flights.at(-1);
    if (!flight || flight.notFrom === thief.id || victim.queue.bytes > 0) return;
    // A source that has just been asked has no rate yet: too early to say that it is slow.
    const { meter } = victim;
    if (meter.bytesPerSecond === undefined && meter.silence(now) === 0) return;
    const wanted = victim.onParole
      ? Math.floor((flight.end - share) / this.#pieceLength) * this.#pieceLength
      : nearestBoundary(flight.end - share, share, this.#pieceLength);
    const end = Math.max(wanted, flight.start);
    victim.trim = { block: flight.id, recipient: thief.id };
    thief.awaits = flight.id;
    this.#commands.push({ type: "trim", source: victim.id, block: flight.id, end });
  }

  #finishTrim(victim: SourceWork, block: number, end: number, now: number): void {
    const { trim } = victim;
    // The source may have failed meanwhile, which cancelled the trim.
    if (trim?.block !== block) return;
    victim.trim = undefined;
    this.#release(trim.recipient, block);
    const recipient = this.#work(trim.recipient);
    const from = victim.flights.find(({ id }) => id === block)?.from ?? end;
    const rest = victim.shorten(block, end);
    const freed = rest && end <= rest.start ? this.#wholeAgain(victim, from, rest) : rest;
    if (freed && victim.availability === "paused") victim.queue.unshift(freed);
    else if (freed && recipient.availability === "up") recipient.queue.push(freed);
    else if (freed) this.#shareOut([freed], now);
    this.#feed(victim, now);
    this.#feed(recipient, now);
  }

  /** Frees a recipient that waits for the trim of `block` to look for other work. */
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
