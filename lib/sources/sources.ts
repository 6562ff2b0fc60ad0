import { now } from "../clock.ts";
import { STATES_SHOWN_AT_ONCE, STATES_SHOWN_PER_SECOND } from "./limits.ts";
import type { Source, SourceHappening, SourceListener } from "./source.ts";
import type { SourceEvent, SourceProgress, SourceState } from "./source_event.ts";

/** All sources of a download: keeps in touch with them, and tells people how they stand. */
export class Sources implements SourceListener, Iterable<Source> {
  readonly #all: Source[] = [];
  readonly #onEvent: (event: SourceEvent) => void;
  /** Whoever has to act on what happens; the download's phases take turns. */
  observer: SourceListener | undefined;
  #isIdle: ((source: Source) => boolean) | undefined;
  /** What people were told of each last. */
  readonly #shown = new Map<Source, Shown>();
  readonly #failure = Promise.withResolvers<never>();
  readonly #running: Promise<void>[] = [];

  /** @param onEvent Is told for people how they stand. */
  constructor(onEvent: (event: SourceEvent) => void) {
    this.#onEvent = onEvent;
    // Whoever is concerned awaits it.
    this.#failure.promise.catch(() => {});
  }

  /** In the order in which they were added: Server1 first. */
  get all(): readonly Source[] {
    return this.#all;
  }

  [Symbol.iterator](): Iterator<Source> {
    return this.#all[Symbol.iterator]();
  }

  /** The source called `Server1` and so on. */
  at(index: number): Source | undefined {
    return this.#all[index - 1];
  }

  /** Bytes taken over the network in this run. */
  get received(): number {
    return this.#all.reduce((sum, { figures }) => sum + figures.received, 0);
  }

  /** Whether any of them may publish digests of the file, now or later. */
  get publishDigests(): boolean {
    return this.#all.some(({ publishesDigests, mayReturn }) => publishesDigests && mayReturn);
  }

