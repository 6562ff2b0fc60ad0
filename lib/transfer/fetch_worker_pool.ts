import type { DigestAlgorithm } from "../content/digest.ts";
import type { PieceFound } from "../content/piece_digest.ts";
import { FetchEngine } from "./fetch_engine.ts";
import { tellExchange } from "../http/client/exchange.ts";
import type { IdleConnections } from "../http/client/idle_connections.ts";
import type { ByteRange } from "../byte_range.ts";
import type { FetchOrder, FetchPlace, FetchReport } from "./fetch_message.ts";
import {
  MAX_FETCH_WORKERS,
  MAX_INLINE_LENGTH,
  RATE_TICK_MS,
  STUCK_MS,
  WORKER_PATIENCE_MS,
} from "./limits.ts";
import type { FileIdentity } from "../storage/own_file.ts";
import { PartFileError } from "../storage/part_writer.ts";
import { RateClock } from "./download_rate.ts";
import { FetchWorkerHandle } from "./fetch_worker_handle.ts";

/** What the engines of a pool work on. */
export type FetchJob = FetchPlace & {
  /** Bytes in the file. */
  readonly size: number;
  readonly pieceLength: number;
  /** How pieces are hashed as they pass; absent if they are not. */
  readonly hash?: DigestAlgorithm | undefined;
  /** Whether any of it comes encrypted. */
  readonly encrypted: boolean;
  /** How many sources there will be. */
  readonly sources: number;
  /** Bytes per second of all sources together; undefined if they may be as fast as they can. */
  readonly limitRate?: number | undefined;
};

/** What a pool passes on: what engines say of sources and of the disk. */
export type PoolReport = Exclude<
  FetchReport,
  { type: "digested" | "closed" | "alive" | "exchange" }
>;

type Send = (order: FetchOrder) => void;

/**
 * The threads that move the bytes: the main thread, which can begin at once, and workers besides
 * where there is something to hash or to decrypt, as many as the machine has cores and the download
 * has sources. There are none for a file so small that it is not worth their start, and none where
 * bytes are only moved: the system lets only one thread at a time write to a file, and others would
 * but wait.
 */
export class FetchWorkerPool {
  readonly #engines: Send[];
  /** Which of them each source belongs to: in turn, as they are connected first. */
  readonly #engineOf = new Map<number, number>();
  readonly #reading = new Map<number, PromiseWithResolvers<PieceFound>>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #unstarted: FetchWorkerHandle[];
  readonly #patience: ReturnType<typeof setTimeout>;
  readonly #job: FetchJob;
  readonly #idle: IdleConnections | undefined;
  readonly #rate: RateClock | undefined;
  #rateTimer: ReturnType<typeof setInterval> | undefined;
  /** When each engine was heard of last, in milliseconds of `performance.now()`; workers only. */
  readonly #heardAt: number[] = [];
  #open: number;
  #nextToRead = 0;
  /** Why nothing can be read any more. */
  #over: PartFileError | undefined;
  /** Gets what the engines have to say, never before an order has been given in full. */
  onReport: (report: PoolReport) => void = () => {};

