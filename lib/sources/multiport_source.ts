import type { Manifest } from "../content/manifest.ts";
import { delay } from "../delay.ts";
import { ClientConnection } from "../http/client/client_connection.ts";
import type { ContentRequest } from "../http/client/content_request.ts";
import type { Endpoint } from "../http/client/endpoint.ts";
import { MAX_HEAD_BYTES } from "../http/limits.ts";
import {
  ASK_AGAIN_MS,
  DIGESTS_TURN_MS,
  EVENTS_DELAY_MS,
  GOODBYE_MS,
  MANIFEST_POLL_MS,
} from "./limits.ts";
import { fetchManifest } from "./fetch_manifest.ts";
import { type Loss, LostError } from "./lost_error.ts";
import { formatAddress, type ServerAddress } from "../addresses.ts";
import { askInfo, askInfoAlone, type Info } from "./server_info.ts";
import { followStates } from "./server_states.ts";
import { Source, type SourceListener } from "./source.ts";

/** An abort reason that is no error: each source would have one made, with a stack trace. */
const LISTEN = "listen";

/**
 * A port of an mpserver: its info says what it has, its events stream what becomes of it.
 */
export class MultiportSource extends Source {
  readonly #endpoint: Endpoint;
  readonly #listenAfterMs: number;
  /** Aborted when its states are to be asked for, and not later. */
  readonly #listen = new AbortController();
  /** Over which it tells its states. */
  #connection: ClientConnection | undefined;
  /** Over which it is asked for its digests, as the other one is taken. */
  #digestConnection: ClientConnection | undefined;
  #polling = Promise.resolve();
  /** Whether it answers over one connection at a time, as far as is known: content goes first then. */
  #takesOne = false;
  /** Whether its content has failed although it had no other connection. */
  #hasFailedAlone = false;
  /** Resolved when the last request for its digests is over. */
  #digestRequest = Promise.resolve();
  /** Those of them, in a row, that came to nothing. */
  #digestFailures = 0;
  /** Whether it has no connection for its digests, as far as is known: they come before its states then. */
  #digestsFirst = false;
  /** Resolved when it is to be listened to again: its content has ended, or its digests are there. */
  #listenAgain = Promise.withResolvers<void>();
  /** As the connection that is kept tells in order; an answer over another one may be older. */
  #paused = false;

  /**
   * @param index 1 for Server1.
   * @param address Where it is, how it is reached, and what every request to it has, such as a token.
   * @param listenAfterMs Milliseconds from an answer until its states are asked for, unless
   * {@linkcode listenNow} is called.
   */
  constructor(
    index: number,
    address: ServerAddress & Partial<Endpoint>,
    listener: SourceListener,
    listenAfterMs = EVENTS_DELAY_MS,
  ) {
    super(index, formatAddress(address), listener);
    this.#endpoint = { scheme: "http", ...address };
    this.#listenAfterMs = listenAfterMs;
  }

  override get request(): ContentRequest {
    const { name = "", etag } = this.copy ?? {};
    // A weak tag would never match (RFC 9110, 13.1.1).
    const isStrong = etag?.startsWith('"');
    return {
      endpoint: this.#endpoint,
      target: `/${encodeURIComponent(name)}`,
      fields: isStrong ? { "If-Match": etag as string } : {},
      ...this.#takesOne ? { isLone: true } : {},
      validators: { etags: etag ? [etag] : [] },
    };
  }

