import type { ByteRange } from "../byte_range.ts";
import { now } from "../clock.ts";
import { MultiportError } from "../multiport_error.ts";
import { lateness } from "../patience.ts";
import type { PieceDigests } from "../content/manifest.ts";
import type { IncompletePiece, PieceStore, WrongPiece } from "../content/piece_store.ts";
import { PieceVerifier } from "../content/piece_verifier.ts";
import { Plan } from "../plan/plan.ts";
import type { Agreement } from "../sources/agreement.ts";
import { TICK_MS } from "../sources/limits.ts";
import type { Source, SourceHappening, SourceListener } from "../sources/source.ts";
import type { Sources } from "../sources/sources.ts";
import type { FetchWorkerPool, PoolReport } from "../transfer/fetch_worker_pool.ts";
import { Blame } from "./blame.ts";
import type { DownloadEvent } from "./download_event.ts";
import type { DownloadSettings } from "./download_settings.ts";
import { GiveUpPolicy } from "./give_up_policy.ts";
import { Pairing } from "./pairing.ts";
import { PlanRunner } from "./plan_runner.ts";
import type { SourceMarks } from "./source_marks.ts";
import type { StreamWindow } from "./stream_window.ts";
import { StallWatch } from "./stall_watch.ts";
import { Trial } from "./trial.ts";

/** What a download's coordinator works with. */
export interface CoordinatorParts {
  readonly settings: Pick<
    DownloadSettings,
    "verify" | "twice" | "balance" | "stallTimeout" | "pauseTimeout" | "limitRate"
  >;
  readonly sources: Sources;
  readonly agreement: Agreement;
  readonly pieces: PieceStore;
  readonly pool: Pick<FetchWorkerPool, "tell" | "read" | "onReport" | "isStuck">;
  readonly onEvent: (event: DownloadEvent) => void;
  /** By what an earlier run knew its sources; absent if there was none. */
  readonly marks?: SourceMarks;
  /** Where the content goes to a reader, if it does. */
  readonly window?: StreamWindow;
  /**
   * Seconds on the clock of `now()`: until when it does not end without those that have not answered.
   * Absent: they were waited for before.
   */
  readonly awaitedUntil?: number;
}

/**
 * Fetches what is missing: routes what sources and fetchers report to the objects that act on it, and
 * ends when the file is complete and verified, or can no longer be completed.
 */
export class Coordinator implements SourceListener {
  readonly #parts: CoordinatorParts;
  readonly #runner: PlanRunner;
  readonly #verifier: PieceVerifier;
  /** What compares copies with each other, where nothing else tells whether they are right. */
  readonly #pairing: Pairing | undefined;
  readonly #blame: Blame;
  readonly #stallWatch: StallWatch;
  readonly #giveUpPolicy: GiveUpPolicy;
  readonly #trial: Trial;
  readonly #end = Promise.withResolvers<void>();
  /** Seconds: when it last had a look at the time. */
  #tickedAt = now();

