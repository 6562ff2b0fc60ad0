import type { ClientConnection } from "./client_connection.ts";
import { HeadError } from "../head_error.ts";
import {
  MAX_CHUNK_LINE_BYTES,
  MAX_FIELD_LINES,
  MAX_SHORT_CHUNKS,
  MIN_MEAN_CHUNK_BYTES,
} from "../limits.ts";
import type { ResponseHead } from "./response_head.ts";

/** The content of one answer, however its end is marked (RFC 9112, 6.3). */
export interface ResponseContent {
  /** Bytes in all of it; undefined if only its end will tell. */
  readonly length: number | undefined;
  /** Whether all of it has been taken and its end was seen: the next answer may follow. */
  readonly isOver: boolean;
  /**
   * Waits until at least one byte of it is there to be taken.
   *
   * @returns Whether there is; false at its end, and where the connection ended before.
   * @throws {HeadError} If its end is marked in a way that makes no sense.
   */
  fill(): Promise<boolean>;
  /**
   * Waits until more of it is there to be taken than is already.
   *
   * @returns Whether there is; false where nobody can wait for that.
   */
  fillFurther(): Promise<boolean>;
  /** Takes up to `most` of the bytes that are there; the view is good until the next fill. */
  take(most: number): Uint8Array<ArrayBuffer>;
}

/**
 * The content that follows a head.
 *
 * @param connection Where it comes from.
 * @param head The head of an answer to a `GET` request, just read from it.
 * @throws {HeadError} If it is coded in a way that is not known.
 *
 * @example
 * ```ts
 * const content = contentOf(connection, head);
 * while (await content.fill()) console.log(content.take(1_000));
 * if (!content.isOver) throw new Error("The connection ended early");
 * ```
 */
export function contentOf(connection: ClientConnection, head: ResponseHead): ResponseContent {
  const { status, headers } = head;
  const coding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  if (status === 204 || status === 304) return new MeasuredContent(connection, 0);
  if (coding !== undefined) {
    if (/^chunked$/i.test(coding)) return new ChunkedContent(connection);
    throw new HeadError(`it comes with the transfer coding ${coding.slice(0, 40)}`);
  }
  if (length !== undefined) return new MeasuredContent(connection, Number(length));
  return new UnmeasuredContent(connection);
}

/**
 * Whether the server keeps the connection open behind an answer (RFC 9112, 9.3): whatever was asked for
 * behind one that ends it will not be answered.
 */
export function keepsConnection({ status, minorVersion, headers }: ResponseHead): boolean {
  const options = (headers.get("connection") ?? "").toLowerCase().split(",");
  const says = (option: string) => options.some((each) => each.trim() === option);
  if (says("close") || minorVersion === 0 && !says("keep-alive")) return false;
  const isMeasured = headers.has("content-length") !== headers.has("transfer-encoding");
  return isMeasured || status === 204 || status === 304;
}

const NOTHING_MORE = Promise.resolve(false);

/** As long as `Content-Length` says. */
class MeasuredContent implements ResponseContent {
  readonly #connection: ClientConnection;
  #left: number;

  constructor(connection: ClientConnection, readonly length: number) {
    this.#connection = connection;
    this.#left = length;
  }

  get isOver(): boolean {
    return this.#left === 0;
  }

  fill(): Promise<boolean> {
    return this.#left > 0 ? this.#connection.fill() : NOTHING_MORE;
  }

  fillFurther(): Promise<boolean> {
    const isAllThere = this.#connection.pending >= this.#left;
    return isAllThere ? NOTHING_MORE : this.#connection.fillFurther();
  }

  take(most: number): Uint8Array<ArrayBuffer> {
    const bytes = this.#connection.take(Math.min(most, this.#left));
    this.#left -= bytes.length;
    return bytes;
  }
}

/** Ends with the connection: nobody can tell whether that is all. */
class UnmeasuredContent implements ResponseContent {
  readonly #connection: ClientConnection;
  readonly length = undefined;
  #isOver = false;

  constructor(connection: ClientConnection) {
    this.#connection = connection;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  async fill(): Promise<boolean> {
    if (await this.#connection.fill()) return true;
    this.#isOver = true;
    return false;
  }

  fillFurther(): Promise<boolean> {
    return this.#connection.fillFurther();
  }

  take(most: number): Uint8Array<ArrayBuffer> {
    return this.#connection.take(most);
  }
}

/** `size CRLF bytes CRLF`, again and again; the last one has size 0 and fields behind it (RFC 9112, 7.1). */
class ChunkedContent implements ResponseContent {
  readonly #connection: ClientConnection;
  readonly length = undefined;
  #isOver = false;
  /** Bytes of the present chunk that were not taken; undefined before the first. */
  #left: number | undefined;
  #chunks = 0;
  #bytes = 0;

  constructor(connection: ClientConnection) {
    this.#connection = connection;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  async fill(): Promise<boolean> {
    if (this.#isOver) return false;
    if (!this.#left) {
      const size = await this.#nextSize();
      if (size === undefined) return false;
      this.#left = size;
      if (size === 0) {
        await this.#skipTrailers();
        return false;
      }
    }
    return await this.#connection.fill();
  }

  /** What comes behind the present chunk is not content. */
  fillFurther(): Promise<boolean> {
    const isAllThere = this.#connection.pending >= (this.#left ?? 0);
    return isAllThere ? NOTHING_MORE : this.#connection.fillFurther();
  }

  take(most: number): Uint8Array<ArrayBuffer> {
    const bytes = this.#connection.take(Math.min(most, this.#left ?? 0));
    this.#left = (this.#left ?? 0) - bytes.length;
    return bytes;
  }

  async #nextSize(): Promise<number | undefined> {
    if (this.#left === 0) {
      const end = await this.#line();
      if (end === undefined) return undefined;
      if (end !== "") throw new HeadError("a chunk is longer than it says");
    }
    const line = await this.#line();
    if (line === undefined) return undefined;
    // Extensions mean nothing to anybody (RFC 9112, 7.1.1).
    const [, digits] = /^([0-9a-f]{1,13})[ \t]*(?:;.*)?$/i.exec(line) ?? [];
    if (digits === undefined) throw new HeadError("a chunk without a valid size");
    const size = parseInt(digits, 16);
    this.#chunks += 1;
    this.#bytes += size;
    const isShort = this.#bytes < this.#chunks * MIN_MEAN_CHUNK_BYTES;
    if (isShort && this.#chunks > MAX_SHORT_CHUNKS) {
      throw new HeadError(`${this.#chunks} chunks with ${this.#bytes} bytes in them`);
    }
    return size;
  }

  async #skipTrailers(): Promise<void> {
    for (let count = 0; count <= MAX_FIELD_LINES; count += 1) {
      const line = await this.#line();
      if (line === undefined) return;
      if (line === "") {
        this.#isOver = true;
        return;
      }
    }
    throw new HeadError(`more than ${MAX_FIELD_LINES} fields behind the content`);
  }

  #line(): Promise<string | undefined> {
    return this.#connection.line(MAX_CHUNK_LINE_BYTES);
  }
}
