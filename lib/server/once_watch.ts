import type { ByteRange } from "../byte_range.ts";

/** Milliseconds without content after which a client that has everything is taken to be done. */
const QUIET_MS = 2_000;

/** Clients that are remembered; the one seen first is forgotten for the next one. */
const MAX_CLIENTS = 1024;

/** What one client address has done on all ports that serve a file of the same size. */
interface Progress {
  connections: number;
  answersUnderWay: number;
  readonly taken: RangeUnion;
  lastMs: number;
}

/**
 * Watches for one complete transfer to one client, which may take its parts from different ports. The
 * clock is passed in.
 */
export class OnceWatch {
  readonly #clients = new Map<string, Progress>();

  connected(client: string, size: number): void {
    this.#progress(client, size).connections++;
  }

  disconnected(client: string, size: number): void {
    this.#progress(client, size).connections--;
  }

  /** An answer with content begins. */
  begun(client: string, size: number): void {
    this.#progress(client, size).answersUnderWay++;
  }

  /** It has ended; the client has taken this part of the file. */
  sent(client: string, size: number, range: ByteRange, nowMs: number): void {
    const progress = this.#progress(client, size);
    progress.answersUnderWay--;
    progress.lastMs = nowMs;
    progress.taken.add(range);
    if (progress.taken.coversAll(size)) this.#complete = progress;
  }

  #complete: Progress | undefined;

  /** Whether a client has taken the whole file and has gone, or asks for no more. */
  isSatisfied(nowMs: number): boolean {
    const client = this.#complete;
    if (client === undefined) return false;
    const isQuiet = client.answersUnderWay === 0 && nowMs - client.lastMs >= QUIET_MS;
    return client.connections === 0 || isQuiet;
  }

  #progress(client: string, size: number): Progress {
    const key = `${client} ${size}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const progress = { connections: 0, answersUnderWay: 0, taken: new RangeUnion(), lastMs: 0 };
    if (this.#clients.size === MAX_CLIENTS) {
      this.#clients.delete(this.#clients.keys().next().value as string);
    }
    this.#clients.set(key, progress);
    return progress;
  }
}

/** Ranges kept at most; a client that takes more separate ones than that is not downloading a file. */
const MAX_RANGES = 65_536;

/** The bytes that some ranges cover together. */
export class RangeUnion {
  /** In order, none touching the next. */
  #ranges: ByteRange[] = [];

  /** Adds a range; an empty one changes nothing. */
  add(range: ByteRange): void {
    if (range.start >= range.end) return;
    const from = this.#firstEndingAtOrAfter(range.start);
    let to = from;
    let { start, end } = range;
    for (let next = this.#ranges[to]; next !== undefined && next.start <= range.end;) {
      start = Math.min(start, next.start);
      end = Math.max(end, next.end);
      next = this.#ranges[++to];
    }
    if (from === to && this.#ranges.length === MAX_RANGES) return;
    this.#ranges.splice(from, to - from, { start, end });
  }

  /** Whether every byte from 0 to `size` is covered. */
  coversAll(size: number): boolean {
    const [first] = this.#ranges;
    return size === 0 || first !== undefined && first.start === 0 && first.end >= size;
  }

  #firstEndingAtOrAfter(position: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle] as ByteRange).end < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