  constructor(parts: CoordinatorParts) {
    this.#parts = parts;
    const { settings, sources, agreement, pieces, pool, onEvent } = parts;
    this.#runner = new PlanRunner(
      sources,
      agreement,
      pool,
      (source, range) => this.#abandon(source, range),
    );
    this.#blame = new Blame(sources, pieces, onEvent);
    this.#stallWatch = new StallWatch(
      this.#runner,
      settings,
      (message) => onEvent({ type: "notice", message }),
    );
    this.#giveUpPolicy = new GiveUpPolicy(sources, agreement, settings);
    this.#trial = new Trial(sources, agreement, parts.awaitedUntil ?? 0);
    const { verify } = settings;
    const isOnTrial = () => this.isOnTrial;
    this.#verifier = new PieceVerifier({ pieces, reader: pool, verify, isOnTrial }, {
      wrong: (piece) => this.#guard(() => this.#runner.isRunning && this.#fetchAgain(piece)),
      incomplete: (piece) => this.#guard(() => this.#runner.isRunning && this.#fetchGaps(piece)),
      cleared: (source) => this.#guard(() => this.#runner.clear(source)),
      progressed: () => this.#finishIfDone(),
      failed: (error) => this.fail(error),
    });
    if (settings.twice) {
      this.#pairing = new Pairing({ ...parts, runner: this.#runner }, {
        guard: (work) => this.#guard(work),
        progressed: () => this.#finishIfDone(),
        failed: (error) => this.fail(error),
      });
    }
    sources.observer = this;
    if (parts.window) {
      parts.window.observer = {
        released: (range) => this.#guard(() => this.#runner.add(range)),
        failed: (error) => this.fail(error),
      };
    }
    pool.onReport = (report) => this.#guard(() => this.#receive(report));
    // It may fail before `run` is called; `run` throws the error then.
    this.#end.promise.catch(() => {});
  }

  /** Bytes of the file that are not on disk, or were wrong. */
  get missing(): number {
    const { agreement: { size }, window } = this.#parts;
    const { toCome } = this;
    if (toCome === undefined) return size;
    const missing = this.#pairing ? Math.min(size, Math.ceil(toCome / 2)) : toCome;
    return missing + (window ? size - window.released : 0);
  }

  /** Bytes that have been planned and have not come, all copies counted; undefined before the start. */
  get toCome(): number | undefined {
    return this.#runner.missing;
  }

  /** Whether nothing tells yet that what has come is of the right copy, and nothing of it counts. */
  get isOnTrial(): boolean {
    const { verify, twice } = this.#parts.settings;
    return !verify && !twice && !this.#trial.isOver;
  }

  /** What is a source's to deliver, in the order in which it will come. */
  portion(index: number): readonly ByteRange[] {
    return this.#runner.portion(index);
  }

  /**
   * Fetches what is missing.
   *
   * @param prepare Tells the store what is there already; the servers are watched meanwhile.
   * @throws {MultiportError} If it turns out to be impossible.
   * @throws The reason of `signal`.
   */
  async run(prepare: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const { sources, pool } = this.#parts;
    const interrupt = () => this.fail(signal.reason);
    this.#tickedAt = now();
    const timer = setInterval(() => this.#guard(() => this.#tick()), TICK_MS);
    signal.addEventListener("abort", interrupt);
    try {
      if (signal.aborted) interrupt();
      prepare().then(() => this.#guard(() => this.#start()), (error) => this.fail(error));
      await this.#end.promise;
    } finally {
      clearInterval(timer);
      signal.removeEventListener("abort", interrupt);
      this.#runner.end();
      sources.observer = undefined;
      // Bytes that fetchers deliver while they are closed are on disk and count; other reports do not.
      pool.onReport = (report) =>
        this.#guard(() => report.type === "delivered" && this.#receive(report));
    }
  }

  /** Ends the transfer: it cannot go on. */
  fail(error: unknown): void {
    this.#end.reject(error);
  }

  /** Compares what arrived, or was there already, with the manifest. */
  verify(manifest: PieceDigests): void {
    this.#guard(() => {
      this.#verifier.settle(manifest);
      this.#finishIfDone();
    });
  }

  #start(): void {
    (this.#pairing ?? this.#verifier).checkKept();
    const { pieces, settings: { balance, limitRate }, window } = this.#parts;
    const missing = (window ? [{ start: 0, end: window.released }] : pieces.missing)
      .filter(({ start, end }) => start < end);
    const { pieceLength } = pieces;
    this.#runner.start(
      this.#pairing?.plan(missing) ?? new Plan({ missing, pieceLength, balance, limitRate }),
    );
    this.#finishIfDone();
  }

  // Passed on ---------------------------------------------------------------------------------------

  happened(source: Source, event: SourceHappening): void {
    this.#guard(() => {
      this.#pass(source, event);
      this.#finishIfDone();
    });
  }

  #pass(source: Source, event: SourceHappening): void {
    switch (event.type) {
      case "unreachable":
        this.#trial.miss(source);
        return this.#runner.loseTouch(source, event.reason);
      case "answered":
      case "learned":
        this.#parts.agreement.reconsider();
        // If its copy turned out to differ, that event has been handled by now.
        return source.isUp ? this.#runner.follow(source) : undefined;
      default:
        return this.#runner.follow(source);
    }
  }

  #receive(report: PoolReport): void {
    if (report.type === "defect") throw report.error;
    if (report.type === "disk") {
      const { reason, cause } = report;
      throw new MultiportError("local", `Cannot write the part file: ${reason}`, { cause });
    }
    this.#runner.hear(report);
    if (report.type !== "delivered" && report.type !== "hashed") return;
    const whole = this.#pairing?.receive(report) ??
      this.#verifier.deliver(report.source, report.range, report.pieces);
    if (whole > 0) this.#parts.sources.at(report.source)?.resetBackoff();
    this.#finishIfDone();
  }

  #fetchAgain(wrong: WrongPiece): void {
    for (const sender of wrong.senders) this.#runner.putOnParole(sender);
    this.#runner.reject(this.#parts.pieces.rangeOf(wrong.piece), wrong.suspect);
    this.#blame.charge(wrong);
  }

  /** An earlier run was cut off, and nobody is to blame. */
  #fetchGaps({ gaps }: IncompletePiece): void {
    for (const gap of gaps) this.#runner.reject(gap, undefined);
  }

  /** A source on parole has left a piece unfinished that somebody else fetches now. */
  #abandon(source: number, range: ByteRange): void {
    if (this.#pairing) return this.#pairing.abandon(range);
    this.#parts.pieces.abandon(source, range);
    this.#blame.doubt(source);
  }

  #tick(): void {
    const { sources } = this.#parts;
    const at = now();
    // While this process was stopped, no source could be heard: do not count that time.
    const asleep = lateness(1_000 * (at - this.#tickedAt), TICK_MS) / 1_000;
    this.#tickedAt = at;
    if (asleep > 0) this.#giveUpPolicy.excuse(asleep);
    this.#parts.agreement.look();
    for (const source of sources) {
      source.figures.sample(at);
      if (asleep > 0 || this.#parts.pool.isStuck(source.index)) source.figures.quietSince = at;
      this.#stallWatch.look(source, at);
      sources.show(source);
    }
    this.#finishIfDone();
    this.#pairing?.look(at);
    const content = (this.#runner.missing ?? 0) > 0;
    this.#giveUpPolicy.look({ content, digests: this.#verifier.needsManifest }, at);
  }

  #finishIfDone(): void {
    const { window, agreement } = this.#parts;
    window?.look();
    if (!this.#runner.isRunning) return;
    if (this.#trial.look() && !this.#pairing) this.#verifier.acquit();
    const { isComplete } = this.#pairing ?? this.#verifier;
    if (isComplete && this.#trial.isOver && !agreement.isTied) this.#end.resolve();
  }

  /** Whatever goes wrong in an event ends the download, not the program. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }
}
