import type { RateHistory } from "./rate_history.ts";
import type { PieceMap } from "../client/client_event.ts";
import { changedRuns } from "./piece_runs.ts";

/** Bytes that wait for a page which does not read; beyond that it gets the newest state later. */
const MAX_WAITING_BYTES = 256 * 1024;

/** Updates without a change after which a comment is sent, so that a page that left is noticed. */
const UPDATES_BETWEEN_COMMENTS = 40;

/**
 * One page that is kept up to date, by server-sent events (WHATWG HTML, 9.2). A page that reads slowly
 * is sent less, never something old: what it gets is always what has changed since the last update
 * that it was sent.
 */
export class Watcher {
  /** The answer's content. */
  readonly stream: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #figures = "";
  #pieces: PieceMap = new Int16Array(0);
  #quietUpdates = 0;

  /** @param onLeave Called when the page is closed. */
  constructor(onLeave: () => void) {
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => {
        this.#controller = undefined;
        onLeave();
      },
    }, new ByteLengthQueuingStrategy({ highWaterMark: MAX_WAITING_BYTES }));
  }

  /** Says what happened before the page was opened. */
  begin(history: readonly RateHistory[]): void {
    this.#send(`data: ${JSON.stringify({ history })}\n\n`);
  }

  /**
   * Says what has changed.
   *
   * @param figures The figures, as JSON.
   * @param pieces What each piece is now.
   */
  update(figures: string, pieces: PieceMap | undefined): void {
    if ((this.#controller?.desiredSize ?? 0) <= 0) return;
    const parts: string[] = [];
    if (figures !== this.#figures) parts.push(`"figures":${figures}`);
    this.#figures = figures;
    if (pieces) {
      const runs = changedRuns(this.#pieces, pieces);
      if (runs.length > 0 || pieces.length !== this.#pieces.length) {
        parts.push(`"pieces":${JSON.stringify({ count: pieces.length, runs })}`);
      }
      this.#pieces = pieces.slice();
    }
    this.#quietUpdates = parts.length > 0 ? 0 : this.#quietUpdates + 1;
    if (parts.length > 0) this.#send(`data: {${parts.join(",")}}\n\n`);
    else if (this.#quietUpdates % UPDATES_BETWEEN_COMMENTS === 0) this.#send(":\n\n");
  }

  /** Nothing more will come. */
  end(): void {
    this.#controller?.close();
    this.#controller = undefined;
  }

  #send(text: string): void {
    this.#controller?.enqueue(new TextEncoder().encode(text));
  }
}
