import { now } from "../clock.ts";
import type { Manifest } from "../content/manifest.ts";
import type { ContentRequest } from "../http/client/content_request.ts";
import { delay } from "../delay.ts";
import { Backoff } from "./backoff.ts";
import {
  BUSY_RETRY_MS,
  FIRST_RETRY_MS,
  MAX_FRUITLESS_ATTEMPTS,
  MAX_RETRY_MS,
  MAX_RETRY_WAITING_MS,
} from "./limits.ts";
import { type Loss, LostError } from "./lost_error.ts";
import type { SourceCopy } from "./source_copy.ts";
import type { SourceFault } from "./source_event.ts";
import { SourceFigures } from "./source_figures.ts";
import {
  CONNECTING,
  isFinal,
  nextStatus,
  type SourceStatus,
  type SourceStatusState,
  type StatusEvent,
} from "./source_status.ts";

/** An abort reason that is no error: each source would have one made, with a stack trace. */
const STOPPED = "stopped";

/** What happens to a source: to how it stands, or to what is known of its copy. */
export type SourceHappening =
  | StatusEvent
  /** More is known of its copy than before. */
  | { readonly type: "learned" };

/** Gets told what happens to sources, after they have taken note of it. */
export interface SourceListener {
  happened(source: Source, event: SourceHappening): void;
}

/**
 * One place that has a copy of the file: how it stands, what it has, and what it has delivered. It is
 * alone in changing that. How it is kept in touch with is for each kind of source to say.
 */
export abstract class Source {
  readonly figures: SourceFigures = new SourceFigures(now());
  readonly #listener: SourceListener;
  readonly #stop = new AbortController();
  readonly #backoff = new Backoff();
  /** The present pause between two attempts, if there is one. */
  #pause: AbortController | undefined;
  #maxRetryMs = MAX_RETRY_WAITING_MS;
  #status: SourceStatus = CONNECTING;
  #copy: SourceCopy | undefined;
  #fault: LostError | undefined;
  #inUse = false;
  #isReleased = false;

  /**
   * @param index 1 for Server1.
   * @param name The place as people write it: `127.0.0.1:60002`.
   */
  constructor(readonly index: number, readonly name: string, listener: SourceListener) {
    this.#listener = listener;
  }

  /** As messages call it: `Server2 (127.0.0.1:60002)`. */
  get label(): string {
    return `Server${this.index} (${this.name})`;
  }

  /** How it stands. */
  get status(): SourceStatus {
    return this.#status;
  }

  get state(): SourceStatusState {
    return this.#status.state;
  }

  /** What went wrong last, in words that follow its name; empty if nothing has. */
  get reason(): string {
    return this.#status.reason;
  }

  /** What it was asked in vain for last; its cause is what the connection threw. */
  get fault(): LostError | undefined {
    return this.#fault;
  }

  /** What a person could do something about, if that is why it cannot be used. */
  get knownFault(): SourceFault | undefined {
    return this.#fault?.message === this.reason ? this.#fault.fault : undefined;
  }

  /** Whether it answers, be it paused. */
  get isUp(): boolean {
    return this.state === "up" || this.state === "paused";
  }

