import type { RequestReader } from "../../http/request_reader.ts";
import type { ByteRange } from "../../byte_range.ts";
import type { ClientBuffers } from "./client_buffers.ts";
import { ClientGoneError, type ClientSocket } from "./client_socket.ts";
import { MAX_READ_AHEAD_BYTES } from "../limits.ts";
import type { RateLimit } from "./rate_limit.ts";
import type { SendTurns } from "./send_turns.ts";
import type { ServedFile } from "../served_file.ts";

/** Where content comes from, and what holds it back. */
export interface ContentSource {
  readonly file: ServedFile;
  readonly buffers: ClientBuffers;
  readonly turns: SendTurns;
  readonly gate: PauseGate;
  /** Absent: as fast as it can. */
  readonly rate: RateLimit | undefined;
}

/** The client that takes it. */
export interface ContentSink {
  readonly socket: ClientSocket;
  readonly requests: RequestReader;
}

/** The head of one answer and the part of the file behind it, on their way to a client. */
export class ContentTransfer {
  readonly #range: ByteRange;
  readonly #sink: ContentSink;
  readonly #source: ContentSource;
  readonly #onSent: (bytes: number) => void;
  /** What is left of the head. */
  #head: Uint8Array;
  /** Where in the file the next byte to send is. */
  #position: number;

  /**
   * @param head The bytes of the head; they go out with the first content, or alone during a pause.
   * @param range What to send; may be empty.
   * @param onSent Told how many bytes of content the client took, each time it takes some.
   */
  constructor(
    head: Uint8Array,
    range: ByteRange,
    sink: ContentSink,
    source: ContentSource,
    onSent: (bytes: number) => void,
  ) {
    this.#head = head;
    this.#range = range;
    this.#position = range.start;
    this.#sink = sink;
    this.#source = source;
    this.#onSent = onSent;
  }

  /** The part of the file that has been sent so far. */
  get sent(): ByteRange {
    return { start: this.#range.start, end: this.#position };
  }

  /**
   * Sends everything. While content may not flow, it waits as long as the client does, without a
   * buffer.
   *
   * @throws {ClientGoneError} The connection has ended.
   * @throws {FileChangedError} The file was changed; nothing of the new content was sent.
   */
  async run(): Promise<void> {
    while (this.#position < this.#range.end) {
      if (this.#source.gate.paused) await this.#waitForResume();
      else await this.#sendInTurn();
    }
    await this.#sendHead();
  }

  async #sendHead(): Promise<void> {
    if (this.#head.length === 0) return;
    const { socket } = this.#sink;
    const { turns, rate } = this.#source;
    await turns.turn(socket, this.#head.length);
    await socket.write(this.#head, rate);
    this.#head = this.#head.subarray(this.#head.length);
  }

  /** A client that leaves meanwhile is let go: there may be many, and the pause may be long. */
  async #waitForResume(): Promise<void> {
    await this.#sendHead();
    const resumed = this.#source.gate.resumed().then(() => true);
    const left = this.#sink.requests.peerLeft(MAX_READ_AHEAD_BYTES).then(() => false);
    if (!await Promise.race([resumed, left])) throw new ClientGoneError();
  }

  /** Waits for its turn, takes its share of the rate limit, sends, and gives back what it did not use of it. */
  async #sendInTurn(): Promise<void> {
    const { rate, turns } = this.#source;
    const left = await turns.turn(this.#sink.socket, this.#range.end - this.#position);
    if (rate === undefined) return await this.#sendChunk(left);
    const bytes = Math.min(left, Math.max(1, rate.chunkBytes - this.#head.length));
    const { client, signal } = this.#sink.socket;
    const before = this.#position - this.#head.length;
    const reserved = await rate.turn(client, this.#head.length + bytes, signal);
    try {
      if (reserved > 0) await this.#sendChunk(bytes);
    } finally {
      rate.giveBack(reserved - (this.#position - this.#head.length - before));
    }
    if (reserved === 0) throw new ClientGoneError();
  }

  /** Sends up to one buffer, less if the server is paused meanwhile. */
  async #sendChunk(allowedBytes: number): Promise<void> {
    const { file, buffers, gate } = this.#source;
    if (gate.paused) return;
    const headLength = this.#head.length;
    const { buffer, giveBack } = buffers.take(this.#sink.socket, headLength + allowedBytes);
    try {
      const chunk = buffer.subarray(0, Math.min(headLength + allowedBytes, buffer.length));
      chunk.set(this.#head);
      file.readAt(this.#position, chunk.subarray(headLength));
      let written = 0;
      do {
        const count = await this.#sink.socket.writeSome(chunk.subarray(written));
        written += count;
        this.#advance(count);
      } while (written < chunk.length && !gate.paused);
    } finally {
      this.#release(giveBack);
    }
  }

  /** As long as bytes of it may still be sent, nobody else may have it. */
  async #release(giveBack: () => void): Promise<void> {
    const { released } = this.#sink.socket;
    if (released !== undefined) await released;
    giveBack();
  }

  #advance(written: number): void {
    const ofHead = Math.min(written, this.#head.length);
    this.#head = this.#head.subarray(ofHead);
    this.#position += written - ofHead;
    if (written > ofHead) this.#onSent(written - ofHead);
  }
}

/** Whether content may flow, and a way to wait until it may again. */
export class PauseGate {
  #closed: PromiseWithResolvers<void> | undefined;

  get paused(): boolean {
    return this.#closed !== undefined;
  }

  pause(): void {
    this.#closed ??= Promise.withResolvers();
  }

  resume(): void {
    this.#closed?.resolve();
    this.#closed = undefined;
  }

  /** Resolves as soon as content may flow. */
  resumed(): Promise<void> {
    return this.#closed?.promise ?? Promise.resolve();
  }
}
