import { Patience } from "../../patience.ts";
import { type Endpoint, hostField } from "./endpoint.ts";
import { ConnectionTrace } from "./exchange.ts";
import { HeadError } from "../head_error.ts";
import { CONNECT_TIMEOUT_MS, MAX_INTERIM_HEADS, MAX_RESPONSE_HEAD_BYTES } from "../limits.ts";
import { proxyLines } from "./open_tunnel.ts";
import { openSocket } from "./open_socket.ts";
import { readResponseHead, type ResponseHead } from "./response_head.ts";

/** What a connection is opened with. */
export interface ConnectOptions {
  /** Everything received passes through it; a head has to fit into it whole. */
  readonly buffer: Uint8Array<ArrayBuffer>;
  /** Milliseconds until the attempt is given up. */
  readonly timeoutMs?: number;
  /** Ends the attempt early; of no effect on a connection that is open. */
  readonly signal?: AbortSignal;
}

const CR = 0x0d;
const LF = 0x0a;

const THERE = Promise.resolve(true);
const NOTHING_MORE = Promise.resolve(false);

/**
 * A client's end of an HTTP/1.1 connection (RFC 9112): requests go out, pipelined if one likes, and
 * heads and content come back through one buffer that is filled and emptied in turn, never copied.
 *
 * @example
 * ```ts
 * const endpoint = endpointOf(new URL("https://example.org/"));
 * const connection = await ClientConnection.open(endpoint, { buffer: new Uint8Array(65_536) });
 * await connection.ask("GET", "/film.mp4", { Range: "bytes=0-99" });
 * const head = await connection.head();
 * while (await connection.fill()) console.log(connection.take(100));
 * ```
 */
export class ClientConnection implements Disposable {
  readonly #conn: Deno.Conn;
  #endpoint: Endpoint;
  #buffer: Uint8Array<ArrayBuffer>;
  #start = 0;
  #end = 0;
  #closed = false;
  #writing: Promise<void> = Promise.resolve();
  #trace: ConnectionTrace | undefined;

  private constructor(conn: Deno.Conn, endpoint: Endpoint, buffer: Uint8Array<ArrayBuffer>) {
    this.#conn = conn;
    this.#buffer = buffer;
    this.#endpoint = endpoint;
    this.#trace = traceOf(endpoint);
  }

  /**
   * Connects.
   *
   * @param endpoint Where to, and how.
   * @throws What {@linkcode openSocket} throws; after `timeoutMs` it says so.
   */
  static async open(endpoint: Endpoint, options: ConnectOptions): Promise<ClientConnection> {
    const { buffer, timeoutMs = CONNECT_TIMEOUT_MS, signal } = options;
    const late = new AbortController();
    const giveUp = () => {
      late.abort(new Deno.errors.TimedOut(`no connection within ${timeoutMs / 1000} s`));
    };
    using _patience = new Patience(timeoutMs, giveUp);
    const over = signal ? AbortSignal.any([late.signal, signal]) : late.signal;
    const socket = await openSocket(endpoint, over);
    // The connection may have come about at the very moment at which nobody wanted it any more.
    if (over.aborted) {
      socket.close();
      throw over.reason;
    }
    return new ClientConnection(socket, endpoint, buffer);
  }

  /** Whether its requests say who sends them (RFC 9110, 11.6.2). */
  get hasCredentials(): boolean {
    const { fields = {} } = this.#endpoint;
    return Object.keys(fields).some((name) => name.toLowerCase() === "authorization");
  }

  /** Whether everything that was received has been taken. */
  get drained(): boolean {
    return this.#start === this.#end;
  }

  /**
   * Has everything that is received from now on pass through another buffer.
   *
   * @throws {RangeError} If it is not {@linkcode drained}: what was received would be lost.
   */
  useBuffer(buffer: Uint8Array<ArrayBuffer>): void {
    if (!this.drained) throw new RangeError("The present buffer is not empty");
    this.#buffer = buffer;
    this.#start = this.#end = 0;
  }

  /**
   * Has it serve somebody else, all answers having been read.
   *
   * @param endpoint The same place; what is sent with every request, and who is told of it, may differ.
   * @param buffer See {@linkcode useBuffer}.
   * @throws {RangeError} If it is not {@linkcode drained}.
   */
  use(endpoint: Endpoint, buffer: Uint8Array<ArrayBuffer>): void {
    this.useBuffer(buffer);
    this.#endpoint = endpoint;
    this.#trace = traceOf(endpoint);
  }

