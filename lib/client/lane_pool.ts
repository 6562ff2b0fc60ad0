import { Lane } from "./lane.ts";
import type { ByteRange } from "../plan/byte_range.ts";
import type { LaneOrder, LaneReport } from "./lane_message.ts";
import { MAX_INLINE_LENGTH } from "./limits.ts";
import { PartFileError } from "./part_writer.ts";

/** What the lanes of a pool work on. */
export type LaneJob = Omit<Extract<LaneOrder, { type: "open" }>, "type">;

/** What a piece that lies in the part file looks like. */
export interface PieceFound {
  /** Null for a piece of zeros that was skipped. */
  readonly sha256: string | null;
  /** Bytes from the start of the piece to its last byte that is not zero; null unless zeros were looked for. */
  readonly filled: number | null;
}

/** What a pool passes on: what lanes say of sources and of the disk. */
export type PoolReport = Exclude<LaneReport, { type: "digested" | "closed" }>;

type Send = (order: LaneOrder) => void;

/**
 * The threads that move the bytes: as many workers as the machine has cores and the download has
 * sources, or the main thread alone for a file so small that no worker is worth its start.
 */
export class LanePool {
  readonly #lanes: Send[];
  readonly #reading = new Map<number, PromiseWithResolvers<PieceFound>>();
  readonly #closed = Promise.withResolvers<void>();
  #open: number;
  #nextToRead = 0;
  /** Why nothing can be read any more. */
  #over: PartFileError | undefined;
  /** Gets what the lanes have to say, never before an order has been given in full. */
  onReport: (report: PoolReport) => void = () => {};

  /** @param job What to work on. */
  constructor(job: LaneJob) {
    const cores = Math.max(1, navigator.hardwareConcurrency);
    const count = job.size <= MAX_INLINE_LENGTH ? 1 : Math.min(cores, Math.max(1, job.sources));
    this.#lanes = job.size <= MAX_INLINE_LENGTH
      ? [this.#inline()]
      : Array.from({ length: count }, () => this.#worker());
    this.#open = this.#lanes.length;
    const sources = Math.ceil(job.sources / this.#lanes.length);
    for (const send of this.#lanes) send({ type: "open", ...job, sources });
  }

  /** Gives an order to the lane that a source belongs to. */
  tell(order: Extract<LaneOrder, { source: number }>): void {
    this.#lanes[order.source % this.#lanes.length]?.(order);
  }

  /**
   * Has a piece that lies in the part file read back and hashed, by the lanes in turn.
   *
   * @param skipEmpty Whether to spare the work where there is nothing but zeros.
   * @throws {PartFileError} If it cannot be read, or the pool was closed.
   */
  async read(piece: number, range: ByteRange, skipEmpty: boolean): Promise<PieceFound> {
    if (this.#over) throw this.#over;
    const reading = Promise.withResolvers<PieceFound>();
    this.#reading.set(piece, reading);
    this.#lanes[this.#nextToRead++ % this.#lanes.length]?.({
      type: "digest",
      piece,
      range,
      skipEmpty,
    });
    return await reading.promise;
  }

  /** Stops all lanes; when it resolves, the last report has been given and nothing writes any more. */
  async close(): Promise<void> {
    this.#over ??= new PartFileError("the download has ended");
    for (const send of this.#lanes) send({ type: "close" });
    await this.#closed.promise;
  }

  #inline(): Send {
    // A report must not come in the middle of the order that caused it.
    const lane = new Lane((report) => queueMicrotask(() => this.#receive(report)));
    return (order) => lane.obey(order);
  }

  #worker(): Send {
    const worker = new Worker(new URL("./lane_worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = (message: MessageEvent<LaneReport>) => this.#receive(message.data);
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      this.#receive({ type: "disk", reason: `a worker has failed: ${event.message}` });
      this.#receive({ type: "closed" });
    };
    return (order) => worker.postMessage(order);
  }

  #receive(report: LaneReport): void {
    switch (report.type) {
      case "digested":
        this.#reading.get(report.piece)?.resolve(report);
        this.#reading.delete(report.piece);
        return;
      case "closed":
        this.#open -= 1;
        if (this.#open === 0) this.#closed.resolve();
        return;
      case "disk":
        this.#over ??= new PartFileError(report.reason);
        for (const { reject } of this.#reading.values()) reject(this.#over);
        this.#reading.clear();
        return this.onReport(report);
      default:
        return this.onReport(report);
    }
  }
}
