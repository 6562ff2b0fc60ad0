import { ClientConnection } from "../http/client_connection.ts";
import type { ContentRequest } from "../http/content_request.ts";
import type { Endpoint } from "../http/endpoint.ts";
import { MAX_HEAD_BYTES } from "../http/limits.ts";
import { Backoff } from "./backoff.ts";
import type { ServerAddress } from "./server_address.ts";
import { followStates } from "./server_states.ts";
import { askInfo, type Info } from "./server_info.ts";
import {
  DOUBT_MS,
  EVENTS_DELAY_MS,
  MANIFEST_POLL_MS,
  MAX_RETRY_MS,
  MAX_RETRY_WAITING_MS,
} from "./limits.ts";
import { LostError } from "./lost_error.ts";
import { delay } from "../delay.ts";

/** Any reasons will do: without one, each source would have an error made, with a stack trace. */
const STOPPED = "stopped";
const LISTEN = "listen";

/** What a source tells whoever runs the download. */
export interface SourceListener {
  /** It answered: for the first time, after it was lost, or with digests that were not ready before. */
  answered(source: Source, info: Info): void;
  /** Its operator paused or resumed it. */
  paused(source: Source, paused: boolean): void;
  /** Its operator ended it; it will not come back. */
  terminated(source: Source): void;
  /** It does not answer any more, or never did; it is tried again unless `final`. */
  silent(source: Source, reason: string, final: boolean): void;
}

/**
 * One server as the download sees it, apart from its content: whether it answers, what it has, and
 * whether its operator paused it. Keeps asking until the server is terminated or the source stopped.
 */
export class Source {
  readonly #listener: SourceListener;
  readonly #listenAfterMs: number;
  readonly #stop = new AbortController();
  readonly #backoff = new Backoff();
  #connection: ClientConnection | undefined;
  /** Aborted when the server's states are to be asked for, and not later. */
  readonly #curious = new AbortController();
  /** The present pause between two attempts, if there is one. */
  #pause: AbortController | undefined;
  /** As the connection that is kept tells in order; an answer over another one may be older. */
  #paused = false;
  /** What is known of its copy; undefined until it has answered once. */
  info: Info | undefined;
  /** The longest pause between two attempts, in milliseconds. */
  maxRetryMs = MAX_RETRY_WAITING_MS;

  /**
   * @param index 1 for Server1.
   * @param listenAfterMs Milliseconds from an answer until its states are asked for, unless
   * {@linkcode listen} is called.
   */
  constructor(
    readonly index: number,
    readonly address: ServerAddress,
    listener: SourceListener,
    listenAfterMs = EVENTS_DELAY_MS,
  ) {
    this.#listener = listener;
    this.#listenAfterMs = listenAfterMs;
  }

  /** `host:port`, as people write it. */
  get name(): string {
    const { host, port } = this.address;
    return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  }

  /** How a fetcher asks it for content; only once it has answered. */
  get request(): ContentRequest {
    const { name = "", etag } = this.info ?? {};
    // A weak tag would never match (RFC 9110, 13.1.1).
    const isStrong = etag?.startsWith('"');
    return {
      endpoint: this.#endpoint,
      target: `/${encodeURIComponent(name)}`,
      fields: isStrong ? { "If-Match": etag as string } : {},
      validators: { etags: etag ? [etag] : [] },
    };
  }

  /** Whether there is a connection over which the server could say what becomes of it. */
  get inTouch(): boolean {
    return this.#connection?.closed === false;
  }

  get #endpoint(): Endpoint {
    return { scheme: "http", ...this.address };
  }

  /** Keeps in touch with the server until there is no point any more. */
  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        if (await this.#keepInTouch()) return;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        const { message, final } = LostError.from(error);
        this.#listener.silent(this, message, final);
        if (final) return;
      } finally {
        this.#connection?.close();
      }
      await this.#rest();
    }
  }

  async #rest(): Promise<void> {
    this.#pause = new AbortController();
    const over = AbortSignal.any([this.#pause.signal, this.#stop.signal]);
    await delay(this.#backoff.next(this.maxRetryMs), over);
    this.#pause = undefined;
  }

  /** Makes the next attempt now, if it is waiting for its time. */
  hurry(): void {
    this.#pause?.abort();
  }

  /** Asks for the server's states as soon as it has answered, from now on. */
  listen(): void {
    this.#curious.abort(LISTEN);
  }

  /**
   * Its content has stopped coming: either its events stream says why in a moment, or the stream is
   * broken off too, to begin again after a pause.
   */
  doubt(): void {
    const connection = this.#connection;
    if (connection) void delay(DOUBT_MS, this.#stop.signal).then(() => connection.close());
  }

  /** Attempts have gone well: the next pause will be short. */
  thrive(): void {
    this.#backoff.reset();
    this.maxRetryMs = MAX_RETRY_MS;
  }

  /** Ends everything. */
  stop(): void {
    this.#stop.abort(STOPPED);
    this.listen();
    this.#connection?.close();
  }

  /** @returns Whether the server was terminated. */
  async #keepInTouch(): Promise<boolean> {
    const connection = this.#connection = await this.#open();
    const info = await askInfo(connection);
    this.#paused = info.paused;
    this.#answer(info);
    if (!info.digest) void this.#pollDigest(connection);
    // What it would tell now, its info has just said.
    if (!info.paused) await delay(this.#listenAfterMs, this.#curious.signal);
    for await (const state of followStates(connection)) {
      if (this.#stop.signal.aborted) break;
      if (state === "terminated") {
        this.#listener.terminated(this);
        return true;
      }
      this.#paused = state === "paused";
      this.#listener.paused(this, this.#paused);
    }
    throw new LostError("it closed the connection");
  }

  /** Asks again and again until the digests of the copy are ready, over connections of its own. */
  async #pollDigest(connection: ClientConnection): Promise<void> {
    let isOver = false;
    while (!isOver) {
      await delay(MANIFEST_POLL_MS, this.#stop.signal);
      isOver = connection.closed || await this.#askDigest();
    }
  }

  /** @returns Whether the digests are there. */
  async #askDigest(): Promise<boolean> {
    try {
      using connection = await this.#open();
      const info = await askInfo(connection);
      if (info.digest) this.#answer({ ...info, paused: this.#paused });
      return info.digest !== null;
    } catch {
      // Whether the server is lost is for the events stream to tell.
      return false;
    }
  }

  #answer(info: Info): void {
    if (this.#stop.signal.aborted) return;
    this.info = info;
    this.#listener.answered(this, info);
  }

  async #open(): Promise<ClientConnection> {
    const buffer = new Uint8Array(2 * MAX_HEAD_BYTES);
    const connection = await ClientConnection.open(this.#endpoint, { buffer });
    if (!this.#stop.signal.aborted) return connection;
    connection.close();
    throw new LostError("it is not asked any more");
  }
}
