import { ClientConnection } from "../http/client_connection.ts";
import { HeadError } from "../http/head_error.ts";
import type { ResponseHead } from "../http/response_head.ts";
import type { ByteRange } from "../plan/byte_range.ts";
import type { Block } from "../plan/plan_event.ts";
import { checkAnswer } from "./check_answer.ts";
import type { LaneOrder, LaneReport, PieceDigest } from "./lane_message.ts";
import { CONNECT_TIMEOUT_MS, REPORT_MS } from "./limits.ts";
import { LostError } from "./lost_error.ts";
import { nextTurn } from "./next_turn.ts";
import { PartFileError, type PartWriter } from "./part_writer.ts";
import type { PieceHasher } from "./piece_hasher.ts";

/** A block on its way: from the first byte that is not in the file to where it ends now. */
interface Wanted {
  readonly id: number;
  start: number;
  end: number;
  /** Where it ended when it was asked for over the present connection. */
  asked: number | undefined;
}

/** What a source needs of the lane that it is in. */
export interface LaneSourceContext {
  readonly order: Extract<LaneOrder, { type: "connect" }>;
  readonly writer: PartWriter;
  /** Bytes in the file. */
  readonly size: number;
  /** Absent when pieces are not hashed. */
  readonly hasher: PieceHasher | undefined;
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly report: (report: LaneReport) => void;
}

/**
 * One source at work: asks for its blocks over one connection, pipelined, and puts what comes into
 * the part file. A block that is trimmed after it was asked for costs the connection, as HTTP/1.1 has
 * no way to take a request back; the next block opens another.
 */
export class LaneSource {
  readonly #context: LaneSourceContext;
  readonly #wanted: Wanted[] = [];
  #connection: ClientConnection | undefined;
  /** Answers that the present connection has brought. */
  #answers = 0;
  #ended = false;
  #wake: (() => void) | undefined;
  /** What is in the file and was not reported yet: of one block, as each ends with a report. */
  #unreported: ByteRange = { start: 0, end: 0 };
  #digests: PieceDigest[] = [];
  #reportedAt = -Infinity;

  constructor(context: LaneSourceContext) {
    this.#context = context;
    void this.#run();
  }

  /** Asks for a block, behind those asked for before. */
  fetch(block: Block): void {
    if (this.#ended) return;
    const wanted: Wanted = { ...block, asked: undefined };
    this.#wanted.push(wanted);
    if (this.#connection) this.#ask(this.#connection, wanted);
    this.#wake?.();
  }

  /** Lets a block end sooner, and says where it does. */
  trim(id: number, end: number): void {
    if (this.#ended) return;
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
        if (!block) await new Promise<void>((resolve) => this.#wake = resolve);
        else if (isEmpty(block)) this.#finish(block);
        else if (connection) await this.#take(block, connection);
        else await this.#connect();
      } catch (error) {
        // One that is not the present one any more was closed on purpose.
        if (connection === this.#connection) this.#end(error);
      }
    }
  }

  async #connect(): Promise<void> {
    const { host, port } = this.#context.order;
    const { buffer } = this.#context;
    const target = { host, port, timeoutMs: CONNECT_TIMEOUT_MS, bufferLength: buffer.length };
    const connection = await ClientConnection.open(target, buffer);
    // One that is asked for nothing would be closed by the server sooner or later, as if by a fault.
    if (this.#ended || this.#wanted.every(isEmpty)) return connection.close();
    this.#connection = connection;
    this.#answers = 0;
    for (const wanted of this.#wanted) this.#ask(connection, wanted);
  }

  #ask(connection: ClientConnection, wanted: Wanted): void {
    if (isEmpty(wanted)) return;
    const { target, etag } = this.#context.order;
    wanted.asked = wanted.end;
    const fields: Record<string, string> = { Range: `bytes=${wanted.start}-${wanted.end - 1}` };
    if (etag !== null) fields["If-Match"] = etag;
    // A request that cannot be sent shows when its answer does not come.
    connection.ask("GET", target, fields).catch(() => {});
  }

  async #take(block: Wanted, connection: ClientConnection): Promise<void> {
    const head = await this.#head(connection);
    if (connection !== this.#connection) return;
    if (!head) return this.#disconnect();
    this.#answers += 1;
    checkAnswer(head, {
      range: { start: block.start, end: block.asked ?? block.end },
      size: this.#context.size,
      etag: this.#context.order.etag,
    });
    while (!isEmpty(block)) {
      const isMore = await connection.fill();
      // What came over a connection that was closed meanwhile is another source's to fetch.
      if (connection !== this.#connection) return;
      if (!isMore) throw new LostError(`it closed the connection ${lengthOf(block)} bytes early`);
      this.#store(block, connection.take(lengthOf(block)));
      if (!isEmpty(block)) await nextTurn();
    }
    this.#finish(block);
  }

  /** The head of the next answer; undefined if the server closed a connection that had served well. */
  async #head(connection: ClientConnection): Promise<ResponseHead | undefined> {
    try {
      const head = await connection.head();
      if (head || this.#answers > 0) return head;
    } catch (error) {
      // An idle connection may be closed at any time; one that never answered tells of a fault.
      if (this.#answers === 0 || connection.closed || error instanceof HeadError) throw error;
      return undefined;
    }
    throw new LostError("it closed the connection without an answer");
  }

  #store(block: Wanted, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const { writer, hasher } = this.#context;
    writer.write(bytes, block.start);
    if (hasher) this.#digests.push(...hasher.pass(bytes, block.start));
    const { start } = isEmpty(this.#unreported) ? block : this.#unreported;
    block.start += bytes.length;
    this.#unreported = { start, end: block.start };
    if (performance.now() - this.#reportedAt >= REPORT_MS) this.#flush();
  }

  #finish(block: Wanted): void {
    this.#flush();
    this.#wanted.shift();
    if (block.asked !== undefined && block.asked > block.end) this.#disconnect();
  }

  #flush(): void {
    const range = this.#unreported;
    this.#reportedAt = performance.now();
    if (isEmpty(range)) return;
    const { source } = this.#context.order;
    this.#context.report({ type: "delivered", source, range, pieces: this.#digests });
    this.#unreported = { start: range.end, end: range.end };
    this.#digests = [];
  }

  #disconnect(): void {
    this.#connection?.close();
    this.#connection = undefined;
    for (const wanted of this.#wanted) wanted.asked = undefined;
  }

  #end(cause: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#flush();
    this.#disconnect();
    this.#wake?.();
    const { report, order } = this.#context;
    if (cause instanceof PartFileError) return report({ type: "disk", reason: cause.message });
    const { message, final } = LostError.from(cause);
    report({ type: "lost", source: order.source, reason: message, final });
  }
}

function lengthOf({ start, end }: ByteRange): number {
  return end - start;
}

function isEmpty(range: ByteRange): boolean {
  return lengthOf(range) === 0;
}
