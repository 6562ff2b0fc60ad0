import type { ByteRange } from "../byte_range.ts";
import { RangeUnion } from "./range_union.ts";
import type { ClientStatus } from "./server_event.ts";

/** Milliseconds without content after which a client that has everything, digests too, is taken to be done. */
const QUIET_MS = 2_000;

/** Clients that are remembered; the one seen first is forgotten for the next one. */
const MAX_CLIENTS = 1024;

/** Milliseconds that a client's rate looks back over: long enough to be calm. */
const RATE_WINDOW_MS = 2_000;
/** Milliseconds that the samples of a rate are apart, at least. */
const SAMPLE_MS = 100;

/** What one client address has done on all ports that serve a file of the same size. */
interface Progress {
  connections: number;
  answersUnderWay: number;
  readonly client: string;
  readonly size: number;
  readonly taken: RangeUnion;
  /** Whether it was told that it has everything. */
  isComplete: boolean;
  /** When it first asked for content. */
  sinceMs: number;
  /** What it took lately, and when. */
  lately: { bytes: number; readonly atMs: number }[];
  lastMs: number;
}

/**
 * What clients have taken of the files, be it from one port or in parts from several; and whether one
 * of them has a whole file and wants no more. The clock is passed in.
 */
export class ClientWatch {
  readonly #clients = new Map<string, Progress>();
  /** When digests were there, or it was known that there will be none, by the size of their file. */
  readonly #digestsMs = new Map<number, number>();
  /** The client that had taken a whole file last. */
  #complete: Progress | undefined;

  /** The digests of a file can be had, or never will. */
  digestsSettled(size: number, nowMs: number): void {
    this.#digestsMs.set(size, nowMs);
  }

  connected(client: string, size: number): void {
    this.#progress(client, size).connections++;
  }

  disconnected(client: string, size: number): void {
    this.#progress(client, size).connections--;
  }

  /** An answer with content begins. */
  begun(client: string, size: number, nowMs: number): void {
    const progress = this.#progress(client, size);
    progress.answersUnderWay++;
    progress.sinceMs = Math.min(progress.sinceMs, nowMs);
  }

  /** It goes on; the client has taken this part of the file. */
  taken(client: string, size: number, { start, end }: ByteRange, nowMs: number): void {
    const progress = this.#progress(client, size);
    progress.lastMs = nowMs;
    count(progress, end - start, nowMs);
    progress.taken.add({ start, end });
  }

  /**
   * It has ended; the client has taken this part of the file, and what was told before.
   *
   * @returns Whether this client has the whole file now, and had not before.
   */
  sent(client: string, size: number, range: ByteRange, nowMs: number): boolean {
    this.taken(client, size, range, nowMs);
    const progress = this.#progress(client, size);
    progress.answersUnderWay--;
    if (!progress.taken.coversAll(size)) return false;
    this.#complete = progress;
    const isFirst = !progress.isComplete;
    progress.isComplete = true;
    return isFirst;
  }

  /** Those who have a connection open, or took something lately; who came last is last. */
  status(nowMs: number): ClientStatus[] {
    return [...this.#clients.values()].flatMap((progress) => {
      forgetOld(progress, nowMs);
      const { client: address, size, taken, lately, connections, sinceMs } = progress;
      if (connections === 0 && lately.length === 0) return [];
      const bytes = lately.reduce((sum, { bytes }) => sum + bytes, 0);
      const rate = bytes / Math.min(RATE_WINDOW_MS, Math.max(nowMs - sinceMs, 1)) * 1000;
      return [{ address, size, taken: Math.min(taken.bytes, size), rate }];
    });
  }

  /** Whether a client has taken the whole file and has gone, or asks for no more and waits for no digests. */
  isSatisfied(nowMs: number): boolean {
    const client = this.#complete;
    if (client === undefined) return false;
    const quietSinceMs = Math.max(client.lastMs, this.#digestsMs.get(client.size) ?? Infinity);
    const isQuiet = client.answersUnderWay === 0 && nowMs - quietSinceMs >= QUIET_MS;
    return client.connections === 0 || isQuiet;
  }

  #progress(client: string, size: number): Progress {
    const key = `${client} ${size}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const progress: Progress = {
      client,
      size,
      connections: 0,
      answersUnderWay: 0,
      taken: new RangeUnion(),
      isComplete: false,
      sinceMs: Infinity,
      lately: [],
      lastMs: 0,
    };
    if (this.#clients.size === MAX_CLIENTS) {
      this.#clients.delete(this.#clients.keys().next().value as string);
    }
    this.#clients.set(key, progress);
    return progress;
  }
}

/** Counts what was taken; what comes nearly at the same time is one sample, however many answers there are. */
function count(progress: Progress, bytes: number, nowMs: number): void {
  const last = progress.lately.at(-1);
  if (last !== undefined && nowMs - last.atMs < SAMPLE_MS) {
    last.bytes += bytes;
  } else {
    forgetOld(progress, nowMs);
    progress.lately.push({ bytes, atMs: nowMs });
  }
}

function forgetOld(progress: Progress, nowMs: number): void {
  progress.lately = progress.lately.filter(({ atMs }) => nowMs - atMs < RATE_WINDOW_MS);
}
