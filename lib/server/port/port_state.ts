import type { EventStream } from "./event_stream.ts";
import type { ServerState } from "../server_event.ts";

/** Milliseconds without content after which a port that was sending is said to be listening only. */
const QUIET_AFTER_MS = 1_000;

/**
 * What one port is doing, and who follows it. Between two requests of one download nothing is sent for a moment, which
 * nobody wants to hear of: `sending` outlasts such moments. Everything else is told at once.
 */
export class PortState {
  readonly #onChange: (state: ServerState) => void;
  readonly #followers = new Set<EventStream>();
  #current: ServerState = "listening";
  #answersUnderWay = 0;
  #paused = false;
  #terminated = false;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(onChange: (state: ServerState) => void) {
    this.#onChange = onChange;
  }

  get current(): ServerState {
    return this.#current;
  }

  /** Tells a stream the present state, and every other one until {@linkcode unfollow}. */
  follow(stream: EventStream): void {
    this.#followers.add(stream);
    stream.push(this.#current);
  }

  unfollow(stream: EventStream): void {
    this.#followers.delete(stream);
  }

  /** Shows who follows that this port is alive. */
  heartbeat(): void {
    for (const stream of this.#followers) stream.heartbeat();
  }

  /** Tells who follows that this port ends without having been terminated: it may come back. */
  leave(): void {
    if (this.#terminated) return;
    for (const stream of this.#followers) stream.push("gone");
  }

  /** Ends all streams; resolves when they have told everything, or their clients have gone. */
  async farewell(): Promise<void> {
    await Promise.all(Array.from(this.#followers, (stream) => {
      stream.end();
      return stream.finished;
    }));
  }

  /** An answer with content begins. */
  answerBegins(): void {
    this.#answersUnderWay++;
    this.#update();
  }

  /** It has ended, one way or another. */
  answerEnds(): void {
    this.#answersUnderWay--;
    this.#update();
  }

  pause(): void {
    this.#paused = true;
    this.#update();
  }

  resume(): void {
    this.#paused = false;
    this.#update();
  }

  /** Final: nothing changes after it. */
  terminate(): void {
    this.#terminated = true;
    this.#update();
  }

  /** Final as well: no change is told any more, also not of answers that end only now. */
  close(): void {
    this.#closed = true;
    this.#stopQuietTimer();
  }

  #update(): void {
    if (this.#closed) return;
    const actual = this.#actual();
    if (actual === "listening" && this.#current === "sending") {
      this.#quiet ??= setTimeout(() => this.#become(this.#actual()), QUIET_AFTER_MS);
    } else {
      this.#become(actual);
    }
  }

  #actual(): ServerState {
    if (this.#terminated) return "terminated";
    if (this.#paused) return "paused";
    return this.#answersUnderWay > 0 ? "sending" : "listening";
  }

  #become(state: ServerState): void {
    this.#stopQuietTimer();
    if (state === this.#current) return;
    this.#current = state;
    for (const stream of this.#followers) stream.push(state);
    this.#onChange(state);
  }

  #stopQuietTimer(): void {
    clearTimeout(this.#quiet);
    this.#quiet = undefined;
  }
}
