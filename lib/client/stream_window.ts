import type { Hash } from "node:crypto";
import type { ByteRange } from "../byte_range.ts";
import { type DigestAlgorithm, newHash } from "../content/digest.ts";
import type { PieceStore } from "../content/piece_store.ts";
import { MultiportError } from "../multiport_error.ts";
import { describeDiskError } from "../disk_error.ts";
import { WindowWriter } from "../storage/window_writer.ts";
import { MIN_WINDOW_LENGTH, MIN_WINDOW_PIECES } from "./limits.ts";

/** Bytes that are written at a time. */
const WRITE_LENGTH = 256 * 1024;

/** Gets told how a stream comes along. */
export interface StreamObserver {
  /** These bytes may be fetched, too, from now on. */
  released(range: ByteRange): void;
  /** Nothing more can be written. */
  failed(error: MultiportError): void;
}

/**
 * The window of a download that is read as it comes: pieces are written in order, each when it is
 * right, and what is fetched is never further ahead than there is memory for. So however slow the
 * reader is, no more than that is kept for it.
 */
export class StreamWindow {
  /** Where the pieces are that have not been written; shared with the threads that fetch. */
  readonly memory: SharedArrayBuffer;
  readonly #pieces: PieceStore;
  readonly #size: number;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #drained = Promise.withResolvers<void>();
  /** Pieces that have been written. */
  #written = 0;
  #released: number;
  #isWriting = false;
  readonly #hash: Hash | undefined;
  observer: StreamObserver | undefined;

  /**
   * @param size Bytes in the file.
   * @param writer Takes the content.
   * @param algorithm How all that is written is hashed; undefined if it is not.
   */
  constructor(
    pieces: PieceStore,
    size: number,
    writer: WritableStreamDefaultWriter<Uint8Array>,
    algorithm: DigestAlgorithm | undefined,
  ) {
    if (algorithm) this.#hash = newHash(algorithm);
    this.#pieces = pieces;
    this.#size = size;
    this.#writer = writer;
    const { count, pieceLength } = pieces;
    const most = Math.max(MIN_WINDOW_PIECES, Math.ceil(MIN_WINDOW_LENGTH / pieceLength));
    this.memory = new SharedArrayBuffer(Math.max(1, Math.min(most, count)) * pieceLength);
    this.#released = Math.min(size, this.memory.byteLength);
    if (count === 0) this.#drained.resolve();
    // Whoever waits for the end is told of a failure by the observer first.
    this.#drained.promise.catch(() => {});
  }

  /** Where the bytes end that may be fetched. */
  get released(): number {
    return this.#released;
  }

  /** Resolves when all has been written; rejects when that is not possible. */
  get drained(): Promise<void> {
    return this.#drained.promise;
  }

  /** The digest of all that was written, once; undefined if it was not hashed. */
  get digest(): string | undefined {
    return this.#hash?.digest("hex");
  }

  /**
   * Closes the stream, once all has been written.
   *
   * @throws {MultiportError} `local` if that fails.
   */
  async close(): Promise<void> {
    try {
      await this.#writer.close();
    } catch (error) {
      throw cannotWrite(error);
    }
  }

  /** Writes what can be written: a piece may have turned out to be right. */
  look(): void {
    if (this.#isWriting || !this.#isReady) return;
    this.#isWriting = true;
    this.#writeReady().catch((error) => {
      const failure = cannotWrite(error);
      this.#drained.reject(failure);
      this.observer?.failed(failure);
    });
  }

  get #isReady(): boolean {
    return this.#written < this.#pieces.count && this.#pieces.stateOf(this.#written) === "right";
  }

  async #writeReady(): Promise<void> {
    const window = new WindowWriter(this.memory);
    while (this.#isReady) {
      const range = this.#pieces.rangeOf(this.#written);
      for (const bytes of window.copies(range, WRITE_LENGTH)) {
        this.#hash?.update(bytes);
        await this.#writer.write(bytes);
      }
      this.#written += 1;
      this.#release();
    }
    this.#isWriting = false;
    if (this.#written === this.#pieces.count) this.#drained.resolve();
  }

  /** The piece that was written makes room for one more. */
  #release(): void {
    const start = this.#released;
    const end = Math.min(this.#size, start + this.#pieces.pieceLength);
    if (start === end) return;
    this.#released = end;
    this.observer?.released({ start, end });
  }
}

function cannotWrite(cause: unknown): MultiportError {
  const message = `Cannot write the output: ${describeDiskError(cause)}`;
  return new MultiportError("local", message, { cause });
}
