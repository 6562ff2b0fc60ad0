import type { ByteRange } from "../byte_range.ts";
import { PairVerifier } from "../content/pair_verifier.ts";
import type { PieceStore } from "../content/piece_store.ts";
import { MultiportError } from "../multiport_error.ts";
import { type BlockedPiece, PairPlan } from "../plan/pair_plan.ts";
import type { Source } from "../sources/source.ts";
import { type Sources, whyNot } from "../sources/sources.ts";
import type { FetchReport } from "../transfer/fetch_message.ts";
import type { FetchWorkerPool } from "../transfer/fetch_worker_pool.ts";
import type { DownloadEvent } from "./download_event.ts";
import type { DownloadSettings } from "./download_settings.ts";
import type { PlanRunner } from "./plan_runner.ts";
import type { SourceMarks } from "./source_marks.ts";

/** What copies are compared with each other for, and by whom they are fetched. */
export interface PairingParts {
  readonly settings: Pick<DownloadSettings, "stallTimeout" | "limitRate">;
  readonly sources: Sources;
  readonly agreement: { readonly size: number };
  readonly pieces: PieceStore;
  readonly pool: Pick<FetchWorkerPool, "read">;
  readonly marks?: SourceMarks;
  readonly runner: PlanRunner;
  readonly onEvent: (event: DownloadEvent) => void;
}

/** Gets told how the comparison comes along. */
export interface PairingObserver {
  /** Has work done whose failure ends the download. */
  guard(work: () => void): void;
  /** A piece was confirmed: it may have been the last. */
  progressed(): void;
  failed(error: unknown): void;
}

type ContentReport = Extract<FetchReport, { type: "delivered" | "hashed" }>;

/**
 * Has everything fetched from two sources and compared, where nobody publishes digests: what two of them
 * sent alike is right. Where they differ, a third one decides, and whoever is outvoted is given up by
 * name. Where there is none, nobody can tell.
 */
export class Pairing {
  readonly #parts: PairingParts;
  readonly #verifier: PairVerifier;
  #plan: PairPlan | undefined;
  /** Seconds: since when nothing has moved that could. */
  #stuckSince: number | undefined;

  constructor(parts: PairingParts, { guard, progressed, failed }: PairingObserver) {
    const { pieces, pool, runner } = this.#parts = parts;
    this.#verifier = new PairVerifier(pieces, pool, {
      disputed: (piece) => guard(() => runner.reject(pieces.rangeOf(piece), undefined)),
      outvoted: (piece, source, right) => guard(() => this.#giveUp(piece, source, right)),
      progressed,
      failed,
    });
  }

  /** Whether the whole file is there, and two sources have sent each piece alike. */
  get isComplete(): boolean {
    return this.#verifier.isComplete;
  }

  /** What is fetched from whom: both copies of what is missing, and the second one of what was kept. */
  plan(missing: readonly ByteRange[]): PairPlan {
    const { settings: { limitRate }, agreement: { size }, pieces, marks } = this.#parts;
    const once = new Map(
      [...pieces.in("unverified")].map((piece) => [piece, marks?.sendersOf(piece) ?? []]),
    );
    const { pieceLength } = pieces;
    return this.#plan = new PairPlan({ size, pieceLength, missing, once, limitRate });
  }

  /** Has the copies read back that an earlier run left. */
  checkKept(): void {
    this.#verifier.checkKept();
  }

  /** Takes note of what a source has sent; returns how many pieces have come whole by it. */
  receive({ type, source, range, pieces }: ContentReport): number {
    return type === "delivered"
      ? this.#verifier.deliver(source, range, pieces)
      : this.#verifier.compare(source, pieces);
  }

  /** Forgets what a source has begun of a piece, and does not end. */
  abandon(range: ByteRange): void {
    this.#verifier.abandon(range);
  }

  /**
   * Looks whether somebody is left who can send the other copy of every piece.
   *
   * @param at Seconds.
   * @throws {MultiportError} `tie` if copies differ and nobody is left to decide;
   * `unreachable` if there is only one source left.
   */
  look(at: number): void {
    const { sources, settings: { stallTimeout }, runner } = this.#parts;
    if (!runner.isRunning) return;
    const blocked = [...this.#plan?.blocked() ?? []];
    const hopeless = blocked.find(({ deliveredBy }) => this.#othersThan(deliveredBy).length === 0);
    if (hopeless) throw this.#failure(hopeless);
    const [first] = blocked;
    const isMoving = sources.all.some((source) => source.inUse && runner.owes(source));
    const isPaused = first && this.#othersThan(first.deliveredBy)
      .some(({ state }) => state === "paused" || state === "waiting");
    if (!first || isMoving || isPaused) this.#stuckSince = undefined;
    else this.#stuckSince ??= at;
    const isStuck = this.#stuckSince !== undefined && at - this.#stuckSince >= stallTimeout;
    if (first && isStuck) throw this.#failure(first);
  }

  /** Sources that may send a copy of a piece of which some have sent theirs. */
  #othersThan(some: readonly number[]): Source[] {
    return this.#parts.sources.all.filter(({ index, mayReturn }) =>
      mayReturn && !some.includes(index)
    );
  }

  #giveUp(piece: number, index: number, right: readonly number[]): void {
    const { sources, pieces, onEvent } = this.#parts;
    const source = sources.at(index);
    // More pieces of it may have been under way.
    if (!source || source.state === "wrong") return;
    const where = bytesOf(pieces.rangeOf(piece));
    const message = `${source.label} has other ${where} than ${
      this.#labels(right)
    }: it takes no part any more`;
    onEvent({ type: "notice", message });
    source.blame(`its copy differs: other ${where} than ${this.#labels(right)}`);
  }

  #failure({ piece }: BlockedPiece): MultiportError {
    const { sources, pieces } = this.#parts;
    const disputants = this.#verifier.disputantsOf(piece);
    if (disputants.length > 1) {
      const where = bytesOf(pieces.rangeOf(piece));
      const who = this.#labels(disputants);
      const message = `Cannot tell which copy is right: ${where} differ between ${who}`;
      return new MultiportError("tie", `${message}; one more source would decide`);
    }
    const [left, ...others] = sources.all.toSorted((a, b) => Number(b.isUp) - Number(a.isUp));
    const who = left?.isUp && !others[0]?.isUp
      ? `only ${left.name} is left: ${whyNot(others)}`
      : `too few send anything: ${sources.reasons}`;
    return new MultiportError(
      "unreachable",
      `Cannot compare copies any more: it takes two sources, and ${who}`,
      { cause: sources.faults },
    );
  }

  #labels(indexes: readonly number[]): string {
    const labels = indexes.flatMap((index) => this.#parts.sources.at(index)?.label ?? []);
    const last = labels.pop() ?? "what an earlier run left";
    return labels.length === 0 ? last : `${labels.join(", ")} and ${last}`;
  }
}

/** As HTTP counts them: the last one is part of it. */
function bytesOf({ start, end }: ByteRange): string {
  return `bytes ${start}-${end - 1}`;
}
