import { formatHead } from "../../http/format_head.ts";
import { HeadError } from "../../http/head_error.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { RequestReader } from "../../http/request_reader.ts";

/** What a page asks for. */
export interface PageRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** What it sends; undefined if that is more than {@linkcode MAX_CONTENT_BYTES}, or its length is not told. */
  readonly content: string | undefined;
}

/** What it gets: a text, or a stream that goes on until one side has had enough. */
export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: string | ReadableStream<Uint8Array>;
}

/** Bytes in what a page sends. */
const MAX_CONTENT_BYTES = 1_024;

/** Connections at a time that are not streams; beyond it the oldest one ends. */
const MAX_CONNECTIONS = 64;

/** Milliseconds for a request and its answer; streams go on for as long as they are read. */
const EXCHANGE_TIMEOUT_MS = 10_000;

/** Milliseconds before accepting is tried again after it failed, as it does without free descriptors. */
const RETRY_MS = 100;

const encoder = new TextEncoder();

/**
 * Answers what a page asks for, over a connection for each request. Not `Deno.serve`: that lets anybody
 * open connections without end, which take the descriptors of everything else in the process, and
 * `DENO_SERVE_ADDRESS` has it listen where it was not told to.
 */
export class PageServer {
  readonly #listener: Deno.TcpListener;
  readonly #answer: (request: PageRequest) => PageAnswer;
  /** Those that are not streams, the oldest one first. */
  readonly #waiting = new Set<Deno.TcpConn>();
  readonly #running = new Set<Promise<void>>();
  #isClosed = false;

  readonly #timeoutMs: number;

  /**
   * @param answer Must not throw.
   * @param timeoutMs Milliseconds for a request and its answer.
   * @throws What `Deno.listen` throws when it cannot listen there.
   */
  constructor(
    address: { readonly hostname: string; readonly port: number },
    answer: (request: PageRequest) => PageAnswer,
    timeoutMs = EXCHANGE_TIMEOUT_MS,
  ) {
    this.#timeoutMs = timeoutMs;
    this.#listener = Deno.listen(address);
    this.#answer = answer;
    this.#track(this.#accept());
  }

  get address(): Deno.NetAddr {
    return this.#listener.addr;
  }

  /** Takes no more requests; resolves when all answers have been sent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listener.close();
    for (const conn of this.#waiting) close(conn);
    await Promise.all(this.#running);
  }

  #track(task: Promise<void>): void {
    this.#running.add(task);
    task.finally(() => this.#running.delete(task));
  }

  async #accept(): Promise<void> {
    while (!this.#isClosed) {
      try {
        const conn = await this.#listener.accept();
        this.#waiting.add(conn);
        const [oldest] = this.#waiting;
        if (oldest && this.#waiting.size > MAX_CONNECTIONS) this.#drop(oldest);
        this.#track(this.#run(conn));
      } catch {
        if (!this.#isClosed) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** Never rejects: a page that has gone is nobody's trouble. */
  async #run(conn: Deno.TcpConn): Promise<void> {
    const late = setTimeout(() => this.#drop(conn), this.#timeoutMs);
    try {
      const answer = await this.#exchange(conn);
      if (typeof answer?.content === "object") {
        clearTimeout(late);
        this.#waiting.delete(conn);
        await pass(answer.content, conn);
      }
    } catch {
      // It has gone, or was dropped.
    } finally {
      clearTimeout(late);
      this.#drop(conn);
    }
  }

  /** Answers one request; of a stream only the head. */
  async #exchange(conn: Deno.TcpConn): Promise<PageAnswer | undefined> {
    const requests = new RequestReader(conn);
    const request = await readRequest(requests);
    if (request === undefined) return undefined;
    const answer = request instanceof HeadError
      ? { status: request.status, headers: {}, content: "" }
      : this.#answer(request);
    const { status, headers, content } = answer;
    const all: [string, string][] = [...Object.entries(headers), ["Connection", "close"]];
    if (typeof content === "object") {
      await writeAll(conn, formatHead(status, all));
      return answer;
    }
    const bytes = encoder.encode(content);
    all.push(["Content-Length", String(bytes.length)]);
    await writeAll(conn, formatHead(status, all));
    const isWanted = request instanceof HeadError || request.method !== "HEAD";
    if (isWanted) await writeAll(conn, bytes);
    // Closing at once, with bytes of the page unread, would take the answer away from it (RFC 9112, 9.6).
    await conn.closeWrite();
    await requests.drain(MAX_CONTENT_BYTES);
    return answer;
  }

  #drop(conn: Deno.TcpConn): void {
    this.#waiting.delete(conn);
    close(conn);
  }
}

async function readRequest(
  requests: RequestReader,
): Promise<PageRequest | HeadError | undefined> {
  try {
    const head = await requests.next(() => {});
    if (head === undefined) return undefined;
    const { method, headers, target } = head;
    const [path = ""] = target.split("?");
    return { method, path, headers, content: await contentOf(head, requests) };
  } catch (error) {
    if (error instanceof HeadError) return error;
    throw error;
  }
}

async function contentOf(
  { hasContent, headers }: RequestHead,
  requests: RequestReader,
): Promise<string | undefined> {
  if (!hasContent) return "";
  const length = headers.has("transfer-encoding") ? NaN : Number(headers.get("content-length"));
  if (!(length <= MAX_CONTENT_BYTES)) return undefined;
  const bytes = await requests.content(length);
  return bytes && new TextDecoder().decode(bytes);
}

/** Sends what a stream has, until it ends or the page goes. */
async function pass(stream: ReadableStream<Uint8Array>, conn: Deno.TcpConn): Promise<void> {
  const reader = stream.getReader();
  const left = untilGone(conn).then(() => reader.cancel());
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      await writeAll(conn, next.value);
    }
    await conn.closeWrite();
  } finally {
    await reader.cancel();
    close(conn);
    await left;
  }
}

/** A page sends nothing more: what comes is its end. */
async function untilGone(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(1);
  await conn.read(buffer).catch(() => {});
}

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await conn.write(bytes.subarray(written));
  }
}

function close(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch {
    // It is closed already.
  }
}
