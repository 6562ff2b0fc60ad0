import type { ContentRequest } from "../../lib/http/client/content_request.ts";
import { ConcurrencyLimit } from "../../lib/transfer/concurrency_limit.ts";
import type { IdleConnections } from "../../lib/http/client/idle_connections.ts";
import type { FetchReport } from "../../lib/transfer/fetch_message.ts";
import type { RateTurns } from "../../lib/transfer/download_rate.ts";
import { Fetcher } from "../../lib/transfer/fetcher.ts";
import { PartWriter } from "../../lib/storage/part_writer.ts";
import { PieceHasher } from "../../lib/transfer/piece_hasher.ts";
import { BufferPool } from "../../lib/http/buffer_pool.ts";
import { MAX_HEAD_BYTES } from "../../lib/http/limits.ts";
import { contentOf, partHead } from "../client/content.ts";
import { Log } from "../client/log.ts";
import { type Peer, ScriptedServer } from "../sources/scripted_server.ts";

export const SIZE = 1000;
export const PIECE_LENGTH = 100;

/** What a source is to be like, if not like one that hashes a small file. */
export interface FetcherRigOptions {
  /** Another part file than one of its own. */
  readonly partPath?: string;
  /** Bytes in the file; it is not hashed then. */
  readonly size?: number;
  readonly bufferLength?: number;
  readonly Writer?: typeof PartWriter;
  readonly rate?: RateTurns;
  readonly idle?: IdleConnections;
}

/** A source with a part file of its own, and the server that it asks. */
export class FetcherRig implements AsyncDisposable {
  readonly server = new ScriptedServer();
  readonly reports = new Log<FetchReport>();
  readonly #path = Deno.makeTempFileSync();
  readonly #writer: PartWriter;
  readonly #buffers: BufferPool;
  readonly #size: number | undefined;
  readonly #rate: RateTurns | undefined;
  readonly #idle: IdleConnections | undefined;
  /** Shared by all its sources. */
  readonly admission = new ConcurrencyLimit();
  #nextBlock = 1;

  constructor(options: FetcherRigOptions = {}) {
    const { partPath, size, bufferLength = 2 * MAX_HEAD_BYTES, Writer = PartWriter } = options;
    const path = partPath ?? this.#path;
    this.#writer = new Writer(path, Deno.statSync(path));
    this.#buffers = new BufferPool([{ bytes: bufferLength, most: Infinity }]);
    this.#size = size;
    this.#rate = options.rate;
    this.#idle = options.idle;
  }

  /**
   * A source that has not been asked for anything.
   *
   * @param request What is different about how it is asked.
   */
  source(
    index = 1,
    report = this.reports.add,
    request: Partial<ContentRequest> = {},
  ): Fetcher {
    return new Fetcher({
      order: {
        type: "connect",
        source: index,
        request: {
          endpoint: { scheme: "http", host: "127.0.0.1", port: this.server.port },
          target: "/film%20a.mp4",
          fields: { "If-Match": '"v1"' },
          validators: { etags: ['"v1"'] },
          ...request,
        },
      },
      writer: this.#writer,
      size: this.#size ?? SIZE,
      hasher: this.#size === undefined ? new PieceHasher(SIZE, PIECE_LENGTH) : undefined,
      admission: this.admission,
      buffers: this.#buffers,
      rate: this.#rate,
      idle: this.#idle,
      report,
    });
  }

  /** Has a source fetch a block; answers the block's number. */
  fetch(source: Fetcher, start: number, end: number): number {
    const id = this.#nextBlock++;
    source.fetch({ id, start, end });
    return id;
  }

  /** What was delivered, touching ranges put together. */
  get delivered(): [start: number, end: number][] {
    const ranges: [start: number, end: number][] = [];
    for (const report of this.reports.entries) {
      if (report.type !== "delivered") continue;
      const { start, end } = report.range;
      const last = ranges.at(-1);
      if (last?.[1] === start) last[1] = end;
      else ranges.push([start, end]);
    }
    return ranges;
  }

  async deliveredUpTo(end: number): Promise<void> {
    await this.reports.first((report) => report.type === "delivered" && report.range.end === end);
  }

  async lost(): Promise<Extract<FetchReport, { type: "lost" }>> {
    return await this.reports.first((report) => report.type === "lost");
  }

  /** Waits until the byte before `end` is on disk, which may be before it is told. */
  async writtenUpTo(end: number): Promise<void> {
    const [last] = contentOf(end - 1, end);
    while (this.written(end - 1, end)[0] !== last) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** What is on disk of a range. */
  written(start: number, end: number): Uint8Array {
    return Deno.readFileSync(this.#path).slice(start, end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    this.#writer[Symbol.dispose]();
    Deno.removeSync(this.#path);
  }
}

/**
 * Answers the next request as it should be.
 *
 * @param upTo Where to stop instead: before the end of what was asked for, or beyond it.
 */
export async function serve(peer: Peer, upTo?: number): Promise<void> {
  const [start, end] = await peer.range();
  await peer.send(partHead(start, end, SIZE));
  await peer.send(contentOf(start, upTo ?? end));
}

export async function sendPart(peer: Peer, start: number, end: number): Promise<void> {
  await peer.send(partHead(start, end, SIZE));
  await peer.send(contentOf(start, end));
}

/** Gives a source the time to begin to connect, and no more. */
export async function connecting(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}
