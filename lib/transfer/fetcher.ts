import { Allowance } from "./allowance.ts";
import type { BufferPool } from "../http/buffer_pool.ts";
import type { ByteRange } from "../byte_range.ts";
import type { Block } from "../plan/plan_event.ts";
import type { ConcurrencyLimit, Entry } from "./concurrency_limit.ts";
import { ContentConnection, CutOffError } from "./content_connection.ts";
import { Delivery } from "./delivery.ts";
import { diskReport, type FetchOrder, type FetchReport } from "./fetch_message.ts";
import type { IdleConnections } from "../http/client/idle_connections.ts";
import { GATHER_LENGTH, TURN_LENGTH } from "./limits.ts";
import { type Loss, LostError } from "../sources/lost_error.ts";
import { isTurnDue, nextTurn, nextTurnIfDue, onNextTurn } from "../next_turn.ts";
import { type ContentWriter, PartFileError } from "../storage/part_writer.ts";
import type { PieceHasher } from "./piece_hasher.ts";
import type { RateTurns } from "./download_rate.ts";

/** A block on its way: from the first byte that is not in the file to where it ends now. */
interface Wanted {
  readonly id: number;
  start: number;
  end: number;
  /** Where the part of it ends that was asked for over the present connection and is not over. */
  asked: number | undefined;
  /** Whether its bytes are hashed, and not written. */
  readonly hashOnly?: boolean;
}

/** What a source needs of the engine that it is in. */
export interface FetcherContext {
  readonly order: Extract<FetchOrder, { type: "connect" }>;
  readonly writer: ContentWriter;
  /** Bytes in the file. */
  readonly size: number;
  /** Absent when pieces are not hashed. */
  readonly hasher: PieceHasher | undefined;
  /** Shared by all sources of the engine, as are the buffers. */
  readonly admission: ConcurrencyLimit;
  readonly buffers: BufferPool;
  /** Where it waits until it may take what has come; undefined if it may at once. */
  readonly rate?: RateTurns | undefined;
  /** Where connections may be over which the source has answered before. */
  readonly idle?: IdleConnections | undefined;
  readonly report: (report: FetchReport) => void;
}

/** An abort reason that is no error: nobody sees it. */
const ENDED = "ended";

/**
 * One source at work: asks for its blocks over one connection, pipelined, and puts what comes into
 * the part file. A block that is trimmed after it was asked for costs the connection, as HTTP/1.1 has
 * no way to take a request back; the next block opens another.
 *
 * It asks when it is admitted, and has a buffer of the engine's only for so long. While others wait, it
 * asks for a part of a block at a time, and gets behind them when it has it.
 */
export class Fetcher {
  readonly #context: FetcherContext;
  readonly #wanted: Wanted[] = [];
  #connection: ContentConnection | undefined;
  #entry: Entry | undefined;
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  /** Bytes that it may still ask for in its turn. */
  #room = 0;
  /** Whether it was told that others come first. */
  #deferred = false;
  /** Whether the source has stood requests that were sent ahead, as far as is known. */
  #mayPipeline = true;
  /** Calls off that what has come is about to be written; undefined if it is not. */
  #callOff: (() => void) | undefined;
  /** Whether it has ever sent the part that was asked for. */
  #servesParts = false;
  #ended = false;
  /** Aborted when it has ended: no attempt to connect outlasts it. */
  readonly #stop = new AbortController();
  #wake: (() => void) | undefined;
  readonly #delivery: Delivery;
  /** What it may take of what has come; undefined if that is all. */
  readonly #allowance: Allowance | undefined;

  /** Resolves when nothing is left of it, an attempt to connect included; it has to be dropped before. */
  readonly ended: Promise<void>;

  constructor(context: FetcherContext) {
    this.#context = context;
    const { rate, report, order: { source } } = context;
    this.#delivery = new Delivery(source, report);
    if (rate) this.#allowance = new Allowance(rate, () => report({ type: "held", source }));
    this.ended = this.#run();
  }

