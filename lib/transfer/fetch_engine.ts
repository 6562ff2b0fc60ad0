import { relayTrace } from "../http/client/exchange.ts";
import { BufferPool } from "../http/buffer_pool.ts";
import { ConcurrencyLimit } from "./concurrency_limit.ts";
import { diskReport, type FetchOrder, type FetchReport } from "./fetch_message.ts";
import { Fetcher } from "./fetcher.ts";
import type { IdleConnections } from "../http/client/idle_connections.ts";
import { FETCH_BUFFERS, READ_BACK_LENGTH } from "./limits.ts";
import { type ContentWriter, PartFileError, PartWriter } from "../storage/part_writer.ts";
import { WindowWriter } from "../storage/window_writer.ts";
import { PieceHasher } from "./piece_hasher.ts";
import { RateTurns } from "./download_rate.ts";

type OpenOrder = Extract<FetchOrder, { type: "open" }>;

/**
 * Where the bytes are: fetches, hashes and writes for a few sources, in one thread. It decides
 * nothing; it is told by orders and tells by reports, and so works the same in a worker and without.
 */
export class FetchEngine {
  readonly #report: (report: FetchReport) => void;
  readonly #idle: IdleConnections | undefined;
  readonly #sources = new Map<number, Fetcher>();
  readonly #admission = new ConcurrencyLimit();
  readonly #buffers = new BufferPool(FETCH_BUFFERS);
  /** The ends of all that are not over yet, dropped ones included. */
  readonly #ending = new Set<Promise<void>>();
  #job: OpenOrder | undefined;
  #writer: ContentWriter | undefined;
  #rate: RateTurns | undefined;

  /**
   * @param report Gets everything the engine has to say.
   * @param idle Where connections may be, in this thread, over which sources have answered before.
   */
  constructor(report: (report: FetchReport) => void, idle?: IdleConnections) {
    this.#report = report;
    this.#idle = idle;
  }

  /** Does as it is told; a file that cannot be used is reported, not thrown. */
  obey(order: FetchOrder): void {
    try {
      this.#obey(order);
    } catch (error) {
      if (!(error instanceof PartFileError)) throw error;
      this.#report(diskReport(error));
    }
  }

  #obey(order: FetchOrder): void {
    switch (order.type) {
      case "open":
        this.#writer?.[Symbol.dispose]();
        this.#writer = undefined;
        this.#job = order;
        if (order.rate) this.#rate ??= new RateTurns(order.rate);
        return;
      case "connect":
        return this.#connect(order);
      case "fetch":
        return this.#sources.get(order.source)?.fetch(order.block);
      case "trim":
        return this.#sources.get(order.source)?.trim(order.block, order.end);
      case "drop":
        return this.#sources.get(order.source)?.drop(order.reason);
      case "digest":
        return this.#digest(order);
      case "close":
        return this.#close();
    }
  }

  #connect(order: Extract<FetchOrder, { type: "connect" }>): void {
    const { trace } = order.request.endpoint;
    if (trace) {
      const { id } = trace;
      const report = this.#report;
      relayTrace(trace, (exchange) => report({ type: "exchange", trace: id, exchange }));
    }
    const writer = this.#openWriter();
    const { size, pieceLength, hash } = this.#job as OpenOrder;
    const source = new Fetcher({
      order,
      writer,
      size,
      hasher: hash ? new PieceHasher(size, pieceLength, hash) : undefined,
      admission: this.#admission,
      buffers: this.#buffers,
      rate: this.#rate,
      idle: this.#idle,
      report: this.#report,
    });
    this.#sources.set(order.source, source);
    this.#ending.add(source.ended);
    void source.ended.then(() => this.#ending.delete(source.ended));
  }

  #digest({ piece, range, skipEmpty }: Extract<FetchOrder, { type: "digest" }>): void {
    const writer = this.#openWriter();
    const buffer = this.#buffers.take();
    const passage = buffer.subarray(0, READ_BACK_LENGTH);
    try {
      const written = skipEmpty ? writer.written(range, passage) : null;
      const isEmpty = written?.extents.length === 0;
      const digest = isEmpty ? null : writer.digest(range, passage, this.#job?.hash);
      this.#report({ type: "digested", piece, digest, written });
    } finally {
      this.#buffers.give(buffer);
    }
  }

  /** Opens the file only when it is needed: until then another one may take its place. */
  #openWriter(): ContentWriter {
    if (!this.#job) throw new PartFileError("it is not open");
    return this.#writer ??= "window" in this.#job
      ? new WindowWriter(this.#job.window)
      : new PartWriter(this.#job.path, this.#job.file);
  }

  #close(): void {
    for (const source of this.#sources.values()) source.drop("the download ends");
    this.#sources.clear();
    this.#writer?.[Symbol.dispose]();
    this.#writer = undefined;
    // What they were waiting for, such as a connection, is closed only when it has come.
    void Promise.all(this.#ending).then(() => this.#report({ type: "closed" }));
  }
}