  /** Whether more can be had from it without anybody's doing, now or later. */
  get mayReturn(): boolean {
    return !isFinal(this.#status) && this.state !== "differs";
  }

  /** Whether it cannot be used, or has another file at present. */
  get isGivenUp(): boolean {
    return this.state === "differs" || this.state === "refused" || this.state === "wrong";
  }

  /** Whether the download need not be given up as long as it stands like this. */
  get isDependable(): boolean {
    if (this.state === "paused") return true;
    const isExpected = this.state === "up" || this.state === "waiting";
    return isExpected && this.figures.fruitlessAttempts < MAX_FRUITLESS_ATTEMPTS;
  }

  /** Whether content is being fetched from it. */
  get inUse(): boolean {
    return this.#inUse;
  }

  /** What it has; undefined until it has answered once. */
  get copy(): SourceCopy | undefined {
    return this.#copy;
  }

  /** How a fetcher asks it for content; only once it has answered. */
  abstract get request(): ContentRequest;

  /**
   * Gets the manifest that its copy has the digests of.
   *
   * @param signal Ends the attempt early.
   * @throws {LostError} If it does not have it, or has another.
   */
  abstract fetchManifest(signal: AbortSignal): Promise<Manifest>;

  /** Whether its manifest can be had, now or when it has made it. */
  abstract get publishesDigests(): boolean;

  /** Whether it sends parts of the file; one that sends all of it only is used where there is no other. */
  abstract get servesParts(): boolean;

  /**
   * Whether a download can begin without its answer: its copy is compared with the others before any of it
   * is fetched, whenever it answers.
   */
  abstract get joinsLate(): boolean;

  /** Those of the same origin share what it allows; undefined where there is no such bound. */
  abstract get origin(): string | undefined;

  /** Whether its content comes encrypted. */
  abstract get isEncrypted(): boolean;

  /** Whether there is a connection, besides that for content, over which it could say what becomes of it. */
  abstract get inTouch(): boolean;

  // For whoever runs the download ------------------------------------------------------------------

  /**
   * Keeps in touch with the source until it is stopped, or there is no point in it any more.
   *
   * @throws Whatever is no fault of the source: a defect of the program.
   */
  async run(): Promise<void> {
    while (!this.stopped.aborted) {
      try {
        await this.keepInTouch();
      } catch (error) {
        if (this.stopped.aborted) return;
        const lost = LostError.from(error);
        if (!lost) throw error;
        this.lose(lost);
      }
      if (!this.stopped.aborted) await this.#rest();
    }
  }

  /** Ends everything that {@linkcode run} does; nothing is told any more. */
  stop(): void {
    this.#stop.abort(STOPPED);
  }

  /** Makes the next attempt now, unless it has asked to be left alone. */
  hurry(): void {
    if (this.state !== "waiting") this.#pause?.abort(STOPPED);
  }

  /** The download has begun: what becomes of the source is to be known at once from now on. */
  abstract listenNow(): void;

  /** Attempts have gone well: the next pause will be short. */
  resetBackoff(): void {
    this.#backoff.reset();
    this.#maxRetryMs = MAX_RETRY_MS;
  }

  /** A fetcher begins to ask it for content. */
  use(): void {
    this.#inUse = true;
    this.figures.quietSince = now();
  }

  /** Its fetcher is about to be ended for no fault of the source: how it stands stays the same. */
  release(): void {
    this.#isReleased = true;
  }

  /**
   * Its fetcher has ended.
   *
   * @param reason Why, in words that follow its name.
   * @param final Whether to try again is useless.
   * @param owing Whether it had not delivered all that it was asked for.
   * @param loss What kind of loss it was.
   */
  contentLost(
    reason: string,
    final: boolean,
    owing: boolean,
    loss: Loss = { kind: "broken" },
  ): void {
    const isReleased = this.#isReleased;
    this.#inUse = this.#isReleased = this.figures.deferred = false;
    if (isReleased) return;
    if (owing) this.figures.fruitlessAttempts += 1;
    if (final) return this.refuse(reason);
    if (loss.kind === "busy") {
      const waitMs = this.#beLeftAlone(reason, loss.retryAfterMs);
      if (this.inTouch) void delay(waitMs, this.stopped).then(() => this.#waited());
      return;
    }
    this.happen({ type: "broken", reason, inTouch: this.inTouch });
    if (this.state === "disconnected") this.expectGoodbye();
  }

  /** Gives it up for good: it cannot be used. */
  refuse(reason: string): void {
    this.happen({ type: "refused", reason });
  }

  /** Gives it up for good: it sent too many wrong pieces. */
  blame(reason: string): void {
    this.happen({ type: "blamed", reason });
  }

  /** Sets it aside for as long as its copy is another one. */
  differ(reason: string): void {
    this.happen({ type: "differs", reason });
  }

  /** Takes it back: its copy fits again. */
  fit(): void {
    this.happen({ type: "fits", paused: this.saysPaused });
  }

  // For the kinds of sources -----------------------------------------------------------------------

  /**
   * Asks it what it has and follows what becomes of it, once; ends when it has to be asked again, or
   * is {@linkcode stopped}.
   *
   * @throws {LostError} If it does not answer, or what comes makes no sense.
   */
  protected abstract keepInTouch(): Promise<void>;

  /** Ends every connection, read and wait that has to do with it. */
  protected get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  /** Whether its operator has paused it, as far as it has said. */
  protected abstract get saysPaused(): boolean;

  /** Its content broke off: in a moment it is to be known whether it was terminated. */
  protected abstract expectGoodbye(): void;

  /** Milliseconds until it is asked again where it is too busy and does not say for how long. */
  protected get busyRetryMs(): number {
    return BUSY_RETRY_MS;
  }

  /** It has answered. */
  protected answer(copy: SourceCopy): void {
    this.#learn(copy, { type: "answered", paused: this.saysPaused });
  }

  /** It has said more of its copy than before. */
  protected learn(copy: SourceCopy): void {
    this.#learn(copy, { type: "learned" });
  }

  /** It was asked in vain. */
  lose(fault: LostError): void {
    const { message: reason, final, loss } = fault;
    this.#fault = fault;
    if (final) return this.refuse(reason);
    // One that content comes from is too busy for nothing but the question.
    if (loss.kind === "busy" && !this.#inUse) {
      this.figures.fruitlessAttempts += 1;
      this.#beLeftAlone(reason, loss.retryAfterMs);
    } else this.happen({ type: "unreachable", reason, inUse: this.#inUse });
  }

  /** Takes note of what happens to it, and tells of it. */
  protected happen(event: StatusEvent): void {
    if (this.stopped.aborted) return;
    const before = this.#status;
    this.#status = nextStatus(before, event);
    this.figures.pausedSince = this.state === "paused"
      ? this.figures.pausedSince ?? now()
      : undefined;
    if (isFinal(this.#status)) this.stop();
    if (!isFinal(before)) this.#listener.happened(this, event);
  }

  #learn(copy: SourceCopy, event: SourceHappening): void {
    if (this.stopped.aborted) return;
    this.#copy = copy;
    if (event.type === "learned") this.#listener.happened(this, event);
    else this.happen(event);
  }

  /** It has asked for that; answers for how many milliseconds. */
  #beLeftAlone(reason: string, retryAfterMs = this.busyRetryMs): number {
    // One that is still too busy when it had said to be asked again is asked less and less often.
    const times = Math.max(0, this.figures.fruitlessAttempts - 1);
    const leastMs = Math.min(FIRST_RETRY_MS * 2 ** times, BUSY_RETRY_MS);
    const waitMs = Math.max(retryAfterMs, leastMs);
    this.happen({ type: "busy", reason, until: now() + waitMs / 1_000 });
    return waitMs;
  }

  #waited(): void {
    this.happen({ type: "waited", paused: this.saysPaused });
  }

  async #rest(): Promise<void> {
    const status = this.#status;
    const pause = this.#pause = new AbortController();
    const over = AbortSignal.any([pause.signal, this.stopped]);
    const milliseconds = status.state === "waiting"
      ? (status.until - now()) * 1_000
      : this.#backoff.next(this.#maxRetryMs);
    await delay(Math.max(0, milliseconds), over);
    this.#pause = undefined;
  }
}
