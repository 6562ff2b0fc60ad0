import { byteLength, type ByteRange, type Work } from "../byte_range.ts";
import {
  AHEAD_SECONDS,
  BLOCK_SECONDS,
  BLOCKS_AHEAD,
  FIRST_BLOCK_LENGTH,
  GRAIN_LENGTH,
} from "./limits.ts";
import type { Block } from "./plan_event.ts";
import { RangeQueue } from "./range_queue.ts";
import { RateMeter } from "./rate_meter.ts";

/** A block that was asked for and has not arrived whole. */
export interface Flight extends Work {
  readonly id: number;
  /** Its first byte. */
  readonly from: number;
  /** The first byte that has not arrived. */
  start: number;
  end: number;
}

/** Whether a source can be given work: it is up, its operator paused it, or it is lost. */
export type Availability = "up" | "paused" | "gone";

/** An unanswered order to end a block sooner. */
export interface Trim {
  readonly block: number;
  /** The source that gets the freed bytes. */
  readonly recipient: number;
}

/** One source's share of the plan: what it was asked for and what it will be asked for. */
export class SourceWork {
  availability: Availability = "gone";
  /** Whether it is given whole pieces only, as it had part in a wrong one. */
  onParole = false;
  readonly queue = new RangeQueue();
  /** In the order in which they were asked for, which is the order in which they arrive. */
  readonly flights: Flight[] = [];
  meter = new RateMeter();
  /** Of one of its blocks; there is never more than one at a time. */
  trim: Trim | undefined;
  /** The block whose trim will give it work. */
  awaits: number | undefined;

  readonly #limitRate: number;

  /**
   * @param id Its number.
   * @param limitRate Bytes per second of all sources together.
   */
  constructor(readonly id: number, limitRate = Infinity) {
    this.#limitRate = limitRate;
  }

  /** Bytes to ask for as long as its rate is not known: no more than it may deliver in reasonable time. */
  get firstLength(): number {
    return Math.min(FIRST_BLOCK_LENGTH, Math.max(this.#limitRate * BLOCK_SECONDS, GRAIN_LENGTH));
  }

  /** Bytes per second, as far as is known: its rate, or a lower bound. */
  get knownRate(): number {
    const { bytesPerSecond, leastBytesPerSecond } = this.meter;
    return Math.min(bytesPerSecond ?? leastBytesPerSecond, this.#limitRate);
  }

  /** Whether it should be asked for its next block already. */
  get wantsMore(): boolean {
    return this.queue.first !== undefined && this.hasRoom;
  }

  /** Whether one more block would be asked for in time, not too early. */
  get hasRoom(): boolean {
    const { length } = this.flights;
    if (length >= BLOCKS_AHEAD) return false;
    return length < 2 || byteLength(this.flights) < this.bytesAhead;
  }

  /** Bytes that keep it busy until the next request reaches it. */
  get bytesAhead(): number {
    const { bytesPerSecond, latency } = this.meter;
    if (bytesPerSecond !== undefined) return this.knownRate * (AHEAD_SECONDS + latency);
    return Math.max(this.firstLength, this.knownRate * AHEAD_SECONDS);
  }

  /** What it has left, asked for or not, in the order in which it will be fetched. */
  get portion(): Work[] {
    return [...this.flights, ...this.queue.ranges];
  }

  /** Bytes it has left, asked for or not. */
  get remaining(): number {
    return byteLength(this.flights) + this.queue.bytes;
  }

  /**
   * Takes note of `bytes` that arrived for the blocks at the front by `now`.
   *
   * @throws {RangeError} If nobody asked for them.
   */
  receive(bytes: number, now: number): void {
    let left = bytes;
    while (left > 0) {
      const flight = this.flights[0];
      if (!flight) {
        throw new RangeError(`Source ${this.id} delivered ${left} bytes nobody asked for`);
      }
      const taken = Math.min(left, flight.end - flight.start);
      flight.start += taken;
      left -= taken;
      if (flight.start === flight.end) this.flights.shift();
    }
    this.meter.add(bytes, now);
    if (this.flights.length === 0) this.meter.rest(now);
  }

  /** Takes the next block, up to `end`, from the queue and counts it as asked for at `now`. */
  launch(id: number, end: number, now: number): Block {
    if (this.flights.length === 0) this.meter.expect(now);
    const work = this.queue.takeFront(end);
    this.flights.push({ ...work, id, from: work.start });
    return { id, start: work.start, end: work.end };
  }

  /** From `now` on nothing is expected: its silence is ours, not its. */
  defer(now: number): void {
    this.meter.rest(now);
  }

  /** Its requests go out at `now`. */
  admit(now: number): void {
    if (this.flights.length > 0) this.meter.expect(now);
  }

  /**
   * Lets a block end at `end`.
   *
   * @returns What it loses; undefined when it is over or ends there anyway.
   */
  shorten(block: number, end: number): Work | undefined {
    const at = this.flights.findIndex(({ id }) => id === block);
    const flight = this.flights[at];
    if (!flight || end >= flight.end) return undefined;
    const { notFrom } = flight;
    const freed = { start: Math.max(end, flight.start), end: flight.end, notFrom };
    flight.end = freed.start;
    if (flight.start === flight.end) this.flights.splice(at, 1);
    return freed;
  }

  /**
   * The beginning of a piece that it has delivered and does not complete, if it is on parole and the
   * block that ends at `end` began no later than the piece.
   */
  unfinished(end: number, from: number, pieceLength: number): ByteRange | undefined {
    const start = Math.floor(end / pieceLength) * pieceLength;
    return this.onParole && from <= start && start < end ? { start, end } : undefined;
  }

  /** Gives up everything that has not arrived. */
  abandon(): Work[] {
    const flights = this.flights.map(({ start, end, notFrom }) => ({ start, end, notFrom }));
    this.flights.length = 0;
    return [...flights, ...this.queue.takeAll()];
  }
}
