import type { ByteRange } from "../byte_range.ts";
import { now } from "../clock.ts";
import type { PlanCommand, PlanEvent, Planner } from "../plan/plan_event.ts";
import type { Agreement } from "../sources/agreement.ts";
import { MAX_PER_ORIGIN } from "../sources/limits.ts";
import type { Source } from "../sources/source.ts";
import type { Sources } from "../sources/sources.ts";
import type { FetchReport } from "../transfer/fetch_message.ts";
import type { FetchWorkerPool } from "../transfer/fetch_worker_pool.ts";
import { FLOWING_SECONDS } from "./limits.ts";

/** What fetchers say of their sources. */
type SourceReport = Extract<FetchReport, { source: number }>;

/**
 * Connects the plan with the fetchers that carry it out: passes events of sources and fetchers to the
 * plan, and the plan's commands to the fetchers. Ignores everything before its start and after its end.
 */
export class PlanRunner {
  readonly #sources: Sources;
  readonly #agreement: Agreement;
  readonly #pool: Pick<FetchWorkerPool, "tell">;
  readonly #onAbandon: (source: number, range: ByteRange) => void;
  #plan: Planner | undefined;
  #isOver = false;
  /** A source without parts that is at work, as there was nothing better. */
  #standIn: Source | undefined;
  /** Origins that have said that several connections are too many. */
  readonly #crowded = new Set<string>();

  /** @param onAbandon Called for bytes that are to be fetched again, as their piece has moved to another source. */
  constructor(
    sources: Sources,
    agreement: Agreement,
    pool: Pick<FetchWorkerPool, "tell">,
    onAbandon: (source: number, range: ByteRange) => void,
  ) {
    this.#sources = sources;
    this.#agreement = agreement;
    this.#pool = pool;
    this.#onAbandon = onAbandon;
  }

  /** Whether it has started and has not ended. */
  get isRunning(): boolean {
    return this.#plan !== undefined && !this.#isOver;
  }

  /** Bytes that have not been delivered; undefined until that is known. */
  get missing(): number | undefined {
    return this.#plan?.missing;
  }

  /** What is a source's to deliver, in the order in which it will come. */
  portion(index: number): readonly ByteRange[] {
    return this.#plan?.portion(index) ?? [];
  }

  /** Whether bytes were asked of a source that have not come. */
  owes({ index }: Source): boolean {
    return this.#plan?.expects(index) !== undefined;
  }

  /** Has a plan carried out by the sources that can be asked. */
  start(plan: Planner): void {
    if (this.#isOver) return;
    this.#plan = plan;
    const able = this.#sources.all.filter((source) => {
      if (!this.#isAble(source)) return false;
      this.#connect(source);
      return true;
    });
    this.#carryOut(plan.start(able.map(({ index }) => index), now()));
    this.#sources.begin(({ index, inUse }) => !inUse || plan.isIdle(index));
  }

  /** Nothing that happens from now on concerns the plan. */
  end(): void {
    this.#isOver = true;
  }

  // What becomes of sources ------------------------------------------------------------------------

  /** Goes by how a source stands now: lets it take part, pauses or resumes its work, or drops it. */
  follow(source: Source): void {
    if (!this.isRunning) return;
    const { index, inUse, state, isUp, reason } = source;
    if (!inUse) this.#join(source);
    else if (isUp) this.#apply({ type: state === "paused" ? "paused" : "resumed", source: index });
    else this.drop(source, reason);
    this.#callStandIn();
  }

  /** The connection for states has broken: the source is lost, unless content still comes. */
  loseTouch(source: Source, reason: string): void {
    if (!source.inUse) return;
    const isFlowing = this.owes(source) && now() - source.figures.quietSince < FLOWING_SECONDS;
    if (source.state !== "up" || !isFlowing) this.drop(source, reason);
  }

  /** A source has sent nothing for a while, though it owes some. */
  noteSilence({ index }: Source): void {
    this.#apply({ type: "received", source: index, bytes: 0 });
  }

  /** Has a source's fetcher end; the plan is told once the fetcher says that it has. */
  drop({ index, inUse }: Source, reason: string): void {
    if (inUse) this.#pool.tell({ type: "drop", source: index, reason });
  }

  /** Has more of the file fetched than was missing at the start. */
  add(range: ByteRange): void {
    this.#apply({ type: "added", range });
  }

