import type { RateLimit } from "./rate_limit.ts";
import { SEND_STEP_BYTES } from "../limits.ts";
import type { AnyConn } from "../listen.ts";

/** The client closed its connection, or was cut off: nobody is there to be told anything. */
export class ClientGoneError extends Error {
  override readonly name = "ClientGoneError";
}

/** How long a client may take over what is sent to it. */
export interface SendPatience {
  /** Milliseconds for which it may take no byte. */
  readonly stallMs: number;
  /** A client that takes this much steadily is never given up. */
  readonly slowestBytesPerSec: number;
}

/** Any reason will do: without one, each connection would have an error made, with a stack trace. */
const ENDED = "ended";

/**
 * The connection of one client, with a time by which something has to happen on it.
 *
 * Deno 2.7 does not cancel a write when a connection is closed (denoland/deno#36369 does): the socket
 * lives on until the client reads, or goes. So here whoever waits for a write is let go at once, and
 * {@linkcode released} tells when the socket, and the bytes it was to send, are really free.
 */
export class ClientSocket {
  /** When to give up on this connection, in milliseconds of `performance.now()`. */
  deadlineMs = Infinity;
  /** The client's IP address. */
  readonly client: string;
  readonly #conn: AnyConn;
  readonly #patience: SendPatience;
  readonly #ended = new AbortController();
  /** The write under way; never rejects. */
  #writing: Promise<void> | undefined;
  /** Lets go whoever waits for the write under way. */
  #giveUp = () => {};
  #writtenBytes = 0;

  /** @param conn Owned by this object from now on. */
  constructor(conn: AnyConn, client: string, patience: SendPatience) {
    this.client = client;
    this.#conn = conn;
    this.#patience = patience;
    if ("setNoDelay" in conn) conn.setNoDelay(true);
  }

  /** Aborted once the connection is closed on this side. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Resolves when no write is under way any more; undefined if none is. */
  get released(): Promise<void> | undefined {
    return this.#writing;
  }

  /** Bytes that the client has taken, or the system for it. */
  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  read(buffer: Uint8Array): Promise<number | null> {
    return this.#conn.read(buffer);
  }

  /**
   * Writes what the client takes at once.
   *
   * @param bytes Not to be changed before {@linkcode released}, even if this fails.
   * @returns How many bytes it took, at least one.
   * @throws {ClientGoneError} The connection has ended.
   */
  writeSome(bytes: Uint8Array): Promise<number> {
    if (this.signal.aborted) return Promise.reject(new ClientGoneError());
    this.deadlineMs = performance.now() + this.#sendTimeoutMs;
    return new Promise((resolve, reject) => {
      const settled = () => {
        this.#writing = undefined;
        this.deadlineMs = Infinity;
      };
      this.#giveUp = () => reject(new ClientGoneError());
      this.#writing = this.#conn.write(bytes).then((count) => {
        settled();
        this.#writtenBytes += count;
        resolve(count);
      }, () => {
        settled();
        this.#giveUp();
      });
    });
  }

  /**
   * What was written lies in the system's buffer first, and a client that takes it slowly has to take
   * much of it before the next write ends.
   */
  get #sendTimeoutMs(): number {
    const { stallMs, slowestBytesPerSec } = this.#patience;
    const stepBytes = Math.min(this.#writtenBytes, SEND_STEP_BYTES);
    return stallMs + stepBytes / slowestBytesPerSec * 1000;
  }

  /**
   * Writes all of it, no faster than the rate allows.
   *
   * @throws {ClientGoneError} The connection has ended.
   */
  async write(bytes: Uint8Array, rate: RateLimit | undefined): Promise<void> {
    for (let written = 0; written < bytes.length;) {
      const chunk = bytes.subarray(written, rate && written + rate.chunkBytes);
      const turn = await rate?.turn(this.client, chunk.length, this.signal);
      if (turn === 0) throw new ClientGoneError();
      written += await this.writeSome(chunk);
    }
  }

  /**
   * Ends this side of the connection, and gives the client a while to end its own.
   *
   * @throws {ClientGoneError} It has done so already.
   */
  async closeWrite(lingerMs: number): Promise<void> {
    this.deadlineMs = performance.now() + lingerMs;
    try {
      await this.#conn.closeWrite();
    } catch {
      throw new ClientGoneError();
    }
  }

  /** Closes the connection; whoever waits for it gets an error. */
  close(): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort(ENDED);
    this.#conn.close();
    this.#giveUp();
  }
}
