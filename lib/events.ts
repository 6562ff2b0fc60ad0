import { MultiportError } from "./multiport_error.ts";

/** Unread events kept for one reader; more than that means that nobody reads them. */
const MAX_UNREAD = 10_000;

/** Whether a newer event supersedes an older one. */
export type IsOutdated<Event> = (event: Event, newer: Event) => boolean;

/**
 * Broadcasts events to any number of readers, each at its own pace. A reader gets every event from when it
 * starts, and at the end the error, if there was one.
 *
 * @example
 * ```ts
 * const events = new Events<string>();
 * const reader = events[Symbol.asyncIterator]();
 * events.tell("hello");
 * await reader.next(); // { done: false, value: "hello" }
 * ```
 */
export class Events<Event> implements AsyncIterable<Event> {
  readonly #isOutdated: IsOutdated<Event>;
  readonly #readers = new Set<Reader<Event>>();
  #end: End | undefined;
  #hasReaders = false;

  /** @param isOutdated Decides whether a reader's last unread event is dropped when a newer one comes. */
  constructor(isOutdated: IsOutdated<Event> = () => false) {
    this.#isOutdated = isOutdated;
  }

  /** Whether anybody has ever begun to read. */
  get hasReaders(): boolean {
    return this.#hasReaders;
  }

  tell(event: Event): void {
    for (const reader of this.#readers) reader.add(event);
  }

  /** Nothing follows. */
  end(): void {
    this.#finish({});
  }

  /** Nothing follows: readers are told why. */
  fail(error: unknown): void {
    this.#finish({ error });
  }

  [Symbol.asyncIterator](): AsyncIterator<Event> {
    this.#hasReaders = true;
    const reader = new Reader(this.#isOutdated);
    if (this.#end) reader.finish(this.#end);
    else this.#readers.add(reader);
    return reader.read(() => this.#readers.delete(reader));
  }

  #finish(end: End): void {
    this.#end ??= end;
    for (const reader of this.#readers) reader.finish(this.#end);
    this.#readers.clear();
  }
}

/** How it ended: with an error, or well. */
type End = { readonly error?: unknown };

class Reader<Event> {
  readonly #isOutdated: IsOutdated<Event>;
  readonly #unread: Event[] = [];
  #end: End | undefined;
  #news = Promise.withResolvers<void>();

  constructor(isOutdated: IsOutdated<Event>) {
    this.#isOutdated = isOutdated;
  }

  add(event: Event): void {
    if (this.#end) return;
    const last = this.#unread.at(-1);
    if (last !== undefined && this.#isOutdated(last, event)) this.#unread.pop();
    this.#unread.push(event);
    if (this.#unread.length > MAX_UNREAD) {
      const message = `Cannot go on telling events: ${MAX_UNREAD} of them were not read`;
      this.finish({ error: new MultiportError("usage", message) });
    }
    this.#news.resolve();
  }

  finish(end: End): void {
    this.#end ??= end;
    this.#news.resolve();
  }

  async *read(leave: () => void): AsyncGenerator<Event> {
    try {
      for (;;) {
        while (this.#unread.length > 0) yield this.#unread.shift() as Event;
        if (this.#end) break;
        this.#news = Promise.withResolvers();
        await this.#news.promise;
      }
      if ("error" in this.#end) throw this.#end.error;
    } finally {
      leave();
    }
  }
}
