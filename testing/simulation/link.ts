import type { ByteRange } from "../../lib/byte_range.ts";
import type { Block } from "../../lib/plan/plan_event.ts";

/** What a server and the way to it are like. */
export interface LinkTraits {
  /** Bytes per second. */
  readonly rate: number;
  /** Seconds from a request to its first byte; a new connection takes as long once more. */
  readonly roundTrip: number;
  /** Bytes that come at once after a rest: a token bucket's depth. */
  readonly burst: number;
  /** Bytes that arrive together: what a report sees is a multiple of it. */
  readonly lump: number;
}

interface AskedBlock {
  readonly id: number;
  /** The first byte that has not been reported. */
  told: number;
  /** How far the server is, with fractions of bytes. */
  position: number;
  end: number;
  /** When its first byte can be here at the earliest. */
  readyAt: number;
  /** Bytes asked for on the same connection right behind `end` that nobody wants any more. */
  unwanted: number;
}

/** Bytes that may still be under way, in fractions, when a block counts as arrived. */
const ROUNDING_BYTES = 0.5;

/**
 * One server as its client sees it, in virtual time: answers requests in order on one connection, its
 * bytes flow evenly at a rate that may change, wait while it is paused, and are lost with it.
 */
export class Link {
  /** Bytes that came although nobody wanted them any more. */
  discarded = 0;
  readonly #traits: LinkTraits;
  readonly #blocks: AskedBlock[] = [];
  #arrived: ByteRange[] = [];
  #rate: number;
  #time = 0;
  #credit: number;
  /** Bytes that may still flow: few once it is paused. */
  #allowance = Infinity;
  #connected = false;
  /** The link is busy with unwanted bytes until then. */
  #busyUntil = 0;

  constructor(traits: LinkTraits) {
    this.#traits = traits;
    this.#rate = traits.rate;
    this.#credit = traits.burst;
  }

  /** Bytes per second at present; 0 while paused. */
  get rate(): number {
    return this.#allowance < Infinity ? 0 : this.#rate;
  }

  /** How many blocks were asked for and have not arrived. */
  get asked(): number {
    return this.#blocks.length;
  }

  ask(block: Block, now: number): void {
    this.#flow(now);
    const { id, start, end } = block;
    const readyAt = this.#firstByteAt(now);
    this.#blocks.push({ id, told: start, position: start, end, readyAt, unwanted: 0 });
  }

  /** When the block at the front will have arrived, if nothing changes. */
  get nextEnd(): number {
    const block = this.#blocks[0];
    if (!block) return Infinity;
    const left = block.end - block.position;
    if (this.#allowance < left) return Infinity;
    const from = Math.max(this.#time, block.readyAt);
    const credit = this.#creditAt(from);
    return left <= credit ? from : from + (left - credit) / this.#rate;
  }

  /** What has arrived since the last time. */
  take(now: number): ByteRange[] {
    this.#flow(now);
    const arrived = this.#arrived;
    this.#arrived = [];
    const block = this.#blocks[0];
    if (block) {
      const seen = Math.floor(block.position / this.#traits.lump) * this.#traits.lump;
      if (seen > block.told) {
        arrived.push({ start: block.told, end: seen });
        block.told = seen;
      }
    }
    return arrived;
  }

  /** Lets a block end at `end`, or where it is; answers where it ends, if it has not ended. */
  trim(id: number, end: number, now: number): number | undefined {
    this.#flow(now);
    const place = this.#blocks.findIndex((block) => block.id === id);
    const block = this.#blocks[place];
    if (!block) return undefined;
    const cut = Math.max(end, Math.floor(block.position), block.told);
    if (cut >= block.end) return block.end;
    const unwanted = block.unwanted + block.end - cut;
    block.end = cut;
    block.position = Math.min(block.position, cut);
    block.unwanted = unwanted;
    const before = this.#blocks[place - 1];
    if (before && cut === block.told) {
      before.unwanted += unwanted;
      this.#blocks.splice(place, 1);
    } else this.#finishFront(now);
    return cut;
  }

  setRate(rate: number, now: number): void {
    this.#flow(now);
    this.#rate = rate;
  }

  /** Stops after `allowance` bytes more: those that had left the server. */
  pause(allowance: number, now: number): void {
    this.#flow(now);
    this.#allowance = allowance;
  }

  resume(now: number): void {
    this.#flow(now);
    this.#allowance = Infinity;
  }

  /** The connection dies; what was asked for and has not arrived never will. */
  drop(now: number): void {
    this.#flow(now);
    this.#blocks.length = 0;
    this.#connected = false;
    this.#allowance = Infinity;
  }

  #flow(now: number): void {
    for (let block = this.#blocks[0]; block; block = this.#blocks[0]) {
      const from = Math.max(this.#time, block.readyAt);
      if (from > now) break;
      this.#rest(from);
      const left = block.end - block.position;
      const able = Math.min(this.#credit + this.#rate * (now - from), this.#allowance);
      const flown = Math.min(able, left);
      this.#time = able + ROUNDING_BYTES < left
        ? now
        : Math.min(now, from + (left <= this.#credit ? 0 : (left - this.#credit) / this.#rate));
      this.#credit = Math.max(0, this.#credit - flown);
      this.#allowance -= flown;
      block.position += flown;
      if (able + ROUNDING_BYTES < left) break;
      block.position = block.end;
      this.#finishFront(this.#time);
    }
    this.#rest(now);
  }

  #rest(until: number): void {
    if (until <= this.#time) return;
    this.#credit = this.#creditAt(until);
    this.#time = until;
  }

  #creditAt(time: number): number {
    return Math.min(this.#traits.burst, this.#credit + this.#rate * (time - this.#time));
  }

  /** Takes note that the block at the front is whole, if it is. */
  #finishFront(now: number): void {
    const block = this.#blocks[0];
    if (!block || block.position < block.end) return;
    this.#blocks.shift();
    if (block.end > block.told) this.#arrived.push({ start: block.told, end: block.end });
    if (block.unwanted === 0) return;
    const behind = this.#blocks.reduce((sum, { position, end }) => sum + end - position, 0);
    const underWay = this.#rate * this.#traits.roundTrip + this.#traits.burst;
    const discarded = Math.min(block.unwanted + behind, underWay);
    this.discarded += discarded;
    this.#busyUntil = this.#rate === 0 ? now : now + discarded / this.#rate;
    this.#connected = false;
    for (const next of this.#blocks) next.readyAt = this.#firstByteAt(now);
  }

  #firstByteAt(now: number): number {
    const turns = this.#connected ? 1 : 2;
    this.#connected = true;
    return Math.max(now + turns * this.#traits.roundTrip, this.#busyUntil);
  }
}