  /** Why each of them is of no use, in words: `127.0.0.1:60000 (connection refused), …`. */
  get reasons(): string {
    return whyNot(this.#all);
  }

  /** What they were asked in vain for, for whoever looks for a cause; undefined if none was. */
  get faults(): AggregateError | undefined {
    const faults = this.#all.flatMap(({ fault }) => fault ?? []);
    return faults.length === 0 ? undefined : new AggregateError(faults, "Servers were lost");
  }

  /** The figures of each now. */
  get progress(): SourceProgress[] {
    return this.#all.map((source) => {
      const state = this.#shown.get(source)?.state ?? "connecting";
      const { received, rate } = source.figures;
      return {
        index: source.index,
        state,
        received,
        rate: state === "downloading" ? Math.round(rate) : 0,
      };
    });
  }

  /** Rejects when something goes wrong that is no fault of a source: a defect of the program. */
  get failure(): Promise<never> {
    return this.#failure.promise;
  }

  /**
   * Adds a source, and starts to ask it.
   *
   * @param make Makes it, given its number and who is to be told of what happens to it.
   */
  add(make: (index: number, listener: SourceListener) => Source): void {
    const source = make(this.#all.length + 1, this);
    this.#all.push(source);
    this.#begin(source);
  }

  /**
   * Puts another source in the place of one that has not answered: another kind of server is there.
   *
   * @param make Makes it, given the number of the other and who is to be told of what happens to it.
   */
  replace(
    source: Source,
    make: (index: number, listener: SourceListener) => Source,
  ): void {
    source.stop();
    const other = this.#all[source.index - 1] = make(source.index, this);
    this.#begin(other);
  }

  #begin(source: Source): void {
    this.#running.push(source.run().catch(this.#failure.reject));
    if (!this.#isIdle) return;
    source.listenNow();
    const { index, name } = source;
    this.#onEvent({ type: "server", index, state: "connecting", address: name });
  }

  /** Stops asking; when it resolves, no connection and no timer is left. */
  async close(): Promise<void> {
    for (const source of this.#all) source.stop();
    await Promise.all(this.#running);
  }

  /**
   * Tells people the states of all, and from now on every change.
   *
   * @param isIdle Whether a source has nothing left to do.
   */
  begin(isIdle: (source: Source) => boolean): void {
    this.#isIdle = isIdle;
    for (const source of this.#all) {
      source.listenNow();
      this.show(source);
    }
  }

  /** Tells people the state of a source if it is another than before. */
  show(source: Source): void {
    if (!this.#isIdle) return;
    const shown = this.#shown.get(source) ?? new Shown();
    this.#shown.set(source, shown);
    const state = stateShown(source, this.#isIdle(source));
    if (state === undefined || !shown.isNews(state, source)) return;
    if (!shown.tell(state, source, now())) return;
    const isTrouble = ["failed", "waiting", "connecting"].includes(state);
    const why = isTrouble ? reasonShown(source) : "";
    const reason = why === "" ? {} : { reason: why };
    const kind = isTrouble ? source.knownFault : undefined;
    const fault = kind === undefined ? {} : { fault: kind };
    this.#onEvent({ type: "server", index: source.index, state, ...reason, ...fault });
  }

  happened(source: Source, event: SourceHappening): void {
    this.observer?.happened(source, event);
    this.show(source);
  }
}

/** What people were told of one source. */
class Shown {
  state: SourceState = "connecting";
  /** Whether they know that there is no point in waiting for it. */
  #isGivenUp = false;
  /** Whether they know why it has not answered yet. */
  #isExplained = false;
  /** How many more changes they may be told of now: one that toggles would flood them. */
  #credit = STATES_SHOWN_AT_ONCE;
  #toldAt = 0;

  /** A source that failed may turn out to be of no use, and why one does not answer is known later: that is told, too. */
  isNews(state: SourceState, { isGivenUp, reason }: Source): boolean {
    if (state === "connecting") return reason !== "" && !this.#isExplained;
    return state !== this.state || state === "failed" && isGivenUp && !this.#isGivenUp;
  }

  /**
   * @param at Seconds.
   * @returns Whether it is to be told now.
   */
  tell(state: SourceState, { isGivenUp }: Source, at: number): boolean {
    const earned = (at - this.#toldAt) * STATES_SHOWN_PER_SECOND;
    const credit = Math.min(this.#credit + earned, STATES_SHOWN_AT_ONCE);
    if (credit < 1) return false;
    this.#credit = credit - 1;
    this.#toldAt = at;
    this.state = state;
    this.#isGivenUp = isGivenUp;
    this.#isExplained = true;
    return true;
  }
}

/** Why sources are of no use, in words: `127.0.0.1:60000 (connection refused), …`. */
export function whyNot(sources: readonly Source[]): string {
  return sources.map((source) => `${source.name} (${reasonOf(source)})`).join(", ");
}

function reasonOf({ state, reason, servesParts }: Source): string {
  if (state === "paused") return "paused by its operator";
  if (state === "up" && !servesParts) {
    return "it sends the whole file only, and nothing shows that it is the same one";
  }
  return reason || "no answer yet";
}

/** Why a source is in trouble, and when it is asked again if that is known. */
function reasonShown({ status }: Source): string {
  if (status.state !== "waiting") return status.reason;
  const seconds = Math.max(Math.ceil(status.until - now()), 1);
  return `${status.reason}; it is asked again in ${seconds} s`;
}

/** What people are shown of a source; undefined while it is not known what became of it. */
function stateShown({ state }: Source, idle: boolean): SourceState | undefined {
  switch (state) {
    case "up":
      return idle ? "idle" : "downloading";
    case "disconnected":
      return undefined;
    case "lost":
    case "differs":
    case "refused":
    case "wrong":
      return "failed";
    case "connecting":
    case "paused":
    case "waiting":
    case "terminated":
      return state;
  }
}