  /**
   * @param job What to work on.
   * @param idle Where connections are over which sources have answered before.
   */
  constructor(job: FetchJob, idle?: IdleConnections) {
    this.#idle = idle;
    const workers = Array.from(
      { length: workerCount(job) - 1 },
      (_, at) =>
        new FetchWorkerHandle(this.#listen(() => this.#heardAt[at + 1] = performance.now())),
    );
    this.#engines = [
      this.#inline(),
      ...workers.map((engine) => (order: FetchOrder) => engine.obey(order)),
    ];
    this.#open = this.#engines.length;
    this.#job = job;
    this.#rate = this.#limit(job);
    this.#sendOpen(job);
    this.#unstarted = workers;
    this.#patience = setTimeout(
      () => workers.forEach((engine) => engine.start()),
      WORKER_PATIENCE_MS,
    );
  }

  /** Only this thread has a clock for it. */
  #limit({ limitRate, sources }: FetchJob): RateClock | undefined {
    if (limitRate === undefined) return undefined;
    const clock = new RateClock(limitRate, sources, performance.now());
    this.#rateTimer = setInterval(() => clock.tick(performance.now()), RATE_TICK_MS);
    return clock;
  }

  /** Has another part file used, which has taken the place of the one before. */
  reopen(file: FileIdentity): void {
    if ("path" in this.#job) this.#sendOpen({ ...this.#job, file });
  }

  #sendOpen({ sources: _, encrypted: __, limitRate: ___, ...job }: FetchJob): void {
    const rate = this.#rate?.share;
    for (const send of this.#engines) send({ type: "open", ...job, rate });
  }

  /** Gives an order to the engine that a source belongs to: the first one connected waits for no worker. */
  tell(order: Extract<FetchOrder, { source: number }>): void {
    const { source } = order;
    const engine = this.#engineOf.get(source) ?? this.#engineOf.size % this.#engines.length;
    this.#engineOf.set(source, engine);
    // No connection can be taken to another thread; some servers bear no second one.
    if (order.type === "connect" && engine > 0) this.#idle?.close(order.request.endpoint);
    this.#engines[engine]?.(order);
  }

  /**
   * Whether the thread that a source belongs to does not get on, as with a write that takes very long:
   * then nothing can be heard of the source.
   */
  isStuck(source: number): boolean {
    const heardAt = this.#heardAt[this.#engineOf.get(source) ?? 0];
    return heardAt !== undefined && performance.now() - heardAt > STUCK_MS;
  }

  /**
   * Has a piece that lies in the part file read back and hashed, by the engines in turn.
   *
   * @param skipEmpty Whether to spare the work where there is nothing but zeros.
   * @throws {PartFileError} If it cannot be read, or the pool was closed.
   */
  async read(piece: number, range: ByteRange, skipEmpty: boolean): Promise<PieceFound> {
    if (this.#over) throw this.#over;
    const reading = Promise.withResolvers<PieceFound>();
    this.#reading.set(piece, reading);
    this.#engines[this.#nextToRead++ % this.#engines.length]?.({
      type: "digest",
      piece,
      range,
      skipEmpty,
    });
    return await reading.promise;
  }

  /** Stops all engines; when it resolves, the last report has been given and nothing writes any more. */
  async close(): Promise<void> {
    this.#over ??= new PartFileError("the download has ended");
    clearTimeout(this.#patience);
    clearInterval(this.#rateTimer);
    for (const send of this.#engines) send({ type: "close" });
    await this.#closed.promise;
  }

  #inline(): Send {
    // A report must not come in the middle of the order that caused it.
    const tell = this.#listen();
    const engine = new FetchEngine((report) => queueMicrotask(() => tell(report)), this.#idle);
    return (order) => engine.obey(order);
  }

  /** Each engine that gets to work makes way for the next one: see {@linkcode FetchWorkerHandle}. */
  #listen(onHeard = () => {}): (report: FetchReport) => void {
    let isFirst = true;
    return (report) => {
      onHeard();
      this.#receive(report);
      if (isFirst) this.#unstarted.shift()?.start();
      isFirst = false;
    };
  }

  #receive(report: FetchReport): void {
    switch (report.type) {
      case "digested":
        this.#reading.get(report.piece)?.resolve(report);
        this.#reading.delete(report.piece);
        return;
      case "alive":
        return;
      case "exchange":
        return tellExchange(report.trace, report.exchange);
      case "closed":
        this.#open -= 1;
        if (this.#open === 0) this.#closed.resolve();
        return;
      case "disk":
      case "defect":
        this.#over ??= new PartFileError(
          report.type === "disk" ? report.reason : "its reader failed",
        );
        for (const { reject } of this.#reading.values()) reject(this.#over);
        this.#reading.clear();
        return this.onReport(report);
      default:
        return this.onReport(report);
    }
  }
}

function workerCount({ size, hash, encrypted, sources }: FetchJob): number {
  const isWork = hash || encrypted;
  if (!isWork || size <= MAX_INLINE_LENGTH) return 1;
  const most = Math.min(navigator.hardwareConcurrency, MAX_FETCH_WORKERS, sources);
  return Math.max(1, most);
}