  override fetchManifest(signal: AbortSignal): Promise<Manifest> {
    const { copy } = this;
    if (!copy) return Promise.reject(new LostError("it has not answered yet"));
    const over = AbortSignal.any([signal, this.stopped]);
    return this.#askForDigests(async () => {
      const manifest = await fetchManifest(this.#endpoint, copy, over);
      this.#endDigestsTurn();
      return manifest;
    }, over);
  }

  override get publishesDigests(): boolean {
    return true;
  }

  override get servesParts(): boolean {
    return true;
  }

  override get joinsLate(): boolean {
    return false;
  }

  override get isEncrypted(): boolean {
    return this.#endpoint.scheme === "https";
  }

  override get origin(): undefined {
    return undefined; // Each port is a server of its own.
  }

  override get inTouch(): boolean {
    return this.#connection?.closed === false;
  }

  override listenNow(): void {
    this.#listen.abort(LISTEN);
  }

  override async run(): Promise<void> {
    await super.run();
    await this.#polling;
  }

  override stop(): void {
    super.stop();
    this.listenNow(); // Nothing waits for its time any more.
    this.#listenAgain.resolve();
    this.#connection?.close();
    this.#digestConnection?.close();
  }

  override contentLost(reason: string, final: boolean, owing: boolean, loss?: Loss): void {
    const isCrowded = !final && owing && this.#isCrowded(loss);
    // What was told over the other connection is asked for in between from now on.
    if (isCrowded !== this.#takesOne) this.#connection?.close();
    // The connection over which it was asked in between may have been counted still: that says little.
    const staysLone = this.#takesOne && (this.figures.received > 0 || !this.#hasFailedAlone);
    this.#hasFailedAlone = this.#takesOne && !isCrowded;
    this.#takesOne = isCrowded || staysLone;
    super.contentLost(reason, final, owing, isCrowded ? { kind: "broken" } : loss);
    this.#listenAgain.resolve();
  }

  /** Whether it may be that content does not come because another connection is open. */
  #isCrowded(loss: Loss | undefined): boolean {
    const { received, fruitlessAttempts } = this.figures;
    if (!this.inTouch || received > 0) return false;
    return loss?.kind === "busy" || loss?.kind === "broken" && fruitlessAttempts > 0;
  }

  protected override get saysPaused(): boolean {
    return this.#paused;
  }

  /** Where its connections are scarce, the one before may be counted still for a moment. */
  protected override get busyRetryMs(): number {
    return this.#isScarce ? 0 : super.busyRetryMs;
  }

  /** Either the events stream says why in a moment, or it is broken off too, to begin again. */
  protected override expectGoodbye(): void {
    const connection = this.#connection;
    if (connection) void delay(GOODBYE_MS, this.stopped).then(() => connection.close());
  }

  protected override async keepInTouch(): Promise<void> {
    if (this.#isScarce) return await this.#askInBetween();
    try {
      await this.#listenToStates();
    } catch (error) {
      if (!this.#isScarce) throw error;
    }
  }

  /** Whether its connections are needed for more than its states. */
  get #isScarce(): boolean {
    return this.#takesOne || this.#digestsFirst;
  }

  /** Others have the only connection; while there is none, its state is asked for again and again. */
  async #askInBetween(): Promise<void> {
    this.#listenAgain = Promise.withResolvers();
    for (let isFirst = true; this.#isScarce && !this.stopped.aborted; isFirst = false) {
      if (this.#digestsFirst) await this.#digestRequest;
      const info = await this.#askOnce();
      if (isFirst) {
        this.#paused = info.paused;
        this.answer(info);
      } else {
        this.#follow(info.paused ? "paused" : "listening");
        if (info.digest) this.learn(info);
      }
      if (this.inUse) return await this.#waitToListenAgain();
      await delay(ASK_AGAIN_MS, this.stopped);
    }
  }

  /** Meanwhile, there may be a connection for its state and its digests between two parts of the content. */
  async #waitToListenAgain(): Promise<void> {
    const over = new AbortController();
    const again = this.#listenAgain.promise.then(() => over.abort(LISTEN));
    while ((this.#digestsFirst || !this.copy?.digest) && !over.signal.aborted) {
      await delay(ASK_AGAIN_MS, over.signal);
      if (over.signal.aborted) break;
      const info = await this.#askDigest();
      if (info && !over.signal.aborted) this.#follow(info.paused ? "paused" : "listening");
    }
    await again;
  }

  async #askOnce(): Promise<Info> {
    using connection = await this.#open();
    return await askInfoAlone(connection);
  }

  async #listenToStates(): Promise<void> {
    const connection = this.#connection = await this.#open();
    let defect: unknown;
    try {
      const info = await askInfo(connection);
      this.#paused = info.paused;
      this.answer(info);
      if (!info.digest) {
        this.#polling = this.#pollDigest(connection).catch((error) => {
          defect = error;
          connection.close();
        });
      }
      // What it would tell now, its info has just said.
      if (!info.paused) await delay(this.#listenAfterMs, this.#listen.signal);
      for await (const state of followStates(connection)) {
        if (this.stopped.aborted) return;
        // What follows, that it closes the connection, is no news.
        if (state === "gone") return this.happen({ type: "gone", reason: "it was shut down" });
        this.#follow(state);
      }
    } finally {
      connection.close();
    }
    if (defect !== undefined) throw defect;
    if (!this.stopped.aborted) throw new LostError("it closed the connection");
  }

  #follow(state: string): void {
    if (state === "terminated") return this.happen({ type: "terminated" });
    const paused = state === "paused";
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.happen({ type: paused ? "paused" : "resumed" });
  }

  /** Asks again and again until the digests of the copy are ready, over connections of its own. */
  async #pollDigest(connection: ClientConnection): Promise<void> {
    let isOver = false;
    while (!isOver) {
      await delay(MANIFEST_POLL_MS, this.stopped);
      isOver = connection.closed || !!(await this.#askDigest())?.digest;
    }
  }

  /** @returns What it has said, digests included if they are there; undefined if it could not be asked. */
  async #askDigest(): Promise<Info | undefined> {
    try {
      const info = await this.#askForDigests(async () => {
        using connection = this.#digestConnection = await this.#open();
        return await (this.#isScarce ? askInfoAlone : askInfo)(connection);
      }, this.stopped);
      if (info.digest) this.learn(info);
      return info;
    } catch (error) {
      // Whether the server is lost is for the events stream to tell.
      if (this.stopped.aborted || LostError.from(error)) return undefined;
      throw error;
    }
  }

  /** If that comes to nothing for want of a connection, the one that tells the states is given up for it. */
  async #askForDigests<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const asking = ask();
    this.#digestRequest = asking.then(() => {}, () => {});
    try {
      const answer = await asking;
      this.#digestFailures = 0;
      return answer;
    } catch (error) {
      const lost = LostError.from(error);
      if (lost && !lost.final && !signal.aborted) this.#lackDigests(error);
      throw error;
    }
  }

  #lackDigests(error: unknown): void {
    this.#digestFailures += 1;
    // A single refusal may have other causes; silence takes long enough.
    const isTelling = error instanceof Deno.errors.TimedOut || this.#digestFailures > 1;
    if (!isTelling || !this.inTouch) return;
    this.#digestsFirst = true;
    this.#connection?.close();
    // Another server may have told them, and nobody asks this one any more.
    void delay(DIGESTS_TURN_MS, this.stopped)
      .then(() => this.#digestRequest)
      .then(() => this.#endDigestsTurn());
  }

  #endDigestsTurn(): void {
    if (!this.#digestsFirst) return;
    this.#digestsFirst = false;
    this.#listenAgain.resolve();
  }

  async #open(): Promise<ClientConnection> {
    const buffer = new Uint8Array(2 * MAX_HEAD_BYTES);
    return await ClientConnection.open(this.#endpoint, { buffer, signal: this.stopped });
  }
}
