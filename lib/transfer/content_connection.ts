import { byteCount } from "../byte_count.ts";
import type { ByteRange } from "../byte_range.ts";
import { ClientConnection } from "../http/client/client_connection.ts";
import type { ContentRequest } from "../http/client/content_request.ts";
import { withDeadline } from "../http/deadline.ts";
import { HeadError } from "../http/head_error.ts";
import type { IdleConnections } from "../http/client/idle_connections.ts";
import { PIPELINE_PATIENCE_MS } from "../http/limits.ts";
import {
  contentOf,
  keepsConnection,
  type ResponseContent,
} from "../http/client/response_content.ts";
import type { ResponseHead } from "../http/client/response_head.ts";
import { LostError } from "../sources/lost_error.ts";
import { checkResponse } from "./check_response.ts";
import { PAGE_LENGTH } from "./limits.ts";

/** What a connection to a source has to know. */
export interface ContentConnectionOptions {
  readonly request: ContentRequest;
  /** Bytes in the file. */
  readonly size: number;
  readonly buffer: Uint8Array<ArrayBuffer>;
  /** Whether requests may be sent before the answers to earlier ones have come. */
  readonly mayPipeline: boolean;
  /** Where a connection may be over which the source has answered before. */
  readonly idle?: IdleConnections | undefined;
}

/** The bytes of the file that one answer brings, in order. */
export interface ContentAnswer {
  /** Where in the file the next of its bytes belongs. */
  readonly at: number;
  /** Where it ends: at the end of what was asked for, or of the file. */
  readonly end: number;
}

/** An answer ended before its time. */
export class CutOffError extends LostError {}

const NOTHING = Promise.resolve(false);

interface Asked {
  readonly range: ByteRange;
  /** Whether it was asked for before the answer to what was asked before it was over. */
  readonly isAhead: boolean;
}

interface Answer extends ContentAnswer {
  readonly content: ResponseContent;
  readonly isWhole: boolean;
  readonly start: number;
  at: number;
}

/**
 * One connection over which parts of a file are asked for, and come in the order of the requests.
 *
 * Requests are pipelined once an answer has shown that the server keeps the connection open. One that
 * closes it behind each answer would reset it because of what was asked for behind that, and what was
 * on its way would be lost.
 */
export class ContentConnection {
  readonly #connection: ClientConnection;
  readonly #options: ContentConnectionOptions;
  /** What was asked for and not answered. */
  readonly #asked: Asked[] = [];
  #hasAnswered: boolean;
  /** Whether the server keeps it open, as far as it has said. */
  #keeps: boolean | undefined;
  #answer: Answer | undefined;

  private constructor(
    connection: ClientConnection,
    options: ContentConnectionOptions,
    hasAnswered: boolean,
  ) {
    this.#connection = connection;
    this.#options = options;
    this.#hasAnswered = hasAnswered;
  }

  /**
   * @param signal Ends the attempt.
   * @throws What `ClientConnection.open` throws.
   */
  static async open(
    options: ContentConnectionOptions,
    signal: AbortSignal,
  ): Promise<ContentConnection> {
    const { request: { endpoint }, buffer, idle } = options;
    const kept = await idle?.take(endpoint, buffer);
    const connection = kept ?? await ClientConnection.open(endpoint, { buffer, signal });
    return new ContentConnection(connection, options, kept !== undefined);
  }

  /** The answer that is being read; undefined between two of them. */
  get answer(): ContentAnswer | undefined {
    return this.#answer;
  }

  /** Whether it is the whole file that comes, though a part was asked for. */
  get isWhole(): boolean {
    return this.#answer?.isWhole ?? false;
  }

  /** Whether all of the answer that is being read was taken. */
  get isAtEnd(): boolean {
    return this.#answer?.at === this.#answer?.end;
  }

