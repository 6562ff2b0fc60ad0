import type { ByteRange } from "../byte_range.ts";
import { RangeUnion } from "./range_union.ts";

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