  /** Has bytes fetched again that are wrong, from another source than `notFrom`. */
  reject(range: ByteRange, notFrom: number | undefined): void {
    this.#apply({ type: "rejected", range, source: notFrom });
  }

  /** Has a source fetch whole pieces only, of which nobody else has part. */
  putOnParole(source: number): void {
    this.#apply({ type: "parole", source });
  }

  /** Lets a source fetch parts of pieces again. */
  clear(source: number): void {
    this.#apply({ type: "cleared", source });
  }

  // What fetchers say ------------------------------------------------------------------------------

  /** Takes note of what a fetcher did. */
  hear(report: SourceReport): void {
    const source = this.#sources.at(report.source);
    if (!source) return;
    const { index, figures } = source;
    switch (report.type) {
      case "delivered":
      case "hashed": {
        const bytes = report.range.end - report.range.start;
        figures.deliver(bytes, now());
        this.#relieveStandIn(source);
        return this.#apply({ type: "received", source: index, bytes });
      }
      // It is well, though nothing of it was delivered.
      case "skipped":
      case "held":
        figures.hear(now());
        return;
      case "trimmed":
        return this.#apply(report);
      case "deferred":
      case "admitted":
        figures.deferred = report.type === "deferred";
        return this.#apply(report);
      case "lost":
        return this.#lose(source, report);
    }
  }

  #lose(source: Source, { reason, final, loss }: Extract<SourceReport, { type: "lost" }>): void {
    const { origin } = source;
    const others = this.#sources.all.filter((other) => other !== source && other.origin === origin);
    if (origin !== undefined && loss.kind === "busy" && others.some(({ inUse }) => inUse)) {
      this.#crowded.add(origin);
    }
    if (source === this.#standIn) this.#standIn = undefined;
    source.contentLost(reason, final, this.owes(source), loss);
    this.#apply({ type: "failed", source: source.index });
    if (origin !== undefined) others.forEach((other) => this.follow(other));
    this.#callStandIn();
  }

  // The plan ---------------------------------------------------------------------------------------

  #isAble(source: Source): boolean {
    if (source.state !== "up" || !this.#agreement.accepts(source)) return false;
    return source.servesParts ? this.#hasRoom(source) : this.#needsStandIn;
  }

  /** Whether the origin of a source bears one more that content is fetched from. */
  #hasRoom({ origin }: Source): boolean {
    if (origin === undefined) return true;
    const inUse = this.#sources.all.filter((other) => other.inUse && other.origin === origin);
    return inUse.length < (this.#crowded.has(origin) ? 1 : MAX_PER_ORIGIN);
  }

  // Sources without parts: one at a time, from the start of the file, while there is nothing better ----

  get #needsStandIn(): boolean {
    if (this.#standIn) return false;
    return !this.#sources.all.some((source) =>
      source.servesParts && source.state === "up" && source.isDependable &&
      this.#agreement.accepts(source)
    );
  }

  #callStandIn(): void {
    if (!this.isRunning) return;
    const standIn = this.#sources.all.find((source) =>
      !source.servesParts && !source.inUse && this.#isAble(source)
    );
    if (standIn) this.#join(standIn);
  }

  /** Parts come from another source: what the one without has left goes to those that send them. */
  #relieveStandIn(source: Source): void {
    const standIn = this.#standIn;
    if (!standIn || !source.servesParts) return;
    this.#standIn = undefined;
    standIn.release();
    this.drop(standIn, "another source sends parts");
  }

  #join(source: Source): void {
    if (!this.#isAble(source)) return;
    this.#connect(source);
    this.#apply({ type: "joined", source: source.index });
  }

  #connect(source: Source): void {
    source.use();
    if (!source.servesParts) this.#standIn = source;
    // One that answered before and delivered nothing has to deliver something first.
    else if (source.isDependable) this.#relieveStandIn(source);
    this.#pool.tell({ type: "connect", source: source.index, request: source.request });
  }

  #apply(event: PlanEvent): void {
    if (!this.#plan || this.#isOver) return;
    this.#carryOut(this.#plan.apply(event, now()));
    if (event.source !== undefined) this.#show(event.source);
  }

  #carryOut(commands: readonly PlanCommand[]): void {
    for (const command of commands) {
      if (command.type === "abandon") this.#onAbandon(command.source, command.range);
      else this.#pool.tell(command);
      this.#show(command.source);
    }
  }

  #show(index: number): void {
    const source = this.#sources.at(index);
    if (source) this.#sources.show(source);
  }
}
