import { MAX_HEAD_BYTES } from "./limits.ts";
import { readRequestHead, type RequestHead } from "./request_head.ts";

/** Where requests come from; a `Deno.Conn` is one. */
export interface ByteSource {
  /** Fills part of the buffer and returns how many bytes, or null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
}

/** Room for the longest head, and for the empty line that may come before it. */
const BUFFER_BYTES = MAX_HEAD_BYTES + 2;

/** Room at first: nearly all heads are shorter, and there may be thousands of connections. */
const FIRST_BUFFER_BYTES = 1_024;

/**
 * The requests of one connection, in order. A client may send many without waiting for answers, but
 * no more of them are read than fit into one buffer: the rest waits in the client. Only while an
 * answer is held back more is read, to see whether the client is still there.
 */
export class RequestReader {
  readonly #source: ByteSource;
  #buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  /** What was read and not yet returned lies from here… */
  #start = 0;
  /** …to here. */
  #end = 0;
  /** The read that is under way; there is never more than one. */
  #filling: Promise<boolean> | undefined;
  /** The wait for the client's end; however often it is waited for, it reads but once. */
  #leaving: Promise<void> | undefined;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /**
   * The next request.
   *
   * @param onBegun Called when its first byte is there.
   * @returns Its head, or undefined if the connection ended before there was a whole one.
   * @throws {HeadError} The head is malformed or too long; nothing after it can be read.
   */
  async next(onBegun: () => void): Promise<RequestHead | undefined> {
    let begun = false;
    for (;;) {
      if (!begun && this.#end > this.#start) {
        begun = true;
        onBegun();
      }
      const head = readRequestHead(this.#buffer.subarray(this.#start, this.#end));
      if (head !== undefined) {
        this.#start += head.byteLength;
        return head;
      }
      if (this.#end - this.#start === this.#buffer.length) this.#grow(BUFFER_BYTES);
      if (!await this.#fill()) return undefined;
    }
  }

  /**
   * What follows the head that was read last.
   *
   * @param length Bytes; no more than there is room for.
   * @returns A copy; undefined if the connection ended before all of it was there.
   */
  async content(length: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    while (this.#end - this.#start < length) {
      if (this.#end - this.#start === this.#buffer.length) this.#grow(BUFFER_BYTES);
      if (!await this.#fill()) return undefined;
    }
    this.#start += length;
    return this.#buffer.slice(this.#start - length, this.#start);
  }

  /**
   * Waits until the client has gone, while an answer waits for something else. Requests that arrive
   * meanwhile are kept.
   *
   * @param maxBytes Resolves as well when more than that was sent: the end behind it cannot be seen.
   */
  peerLeft(maxBytes: number): Promise<void> {
    return this.#leaving ??= this.#readAhead(maxBytes).finally(() => this.#leaving = undefined);
  }

  async #readAhead(maxBytes: number): Promise<void> {
    while (this.#end - this.#start < maxBytes) {
      if (this.#end - this.#start === this.#buffer.length) this.#grow(maxBytes);
      if (!await this.#fill()) return;
    }
  }

  #grow(most: number): void {
    const longer = new Uint8Array(Math.min(2 * this.#buffer.length, most));
    longer.set(this.#buffer.subarray(this.#start, this.#end));
    this.#end -= this.#start;
    this.#start = 0;
    this.#buffer = longer;
  }

  /**
   * Reads and drops what the client still sends, until it ends its side.
   *
   * @param maxBytes Where to stop even if it does not.
   */
  async drain(maxBytes: number): Promise<void> {
    let dropped = 0;
    do {
      dropped += this.#end - this.#start;
      this.#start = this.#end;
    } while (dropped < maxBytes && await this.#fill());
  }

  /** Reads once; returns false at the end of the connection, whatever ended it. Never rejects. */
  #fill(): Promise<boolean> {
    if (this.#filling !== undefined) return this.#filling;
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    this.#filling = this.#source.read(this.#buffer.subarray(this.#end)).then(
      (count) => {
        this.#filling = undefined;
        this.#end += count ?? 0;
        return count !== null;
      },
      () => false,
    );
    return this.#filling;
  }
}
