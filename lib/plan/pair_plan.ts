import { byteLength, type ByteRange } from "../byte_range.ts";
import { FinishTimes } from "./finish_times.ts";
import { BLOCK_FRACTION, BLOCK_SECONDS, MAX_BLOCK_LENGTH, MIN_GAIN_SECONDS } from "./limits.ts";
import { type CopyUse, PieceCopies } from "./piece_copies.ts";
import type { PlanCommand, PlanEvent, Planner } from "./plan_event.ts";
import { RateMeter } from "./rate_meter.ts";
import { shareToMove } from "./rebalance.ts";
import { type Flight, SourceWork } from "./source_work.ts";

/** What is fetched from two sources each. */
export interface PairPlanOptions {
  /** Bytes in the file, and in every piece but the last. */
  readonly size: number;
  readonly pieceLength: number;
  /** Whole pieces of which there is nothing yet: in order, not overlapping. */
  readonly missing: readonly ByteRange[];
  /** Pieces of which an earlier run left one copy, and the sources that may have sent it. */
  readonly once: ReadonlyMap<number, readonly number[]>;
  /** Bytes per second of all sources together; undefined if they may be as fast as they can. */
  readonly limitRate?: number | undefined;
}

/** A piece that nobody who is there can deliver. */
export interface BlockedPiece {
  readonly piece: number;
  /** Sources that have delivered a copy of it already. */
  readonly deliveredBy: readonly number[];
}

/** The part of its time by which taking over a piece must bring the end nearer. */
const MIN_GAIN = 1 / 4;

/** Times that a piece may be taken over: where rates change all the time, it comes all the same. */
const MAX_MOVES = 3;

/**
 * Has every piece fetched from two sources, so that the copies can be compared: a deterministic state
 * machine without I/O, clock or chance.
 *
 * The first copy of a piece is kept, the second one only hashed. Sources take runs of whole pieces from
 * the front of the file, each the first ones that it has not delivered, so that copies meet soon. Where
 * all copies of a piece differ, it is `rejected`, and one more source delivers a copy to be kept. At the
 * end a source with nothing to do takes over from one that would take longer. What a source has begun of
 * a piece is of no use to another: copies are compared as a whole.
 *
 * An event costs O(n) for n sources.
 *
 * @example
 * ```ts
 * const plan = new PairPlan({ size: 8 << 20, pieceLength: 1 << 20, missing: [{ start: 0, end: 8 << 20 }], once: new Map() });
 * plan.start([1, 2], 0); // both fetch all of it, 4 MiB at first
 * ```
 */
export class PairPlan implements Planner {
  readonly #size: number;
  readonly #pieceLength: number;
  readonly #limitRate: number | undefined;
  readonly #copies: PieceCopies;
  readonly #sources = new Map<number, SourceWork>();
  /** By piece: how often one source has taken it over from another. */
  readonly #moves: Uint8Array;
  /** By source: in front of this piece there is nothing that it could deliver. */
  readonly #cursors = new Map<number, number>();
  readonly #finishTimes = new FinishTimes();
  #missing = 0;
  #nextBlock = 1;
  #commands: PlanCommand[] = [];

  /** @param options What is there, and what is wanted. */
  constructor({ size, pieceLength, missing, once, limitRate }: PairPlanOptions) {
    this.#limitRate = limitRate;
    this.#size = size;
    this.#pieceLength = pieceLength;
    this.#copies = new PieceCopies(Math.ceil(size / pieceLength));
    this.#moves = new Uint8Array(this.#copies.count);
    for (const range of missing) this.#add(range);
    for (const [piece, sources] of once) {
      this.#copies.wantSecond(piece, sources);
      this.#missing += this.#lengthOf(piece);
    }
  }

  get missing(): number {
    return this.#missing;
  }

  portion(source: number): ByteRange[] {
    const flights = this.#sources.get(source)?.flights ?? [];
    return flights.map(({ start, end }) => ({ start, end }));
  }

  isIdle(source: number): boolean {
    const work = this.#sources.get(source);
    return work?.availability === "up" && work.flights.length === 0;
  }

  expects(source: number): ByteRange | undefined {
    return this.portion(source)[0];
  }

