import type { ByteRange } from "./byte_range.ts";
import type { Block } from "./plan_event.ts";
import { RangeQueue } from "./range_queue.ts";
import { RateMeter } from "./rate_meter.ts";

/** A block that was asked for and has not arrived whole. */
export interface Flight {
  readonly id: number;
  /** The first byte that has not arrived. */
  start: number;
  end: number;
}

/** Whether a source can be given work: it is up, its operator paused it, or it is lost. */
export type Availability = "up" | "paused" | "gone";

/** One source's share of the plan: what it was asked for and what it will be asked for. */
export class SourceWork {
  availability: Availability = "gone";
  readonly queue = new RangeQueue();
  /** In the order in which they were asked for, which is the order in which they arrive. */
  readonly flights: Flight[] = [];
  readonly meter = new RateMeter();
  /** Who gets what a trim that is under way sets free. */
  trimmedFor: number | undefined;
  /** Whether it waits for what a trim of another source's block sets free. */
  awaitsTrim = false;

  constructor(readonly id: number) {}

  /** Bytes asked for that have not arrived. */
  get inFlight(): number {
    let bytes = 0;
    for (const flight of this.flights) bytes += flight.end - flight.start;
    return bytes;
  }

  /** Bytes it has left, asked for or not. */
  get remaining(): number {
    return this.inFlight + this.queue.bytes;
  }

  /** Takes note of `bytes` that arrived for the blocks at the front. */
  receive(bytes: number): void {
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
  }

  /** Takes the next block from the queue and counts it as asked for. */
  launch(id: number, end: number): Block {
    const { start } = this.queue.takeFront(end);
    this.flights.push({ id, start, end });
    return { id, start, end };
  }

  /** Takes everything that has not arrived away from the source. */
  abandon(): ByteRange[] {
    const ranges = this.flights.map(({ start, end }) => ({ start, end }));
    this.flights.length = 0;
    this.trimmedFor = undefined;
    return [...ranges, ...this.queue.takeAll()];
  }
}
