import { formatHead } from "../../http/format_head.ts";
import { HeadError } from "../../http/head_error.ts";
import { formatHttpDate } from "../../http/http_date.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { RequestReader } from "../../http/request_reader.ts";
import type { ByteRange } from "../../byte_range.ts";
import { formatAddress } from "../../addresses.ts";
import { ClientSocket } from "./client_socket.ts";
import { ContentTransfer } from "./content_transfer.ts";
import { EventStream } from "./event_stream.ts";
import type { FileService } from "./file_service.ts";
import { MAX_LINGER_BYTES } from "../limits.ts";
import type { AnyConn } from "../listen.ts";
import { isCrossSite } from "./request_site.ts";
import { respond, respondToMalformed, type Response } from "./response.ts";

/** Bytes of content that are copied so that they leave together with their head. */
const SMALL_PART_BYTES = 4096;

/** One client's connection: its requests, one after the other, and their answers. */
export class Connection {
  /** The client's IP address. */
  readonly client: string;
  /** The client's IP address and port. */
  readonly address: string;
  /** Bytes of content that the client has taken over this connection. */
  sentBytes = 0;
  /** Where it connected to. */
  readonly #local: Deno.NetAddr;
  readonly #service: FileService;
  readonly #socket: ClientSocket;
  readonly #requests: RequestReader;
  readonly #onFollow: (connection: Connection) => void;
  #answering = false;
  #idleSinceMs = performance.now();

  /**
   * @param conn Owned by this object from now on.
   * @param client The IP address it comes from, in its canonical form.
   * @param onFollow Told when it takes no more requests, but only follows the port's state.
   */
  constructor(
    conn: AnyConn,
    client: string,
    service: FileService,
    onFollow: (connection: Connection) => void,
  ) {
    this.client = client;
    this.address = formatAddress({ host: client, port: conn.remoteAddr.port });
    this.#local = conn.localAddr;
    this.#service = service;
    this.#onFollow = onFollow;
    this.#socket = new ClientSocket(conn, client, service.limits);
    this.#requests = new RequestReader(this.#socket);
  }

  /** Since when it has been without a request; undefined while one is being answered. */
  get idleSinceMs(): number | undefined {
    return this.#answering ? undefined : this.#idleSinceMs;
  }

  /** Whether it has run out of time. */
  isOverdue(nowMs: number): boolean {
    return nowMs > this.#socket.deadlineMs;
  }

  /** Resolves when nothing of it is left in the system; undefined if that is so already. */
  get released(): Promise<void> | undefined {
    return this.#socket.released;
  }

  /** Ends it at once; {@linkcode run} returns soon. */
  close(): void {
    this.#socket.close();
  }

  /**
   * Answers requests until the connection ends.
   *
   * @throws {ClientGoneError} It ended in the middle of an answer.
   * @throws {FileChangedError} The file was changed, so that an answer had to be cut short.
   * @throws {Error} The file could not be read.
   */
  async run(): Promise<void> {
    try {
      while (await this.#answerNext());
    } finally {
      this.close();
    }
  }

  /** Returns whether there may be another request. */
  async #answerNext(): Promise<boolean> {
    const request = await this.#nextRequest();
    if (request === undefined) return false;
    this.#answering = true;
    const keepAlive = request instanceof HeadError
      ? await this.#send(respondToMalformed(request), undefined)
      : await this.#send(
        respond(request, this.#service, this.#local.hostname, Date.now()),
        request,
      );
    this.#answering = false;
    this.#idleSinceMs = performance.now();
    if (!keepAlive) await this.#finish();
    return keepAlive;
  }