  /** Pieces of which a copy is wanted that none of the sources that are up or paused can deliver. */
  *blocked(): Generator<BlockedPiece> {
    const there = [...this.#sources.values()].filter(({ availability }) => availability !== "gone");
    for (let piece = 0; piece < this.#copies.count; piece += 1) {
      if (!this.#copies.isWanted(piece)) continue;
      if (there.some(({ id }) => this.#copies.wantedOf(piece, id))) continue;
      yield { piece, deliveredBy: this.#copies.deliveredBy(piece) };
    }
  }

  start(sources: readonly number[], now: number): PlanCommand[] {
    for (const id of sources) this.#enter(id, now);
    this.#feedAll(now);
    return this.#flush();
  }

  /**
   * Takes note of what happened.
   *
   * @param now Seconds, on the same clock as before, not earlier than before.
   * @returns What to do about it, in order.
   * @throws {RangeError} If a source delivered bytes that it was not asked for, or never joined.
   */
  apply(event: PlanEvent, now: number): PlanCommand[] {
    switch (event.type) {
      case "joined":
        this.#enter(event.source, now);
        break;
      case "received":
        this.#work(event.source).receive(event.bytes, now);
        this.#missing -= event.bytes;
        break;
      case "trimmed":
        this.#finishTrim(this.#work(event.source), event.block, event.end, now);
        break;
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
        if (this.#work(event.source).availability === "paused") this.#enter(event.source, now);
        break;
      case "failed":
        this.#lose(this.#work(event.source));
        break;
      case "added":
        this.#add(event.range);
        break;
      case "rejected":
        this.#reject(event.range);
        break;
      // Everybody is given whole pieces only.
      case "parole":
      case "cleared":
        return [];
    }
    this.#feedAll(now);
    return this.#flush();
  }

  // What happens to sources ------------------------------------------------------------------------

  #enter(id: number, now: number): void {
    const source = this.#sources.get(id) ?? new SourceWork(id, this.#limitRate);
    this.#sources.set(id, source);
    this.#cursors.set(id, 0);
    // Its rate may have changed while it was lost or paused: measure again.
    source.meter = new RateMeter();
    source.availability = "up";
    if (source.flights.length > 0) source.meter.expectMore(now);
    this.#finishTimes.place(source, now);
  }

  #pause(source: SourceWork): void {
    if (source.availability !== "up") return;
    source.availability = "paused";
    this.#finishTimes.remove(source.id);
  }

  #lose(source: SourceWork): void {
    source.availability = "gone";
    this.#finishTimes.remove(source.id);
    this.#release(source);
    for (const flight of source.flights.splice(0)) this.#reopen(source, flight);
  }

  // Who delivers which copy ------------------------------------------------------------------------

  #add({ start, end }: ByteRange): void {
    for (const piece of this.#piecesOf(start, end)) {
      this.#copies.want(piece);
      this.#missing += 2 * this.#lengthOf(piece);
    }
    this.#rewind(Math.floor(start / this.#pieceLength));
  }

  #reject({ start, end }: ByteRange): void {
    for (const piece of this.#piecesOf(start, end)) {
      this.#copies.wantAnother(piece);
      this.#missing += this.#lengthOf(piece);
    }
    this.#rewind(Math.floor(start / this.#pieceLength));
  }

  /** Gives back what has not come of a block; a piece that was begun begins anew. */
  #reopen({ id }: SourceWork, { start, end }: ByteRange): void {
    const first = Math.floor(start / this.#pieceLength);
    for (const piece of this.#piecesOf(start, end)) {
      const use = this.#copies.takeBack(piece, id);
      const begun = { start: piece * this.#pieceLength, end: start };
      if (piece > first || begun.start === start) continue;
      this.#missing += byteLength([begun]);
      if (use === "kept") this.#commands.push({ type: "abandon", source: id, range: begun });
    }
    this.#rewind(first);
  }

  #feedAll(now: number): void {
    const up = [...this.#sources.values()].filter(({ availability }) => availability === "up");
    for (const source of up) this.#feed(source, now);
    for (const source of up) {
      if (source.flights.length === 0 && source.awaits === undefined) {
        this.#takeOver(source, up, now);
      }
    }
  }

  /** Requests blocks until the source has enough in flight. */
  #feed(source: SourceWork, now: number): void {
    while (source.hasRoom) {
      const run = this.#nextRun(source);
      if (!run) break;
      const { use, start, end } = run;
      for (const piece of this.#piecesOf(start, end)) this.#copies.give(piece, use, source.id);
      source.queue.push({ start, end });
      const block = source.launch(this.#nextBlock++, end, now);
      const hashOnly = use === "hashed" ? { hashOnly: true } : {};
      this.#commands.push({ type: "fetch", source: source.id, block: { ...block, ...hashOnly } });
    }
    this.#finishTimes.place(source, now);
  }

  /** The first pieces that a source can deliver: about a second of its work, and one at least. */
  #nextRun(source: SourceWork): ByteRange & { readonly use: CopyUse } | undefined {
    const wantedOf = (piece: number) => this.#copies.wantedOf(piece, source.id);
    let piece = this.#cursors.get(source.id) ?? 0;
    while (piece < this.#copies.count && !wantedOf(piece)) piece += 1;
    this.#cursors.set(source.id, piece);
    const use = wantedOf(piece);
    if (!use) return undefined;
    const most = Math.max(1, Math.floor(this.#blockLength(source) / this.#pieceLength));
    let next = piece + 1;
    while (next < piece + most && wantedOf(next) === use) next += 1;
    return { use, start: piece * this.#pieceLength, end: this.#startOf(next) };
  }

  /** Never so much that the others would have to wait for it at the end. */
  #blockLength({ knownRate, firstLength, meter: { bytesPerSecond } }: SourceWork): number {
    const share = this.#missing * BLOCK_FRACTION / Math.max(1, this.#sources.size);
    const least = bytesPerSecond === undefined ? firstLength : 0;
    const most = Math.max(least, knownRate * BLOCK_SECONDS);
    return Math.min(most, share, MAX_BLOCK_LENGTH);
  }

  // The end ----------------------------------------------------------------------------------------

  /** Has a source with nothing to do take over from the one that would finish last, if that helps. */
  #takeOver(thief: SourceWork, up: readonly SourceWork[], now: number): void {
    const victims = up.filter(({ flights, trim }) => flights.length > 0 && !trim);
    const secondsLeft = (source: SourceWork) => {
      const { remaining, rate } = this.#finishTimes.paceOf(source, now);
      return remaining / rate;
    };
    victims.sort((a, b) => secondsLeft(b) - secondsLeft(a));
    for (const victim of victims) {
      const flight = victim.flights.at(-1);
      const { meter } = victim;
      // A source that has just been asked has no rate yet: too early to say that it is slow.
      if (!flight || meter.bytesPerSecond === undefined && meter.silence(now) === 0) continue;
      const end = this.#cut(flight, victim, thief, now);
      if (end === undefined) continue;
      victim.trim = { block: flight.id, recipient: thief.id };
      thief.awaits = flight.id;
      this.#commands.push({ type: "trim", source: victim.id, block: flight.id, end });
      return;
    }
  }

  /** Where the victim's last block had better end; undefined if the thief cannot help. */
  #cut(flight: Flight, victim: SourceWork, thief: SourceWork, now: number): number | undefined {
    const length = this.#pieceLength;
    const [slow, fast] = [victim, thief].map((source) => this.#finishTimes.paceOf(source, now));
    if (!slow || !fast) return undefined;
    const share = shareToMove(slow, fast);
    if (share === 0) return undefined;
    const last = Math.ceil(flight.end / length);
    const wanted = last - Math.max(1, Math.round(share / length));
    let first = Math.max(wanted, Math.floor(flight.start / length));
    for (let piece = first; piece < last; piece += 1) {
      if (!this.#mayMove(piece, thief)) first = piece + 1;
    }
    if (first === last) return undefined;
    // Whole pieces move, and what is there of the first one is lost by it: that has to be worth it.
    const end = Math.max(first * length, flight.start);
    const before = slow.remaining / slow.rate;
    const after = Math.max(
      (slow.remaining - (flight.end - end)) / slow.rate,
      fast.latency + (flight.end - first * length) / fast.rate,
    );
    if (before - after < Math.max(MIN_GAIN_SECONDS, before * MIN_GAIN)) return undefined;
    for (let piece = first; piece < last; piece += 1) this.#moves[piece] = this.#movesOf(piece) + 1;
    return end;
  }

  /** Whether a source could deliver the copy of a piece that another one is about to. */
  #mayMove(piece: number, thief: SourceWork): boolean {
    return this.#movesOf(piece) < MAX_MOVES && !this.#copies.deliveredBy(piece).includes(thief.id);
  }

  #movesOf(piece: number): number {
    return this.#moves[piece] ?? 0;
  }

  #finishTrim(victim: SourceWork, block: number, end: number, now: number): void {
    const { trim } = victim;
    // The source may have failed meanwhile, which cancelled the trim.
    if (trim?.block !== block) return;
    this.#release(victim);
    const freed = victim.shorten(block, end);
    if (freed) this.#reopen(victim, freed);
    const recipient = this.#work(trim.recipient);
    if (recipient.availability === "up") this.#feed(recipient, now);
  }

  #release(victim: SourceWork): void {
    const { trim } = victim;
    victim.trim = undefined;
    const recipient = trim && this.#work(trim.recipient);
    if (recipient?.awaits === trim?.block && recipient) recipient.awaits = undefined;
  }

  // Pieces -----------------------------------------------------------------------------------------

  *#piecesOf(start: number, end: number): Generator<number> {
    const first = Math.floor(start / this.#pieceLength);
    for (let piece = first; piece * this.#pieceLength < end; piece += 1) yield piece;
  }

  #startOf(piece: number): number {
    return Math.min(piece * this.#pieceLength, this.#size);
  }

  #lengthOf(piece: number): number {
    return this.#startOf(piece + 1) - this.#startOf(piece);
  }

  /** Something can be delivered again from this piece on. */
  #rewind(piece: number): void {
    for (const [id, cursor] of this.#cursors) this.#cursors.set(id, Math.min(cursor, piece));
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