  /** Asks for a block, behind those asked for before. */
  fetch(block: Block): void {
    if (this.#ended) return;
    const wanted: Wanted = { ...block, asked: undefined };
    this.#wanted.push(wanted);
    this.#askAhead();
    this.#wake?.();
  }

  /** Lets a block end sooner, and says where it does. */
  trim(id: number, end: number): void {
    if (this.#ended) return;
    this.#storePending();
    this.#flush();
    const wanted = this.#wanted.find((block) => block.id === id);
    if (wanted) wanted.end = Math.min(wanted.end, Math.max(end, wanted.start));
    const { source } = this.#context.order;
    const at = wanted?.end ?? Number.MAX_SAFE_INTEGER;
    this.#context.report({ type: "trimmed", source, block: id, end: at });
    // It is at its end already: whoever waits for more of it would wait in vain.
    if (wanted && wanted === this.#wanted[0] && isEmpty(wanted)) this.#disconnect();
  }

  /** Ends the source: nothing more is asked for or written. */
  drop(reason: string): void {
    this.#end(new LostError(reason));
  }

  async #run(): Promise<void> {
    while (!this.#ended) {
      const [block] = this.#wanted;
      const connection = this.#connection;
      try {
        if (!block) await this.#rest();
        else if (isEmpty(block)) this.#finish(block);
        else if (!this.#enter()) await this.#wait();
        else if (connection) await this.#take(block, connection);
        else await this.#connect();
      } catch (error) {
        // One that is not the present one any more was closed on purpose.
        if (connection === this.#connection && !this.#isForPipelining(error)) this.#end(error);
      }
    }
    this.#leave();
  }

  // Its turns --------------------------------------------------------------------------------------

  async #rest(): Promise<void> {
    if (this.#context.order.request.isLone) this.#disconnect();
    // The next block may be what comes next of the whole file that is being sent.
    if (!this.#connection?.answer) this.#leave();
    await this.#news();
  }

  async #wait(): Promise<void> {
    this.#tellDeferred(true);
    await this.#news();
  }

  #news(): Promise<void> {
    return new Promise<void>((resolve) => this.#wake = resolve);
  }

  /** Comes in unless it has; answers whether it may ask now. */
  #enter(): boolean {
    const { admission, buffers } = this.#context;
    this.#entry ??= admission.enter(() => this.#wake?.());
    if (!this.#entry.admitted) return false;
    if (this.#buffer) return true;
    this.#room = TURN_LENGTH;
    this.#buffer = buffers.take();
    this.#connection?.useBuffer(this.#passage);
    this.#tellDeferred(false);
    return true;
  }

  /** Lets others go first; only while nothing is being read. */
  #leave(): void {
    // What has come unasked would be lost with the buffer, and what follows be taken for an answer.
    this.#connection?.expectSilence();
    if (this.#buffer) this.#context.buffers.give(this.#buffer);
    this.#buffer = undefined;
    this.#entry?.leave();
    this.#entry = undefined;
    this.#tellDeferred(false);
  }

  /** What is received passes through this part of the buffer that it was lent. */
  get #passage(): Uint8Array<ArrayBuffer> {
    const buffer = this.#buffer as Uint8Array<ArrayBuffer>;
    return this.#allowance?.passage(buffer) ?? buffer;
  }

  #tellDeferred(deferred: boolean): void {
    if (deferred === this.#deferred || this.#ended) return;
    this.#deferred = deferred;
    // What comes in a turn is told at its end.
    if (!deferred) this.#delivery.postpone();
    const { report, order: { source } } = this.#context;
    report({ type: deferred ? "deferred" : "admitted", source });
  }

  // Requests and answers ---------------------------------------------------------------------------

  async #connect(): Promise<void> {
    const { order: { request }, size, idle } = this.#context;
    const buffer = this.#passage;
    const mayPipeline = this.#mayPipeline;
    const connection = await ContentConnection.open(
      { request, size, buffer, mayPipeline, idle },
      this.#stop.signal,
    );
    // One that is asked for nothing would be closed by the server sooner or later, as if by a fault.
    if (this.#ended || this.#wanted.every(isEmpty)) return connection.close();
    this.#connection = connection;
  }

  /** Asks for all blocks; while others wait, for no more than there is room for in its turn. */
  #askAhead(): void {
    if (!this.#connection || !this.#entry?.admitted) return;
    const { contended } = this.#context.admission;
    for (const wanted of this.#wanted) {
      if (isEmpty(wanted)) continue;
      if (wanted.asked === undefined) {
        const most = contended ? this.#room : Infinity;
        if (most <= 0 || !this.#connection.mayAsk) return;
        wanted.asked = Math.min(wanted.end, wanted.start + most);
        this.#room -= wanted.asked - wanted.start;
        this.#connection.ask({ start: wanted.start, end: wanted.asked });
      }
      // Answers come in order: what is behind a part of a block has to wait for the rest of it.
      if (wanted.asked < wanted.end) return;
    }
  }

  async #take(block: Wanted, connection: ContentConnection): Promise<void> {
    if (!connection.answer && !await this.#nextAnswer(block, connection)) return;
    if (!await this.#reach(block, connection)) return;
    /** Bytes of the answer that are still to come, and wanted. */
    const left = () => Math.min(block.end, connection.answer?.end ?? 0) - block.start;
    while (left() > 0) {
      const isMore = await connection.fill();
      // What came over a connection that was closed meanwhile is another source's to fetch.
      if (connection !== this.#connection) return;
      if (!isMore) throw connection.cutOff();
      this.#entry?.work();
      if (this.#allowance) await this.#earn(connection, left());
      else await this.#gather(connection, Math.min(left(), GATHER_LENGTH));
      if (connection !== this.#connection) return;
      this.#store(block, connection.take(this.#most(left())));
      if (left() > 0 && isTurnDue()) await nextTurn();
    }
    if (connection.isAtEnd) await connection.finish();
    if (connection !== this.#connection) return;
    if (isEmpty(block)) this.#finish(block);
    else block.asked = undefined;
    if (connection.isSpent) this.#disconnect();
  }

  /** @returns Whether there is one now, over the connection that is the present one still. */
  async #nextAnswer(block: Wanted, connection: ContentConnection): Promise<boolean> {
    connection.expectSilence();
    this.#askAhead();
    if (block.asked === undefined) {
      this.#makeWay(); // Its turn is over.
      return false;
    }
    const { isPipelined } = connection;
    const isThere = await connection.next();
    if (connection !== this.#connection) return false;
    if (isThere) {
      if (!connection.isWhole) this.#servesParts = true;
      this.#askAhead();
    } else {
      if (isPipelined) this.#mayPipeline = false;
      this.#disconnect();
    }
    return isThere;
  }

  /**
   * Drops what comes before the block where the whole file is being sent.
   *
   * @returns Whether the next byte is the first of the block, over the connection that is the present one.
   */
  async #reach(block: Wanted, connection: ContentConnection): Promise<boolean> {
    const { request } = this.#context.order;
    const distance = () => block.start - (connection.answer?.at ?? 0);
    if (distance() < 0 || distance() > 0 && !request.rangeless) {
      this.#disconnect();
      return false;
    }
    while (distance() > 0) {
      const isMore = await connection.fill();
      if (connection !== this.#connection) return false;
      if (!isMore) throw connection.cutOff();
      this.#entry?.work();
      if (this.#allowance) await this.#earn(connection, distance());
      if (connection !== this.#connection) return false;
      const skipped = connection.take(this.#most(distance()));
      this.#allowance?.spend(skipped.length);
      if (this.#delivery.isDue) this.#delivery.reportLife();
      await nextTurnIfDue();
    }
    return true;
  }

  /**
   * Waits for more of what comes in small parts, until that is worth a write. Where it would have to wait
   * longer than for its turn, what is there is written meanwhile.
   *
   * @param enough Bytes that are worth it.
   */
  async #gather(connection: ContentConnection, enough: number): Promise<void> {
    try {
      while (connection.pending < enough && !isTurnDue()) {
        this.#storeSoon();
        if (!await connection.fillFurther() || connection !== this.#connection) return;
        this.#entry?.work();
      }
    } catch (error) {
      if (connection === this.#connection) this.#storePending();
      throw error;
    }
  }

  #storeSoon(): void {
    this.#callOff ??= onNextTurn(() => {
      this.#callOff = undefined;
      try {
        this.#storePending();
      } catch (error) {
        this.#end(error);
      }
    });
  }

  /** Waits until it may take some of the bytes that have come, where the rate is limited. */
  async #earn(connection: ContentConnection, wanted: number): Promise<void> {
    await this.#allowance?.earn(Math.min(wanted, connection.pending), this.#stop.signal);
  }

  /** How many of the bytes that are wanted it may take. */
  #most(wanted: number): number {
    return this.#allowance ? Math.min(wanted, this.#allowance.bytes) : wanted;
  }

  /** Gets behind those who wait. */
  #makeWay(): void {
    this.#flush();
    this.#leave();
  }

  /** Writes what has come of the first block and waits for more. */
  #storePending(): void {
    const [block] = this.#wanted;
    const connection = this.#connection;
    if (!block || !connection || connection.answer?.at !== block.start) return;
    this.#store(block, connection.take(Math.min(block.end, connection.answer.end) - block.start));
    // It was trimmed: whoever waits for more of it would wait in vain.
    if (isEmpty(block)) this.#disconnect();
  }

  #store(block: Wanted, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#allowance?.spend(bytes.length);
    const { writer, hasher } = this.#context;
    if (!block.hashOnly) writer.write(bytes, block.start);
    const digests = hasher?.pass(bytes, block.start) ?? [];
    const { start } = block;
    block.start += bytes.length;
    this.#delivery.add({ start, end: block.start }, digests, block.hashOnly === true);
    if (this.#delivery.isDue) this.#flush();
  }

  #finish(block: Wanted): void {
    this.#delivery.report();
    this.#wanted.shift();
    // What is left of it would come next; of a whole file, that may be what is wanted.
    const isOpen = block.asked !== undefined && block.asked > block.end;
    if (isOpen && !this.#connection?.isWhole) this.#disconnect();
  }

  /** Says what has come, unless that is in doubt: then only that something has. */
  #flush(): void {
    if (this.#connection?.isDoubtful) this.#delivery.reportLife();
    else this.#delivery.report();
  }

  /** Says what has come before its connection is given up; what is in doubt is fetched again. */
  #settle(): void {
    const [block] = this.#wanted;
    if (!block || !this.#connection?.isDoubtful) return this.#delivery.report();
    block.start = this.#delivery.forget() ?? block.start;
  }

  #disconnect(): void {
    this.#connection?.close();
    this.#connection = undefined;
    for (const wanted of this.#wanted) wanted.asked = undefined;
  }

  #end(cause: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#callOff?.();
    this.#stop.abort(ENDED);
    this.#settle();
    this.#disconnect();
    this.#wake?.();
    const { report, order } = this.#context;
    if (cause instanceof PartFileError) return report(diskReport(cause));
    const lost = LostError.from(cause);
    if (!lost) return report({ type: "defect", error: cause });
    const { message: reason, final } = lost;
    // One that has sent parts does so again.
    const isWholeOnce = lost.loss.kind === "rangeless" && this.#servesParts;
    const loss: Loss = isWholeOnce ? { kind: "broken" } : lost.loss;
    report({ type: "lost", source: order.source, reason, final, loss });
  }

  /** Whether a connection has ended for what was sent ahead over it: then one at a time may do. */
  #isForPipelining(error: unknown): boolean {
    const isCut = error instanceof CutOffError || error instanceof Deno.errors.ConnectionReset;
    if (!isCut || !this.#mayPipeline || !this.#connection?.isPipelined) return false;
    this.#mayPipeline = false;
    this.#settle();
    this.#disconnect();
    return true;
  }
}

function lengthOf({ start, end }: ByteRange): number {
  return end - start;
}

function isEmpty(range: ByteRange): boolean {
  return lengthOf(range) === 0;
}