  /**
   * Ends the connection so that the client gets to read the last answer: closing at once, with bytes
   * of the client unread, would take the answer away from it (RFC 9112, 9.6).
   */
  async #finish(): Promise<void> {
    await this.#socket.closeWrite(this.#service.limits.lingerMs);
    await this.#requests.drain(MAX_LINGER_BYTES);
  }

  async #nextRequest(): Promise<RequestHead | HeadError | undefined> {
    const { idleMs, headMs } = this.#service.limits;
    this.#socket.deadlineMs = performance.now() + idleMs;
    try {
      return await this.#requests.next(() => {
        this.#socket.deadlineMs = performance.now() + headMs;
      });
    } catch (error) {
      if (error instanceof HeadError) return error;
      throw error;
    } finally {
      this.#socket.deadlineMs = Infinity;
    }
  }

  /** Returns whether the connection can be used again. A malformed request is undefined here. */
  async #send(response: Response, request: RequestHead | undefined): Promise<boolean> {
    const keepAlive = request !== undefined && request.keepAlive && !request.hasContent &&
      response.kind !== "events";
    const head = headOf(response, keepAlive);
    if (request?.method === "HEAD") {
      await this.#write(head);
      return keepAlive;
    }
    switch (response.kind) {
      case "document":
        await this.#sendDocument(head, response.body ?? []);
        break;
      case "content":
        await this.#sendContent(head, response.range, request);
        break;
      case "events":
        await this.#sendEvents(head);
        break;
    }
    return keepAlive;
  }

  /** Many clients may ask for the same long document: it is not copied for each of them. */
  async #sendDocument(head: Uint8Array, parts: readonly Uint8Array[]): Promise<void> {
    const [first, ...others] = parts;
    const isSmall = first !== undefined && first.length <= SMALL_PART_BYTES;
    const packets = isSmall ? [joined(head, first), ...others] : [head, ...parts];
    for (const packet of packets) await this.#write(packet);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#service.turns.turn(this.#socket, bytes.length);
    await this.#socket.write(bytes, this.#service.rate);
  }

  async #sendContent(
    head: Uint8Array,
    range: ByteRange,
    request: RequestHead | undefined,
  ): Promise<void> {
    const sink = { socket: this.#socket, requests: this.#requests };
    const service = this.#service;
    const transfer = new ContentTransfer(head, range, sink, service, (bytes) => {
      this.sentBytes += bytes;
      service.sentBytes += bytes;
    });
    const counts = request !== undefined && !isCrossSite(request);
    const ended = service.contentBegins(this.client, transfer, counts);
    try {
      await transfer.run();
    } finally {
      ended();
    }
  }

  async #sendEvents(head: Uint8Array): Promise<void> {
    const { turns, rate } = this.#service;
    const write = (bytes: Uint8Array) => this.#socket.write(bytes, rate);
    turns.leave(this.#socket);
    await write(head);
    const stream = new EventStream();
    // Whatever a client sends after this request is never answered, so all that matters is its end.
    this.#requests.drain(MAX_LINGER_BYTES).then(() => this.close());
    this.#socket.signal.addEventListener("abort", () => stream.end());
    this.#onFollow(this);
    this.#service.states.follow(stream);
    try {
      await stream.send(write);
    } finally {
      this.#service.states.unfollow(stream);
    }
  }
}

function headOf(response: Response, keepAlive: boolean): Uint8Array {
  const headers = [...response.headers, ["Date", formatHttpDate(Date.now())] as const];
  const length = contentLength(response);
  if (length !== undefined) headers.push(["Content-Length", String(length)]);
  headers.push(["Connection", keepAlive ? "keep-alive" : "close"]);
  return formatHead(response.status, headers);
}

function contentLength(response: Response): number | undefined {
  switch (response.kind) {
    case "content":
      return response.range.end - response.range.start;
    case "document":
      return response.body?.reduce((sum, part) => sum + part.length, 0);
    case "events":
      return undefined;
  }
}

function joined(head: Uint8Array, body: Uint8Array): Uint8Array {
  const both = new Uint8Array(head.length + body.length);
  both.set(head);
  both.set(body, head.length);
  return both;
}