  /**
   * Whether what has come of the present answer may be something else: a page of text under the head that
   * the file would have had. Where no length was told, only its sooner end shows that.
   */
  get isDoubtful(): boolean {
    if (!this.#answer || this.#answer.content.length !== undefined) return false;
    const { start, at, end } = this.#answer;
    return at < end && at - start < PAGE_LENGTH;
  }

  /** Whether something was asked for behind what is being read or awaited. */
  get isPipelined(): boolean {
    return this.#asked.length > (this.#answer ? 0 : 1);
  }

  /** Whether nothing more can be had from it: the server ends it behind what it has sent. */
  get isSpent(): boolean {
    return this.#keeps === false && !this.#answer;
  }

  /** Whether a request may be sent now. */
  get mayAsk(): boolean {
    if (this.#asked.length === 0 && !this.#answer) return !this.isSpent && this.#connection.drained;
    return this.#options.mayPipeline && this.#keeps === true && !this.isWhole;
  }

  /** See {@linkcode ClientConnection.useBuffer}. */
  useBuffer(buffer: Uint8Array<ArrayBuffer>): void {
    this.#connection.useBuffer(buffer);
  }

  /** Asks for a part of the file, or for all of it where the source serves no parts. */
  ask(range: ByteRange): void {
    const { target, fields, rangeless } = this.#options.request;
    const wanted = `bytes=${range.start}-${range.end - 1}`;
    const all = rangeless ? fields : { ...fields, Range: wanted };
    this.#asked.push({ range, isAhead: this.#answer !== undefined || this.#asked.length > 0 });
    // A request that cannot be sent shows when its answer does not come.
    this.#connection.ask("GET", target, all).catch(() => {});
  }

  /**
   * Waits for the next answer.
   *
   * @returns Whether there is one: not if the server closed a connection that had served well, or does
   * not answer what was sent ahead.
   * @throws {LostError} If it is no answer to what was asked, or there is none to the first request.
   */
  async next(): Promise<boolean> {
    const [asked] = this.#asked;
    if (!asked) return false;
    const head = await this.#head(asked);
    if (!head) return false;
    const content = contentOf(this.#connection, head);
    const { start, end } = checkResponse(head, content.length, { ...this.#options, ...asked });
    this.#asked.shift();
    this.#hasAnswered = true;
    this.#keeps = keepsConnection(head);
    this.#answer = { content, start, at: start, end, isWhole: head.status === 200 };
    return true;
  }

  /** Waits until bytes of the present answer are there; false if the connection ended before. */
  fill(): Promise<boolean> {
    return this.#answer?.content.fill() ?? NOTHING;
  }

  /** Waits until more of the present answer is there than is already; false where that cannot be. */
  fillFurther(): Promise<boolean> {
    return this.#answer?.content.fillFurther() ?? NOTHING;
  }

  /** Bytes that are there to be taken, of the present answer or behind it. */
  get pending(): number {
    return this.#connection.pending;
  }

  /** What is wrong when it has ended before the present answer has. */
  cutOff(): CutOffError {
    const { at, end, content } = this.#answer ?? { at: 0, end: 0 };
    const what = content?.isOver ? "it ended its answer" : "it closed the connection";
    return new CutOffError(`${what} ${byteCount(end - at)} early`);
  }

  /** Takes up to `most` of the bytes that are there; the view is good until the next fill. */
  take(most: number): Uint8Array<ArrayBuffer> {
    const answer = this.#answer;
    if (!answer) return new Uint8Array();
    const bytes = answer.content.take(Math.min(most, answer.end - answer.at));
    answer.at += bytes.length;
    return bytes;
  }

  /**
   * Makes sure that the present answer ends where it should, all of it having been taken.
   *
   * @throws {LostError} If more comes.
   */
  async finish(): Promise<void> {
    const { content } = this.#answer ?? {};
    if (content?.isOver === false) {
      if (await content.fill()) throw tooMuch();
      // It ended without saying that this was all, but it was.
      if (!content.isOver) this.#keeps = false;
    }
    this.#answer = undefined;
  }

  /**
   * Makes sure that nothing has come that was not asked for.
   *
   * @throws {LostError} If something has: what comes next could not be told from it.
   */
  expectSilence(): void {
    const isSilent = this.#connection.drained || this.#answer || this.#asked.length > 0;
    if (!isSilent) throw tooMuch();
  }

  close(): void {
    this.#connection.close();
  }

  async #head({ isAhead }: Asked): Promise<ResponseHead | undefined> {
    const reading = this.#connection.head();
    const bounded = isAhead
      ? withDeadline(reading, PIPELINE_PATIENCE_MS, () => this.close())
      : reading;
    try {
      const head = await bounded;
      if (head || this.#hasAnswered) return head;
    } catch (error) {
      // An idle connection may be closed at any time; one that never answered tells of a fault.
      if (!this.#hasAnswered || error instanceof HeadError) throw error;
      return undefined;
    }
    throw new LostError("it closed the connection without an answer");
  }
}

function tooMuch(): LostError {
  return new LostError("it sent more than was asked for");
}
