import { MAX_PENDING_EVENTS } from "../limits.ts";
import type { ServerState } from "../server_event.ts";

const encoder = new TextEncoder();

/**
 * The states of one port on their way to one client, as a `text/event-stream`
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 */
export class EventStream {
  readonly #pending: string[] = [];
  #ended = false;
  #wake = Promise.withResolvers<void>();
  readonly #finished = Promise.withResolvers<void>();

  /** Resolves when nothing more will be sent: all of it was, or the client has gone. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /** Tells a state; `gone`: this server ends, but may come back. */
  push(state: ServerState | "gone"): void {
    this.#add(`event: state\ndata: ${JSON.stringify({ state })}\n\n`);
  }

  /** Shows that this port is alive, unless there is something else to be sent anyway. */
  heartbeat(): void {
    if (this.#pending.length === 0) this.#add(":\n\n");
  }

  /** No more is to come: {@linkcode send} returns when everything has been sent. */
  end(): void {
    this.#ended = true;
    this.#wake.resolve();
  }

  /**
   * Sends what there is and what comes, until the stream is ended.
   *
   * @param write Sends bytes to the client; rejects when it has gone.
   */
  async send(write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    try {
      await this.#sendUntilEnd(write);
    } finally {
      this.#finished.resolve();
    }
  }

  async #sendUntilEnd(write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    for (;;) {
      const text = this.#pending.splice(0).join("");
      if (text !== "") await write(encoder.encode(text));
      else if (this.#ended) return;
      else await this.#wake.promise;
      this.#wake = Promise.withResolvers();
    }
  }

  #add(text: string): void {
    if (this.#pending.length === MAX_PENDING_EVENTS) this.#pending.shift();
    this.#pending.push(text);
    this.#wake.resolve();
  }
}