  /** Whether {@linkcode close} was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Sends a request without content; its answer comes behind those to earlier requests.
   *
   * @param method `GET` or `HEAD`.
   * @param path Percent-encoded, beginning with a slash.
   * @param fields Header fields besides `Host`.
   */
  ask(method: "GET" | "HEAD", path: string, fields: Readonly<Record<string, string>> = {}) {
    this.#trace?.request(method, path, fields);
    const { scheme, proxy, fields: always } = this.#endpoint;
    const lines = Object.entries({ ...always, ...fields }).map(([name, value]) =>
      `${name}: ${value}\r\n`
    );
    const host = hostField(this.#endpoint);
    // A proxy is to be asked in absolute form (RFC 9112, 3.2.2); through a tunnel, nobody asks it.
    const isProxied = scheme === "http" && proxy !== undefined;
    if (isProxied) lines.push(...proxyLines(proxy));
    const target = isProxied ? `http://${host}${path}` : path;
    const head = `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${lines.join("")}\r\n`;
    return this.#writing = this.#writing.then(() => this.#write(new TextEncoder().encode(head)));
  }

  /**
   * Reads the head of the next answer; heads of status 1xx are dropped.
   *
   * @returns The head; undefined if the server closed the connection instead of answering.
   * @throws {HeadError} If what comes is no HTTP/1 head.
   */
  async head(): Promise<ResponseHead | undefined> {
    const most = Math.min(MAX_RESPONSE_HEAD_BYTES, this.#buffer.length);
    for (let interim = 0; interim <= MAX_INTERIM_HEADS;) {
      const head = readResponseHead(this.#buffer.subarray(this.#start, this.#end), most);
      if (head) {
        this.#start += head.byteLength;
        if (head.status >= 200) {
          this.#trace?.response(head);
          return head;
        }
        // Nobody has asked for another protocol (RFC 9110, 15.2.2).
        if (head.status === 101) throw new HeadError("another protocol without being asked for");
        interim += 1;
      } else if (!await this.#readMore()) {
        if (this.#end > this.#start) throw new HeadError("the connection ended within a head");
        return undefined;
      }
    }
    throw new HeadError("too many interim answers");
  }

  /**
   * Waits until at least one byte of content is there to be taken.
   *
   * @returns Whether there is; false once the server has ended the connection.
   */
  fill(): Promise<boolean> {
    if (this.#start < this.#end) return THERE;
    this.#start = this.#end = 0;
    return this.#readMore();
  }

  /** Bytes that have been received and not taken. */
  get pending(): number {
    return this.#end - this.#start;
  }

  /**
   * Waits until more is there to be taken than is already.
   *
   * @returns Whether there is; false once the server has ended the connection, or the buffer is full.
   */
  fillFurther(): Promise<boolean> {
    const isFull = this.pending === this.#buffer.length;
    return isFull ? NOTHING_MORE : this.#readMore();
  }

  /** Takes up to `most` of the bytes that are there; the view is good until the next fill or head. */
  take(most: number): Uint8Array<ArrayBuffer> {
    const start = this.#start;
    this.#start = Math.min(this.#end, start + most);
    return this.#buffer.subarray(start, this.#start);
  }

  /**
   * Reads a line that ends in CRLF, which is taken with it and not part of the answer.
   *
   * @param most Bytes that it may have, its end included.
   * @returns The line as ISO 8859-1; undefined if the server ended the connection instead.
   * @throws {HeadError} If it is longer.
   */
  async line(most: number): Promise<string | undefined> {
    for (;;) {
      const there = this.#buffer.subarray(this.#start, Math.min(this.#end, this.#start + most));
      const end = there.indexOf(LF);
      if (end > 0 && there[end - 1] === CR) {
        this.#start += end + 1;
        return String.fromCharCode(...there.subarray(0, end - 1));
      }
      if (end >= 0) throw new HeadError("a line feed without a carriage return");
      if (there.length === most) throw new HeadError(`a line longer than ${most} bytes`);
      if (!await this.#readMore()) return undefined;
    }
  }

  /**
   * Has a signal close it, until what is returned is disposed of.
   *
   * @param signal May have been given already.
   */
  closedBy(signal: AbortSignal): Disposable {
    const close = () => this.close();
    signal.addEventListener("abort", close);
    if (signal.aborted) close();
    return { [Symbol.dispose]: () => signal.removeEventListener("abort", close) };
  }

  /** Closes the connection; whoever waits for it gets an error. May be called again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #readMore(): Promise<boolean> {
    if (this.#start > 0) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    const count = await this.#conn.read(this.#buffer.subarray(this.#end));
    if (count === null) return false;
    this.#end += count;
    return true;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) sent += await this.#conn.write(bytes.subarray(sent));
  }
}

function traceOf(endpoint: Endpoint): ConnectionTrace | undefined {
  return endpoint.trace && new ConnectionTrace(endpoint, endpoint.trace);
}
