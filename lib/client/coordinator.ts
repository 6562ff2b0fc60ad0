import { Failure } from "../failure.ts";
import type { Manifest } from "../content/manifest.ts";
import type { ByteRange } from "../byte_range.ts";
import type { PieceStore, WrongPiece } from "../content/piece_store.ts";
import type { Agreement } from "../sources/agreement.ts";
import type { ClientEvent } from "./client_event.ts";
import { PlanRunner } from "./plan_runner.ts";
import type { DownloadOptions } from "./download_options.ts";
import { PieceVerifier } from "../content/piece_verifier.ts";
import type { PieceDigest } from "../content/piece_digest.ts";
import type { FetchWorkerPool, PoolReport } from "../transfer/fetch_worker_pool.ts";
import { FLOWING_SECONDS } from "./limits.ts";
import { MAX_WRONG_PIECES } from "../content/limits.ts";
import { TICK_MS } from "../sources/limits.ts";
import type { Member } from "../sources/member.ts";
import { now } from "../clock.ts";
import { GiveUpPolicy } from "./give_up_policy.ts";
import type { Roster, RosterObserver } from "../sources/roster.ts";

/** What a transfer works with. */
export interface CoordinatorParts {
  readonly options: DownloadOptions;
  readonly roster: Roster;
  readonly agreement: Agreement;
  readonly pieces: PieceStore;
  readonly pool: Pick<FetchWorkerPool, "tell" | "read" | "onReport">;
  readonly onEvent: (event: ClientEvent) => void;
}

/**
 * The fetching of what is missing: passes what servers and engines say on to those who make something
 * of it, and ends when the file is there and right, or cannot be had.
 */
export class Coordinator implements RosterObserver {
  readonly #parts: CoordinatorParts;
  readonly #dispatch: PlanRunner;
  readonly #verifier: PieceVerifier;
  readonly #giveUpPolicy: GiveUpPolicy;
  readonly #end = Promise.withResolvers<void>();

  constructor(parts: CoordinatorParts) {
    this.#parts = parts;
    const { options: { verify, stallTimeout }, roster, pieces, pool } = parts;
    this.#dispatch = new PlanRunner({ ...parts, pieceLength: pieces.pieceLength });
    this.#giveUpPolicy = new GiveUpPolicy({ ...parts, stallTimeout });
    this.#verifier = new PieceVerifier({ pieces, reader: pool, verify }, {
      wrong: (piece) => this.#guard(() => this.#dispatch.isRunning && this.#fetchAgain(piece)),
      progressed: () => this.#finishIfDone(),
      failed: (error) => this.fail(error),
    });
    roster.observer = this;
    pool.onReport = (report) => this.#guard(() => this.#receive(report));
    // It may fail before `run` is called, which then throws what was the matter.
    this.#end.promise.catch(() => {});
  }

  /** Bytes of the file that are not on disk, or were wrong. */
  get missing(): number {
    return this.#dispatch.missing ?? this.#parts.agreement.size;
  }

  /**
   * Fetches what is missing.
   *
   * @param prepare Tells the store what is there already; the servers are watched meanwhile.
   * @throws {Failure} If it turns out to be impossible, or `signal` says stop.
   */
  async run(prepare: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const { roster, pool } = this.#parts;
    const interrupt = () => this.fail(new Failure("interrupted", "Interrupted"));
    const timer = setInterval(() => this.#guard(() => this.#tick()), TICK_MS);
    signal.addEventListener("abort", interrupt);
    try {
      if (signal.aborted) interrupt();
      prepare().then(() => this.#guard(() => this.#start()), (error) => this.fail(error));
      await this.#end.promise;
    } finally {
      clearInterval(timer);
      signal.removeEventListener("abort", interrupt);
      this.#dispatch.end();
      roster.observer = undefined;
      // What engines still bring in while they are closed is on disk, and counts; the rest is over.
      pool.onReport = (report) =>
        this.#guard(() => report.type === "delivered" && this.#receive(report));
    }
  }

  /** Ends the transfer: it cannot go on. */
  fail(error: unknown): void {
    this.#end.reject(error);
  }

  /** Compares what arrived, or was there already, with the manifest. */
  verify(manifest: Manifest): void {
    this.#guard(() => {
      this.#verifier.settle(manifest);
      this.#finishIfDone();
    });
  }

  #start(): void {
    this.#verifier.checkKept();
    this.#dispatch.start(this.#parts.pieces.missing, this.#parts.options.balance);
    this.#finishIfDone();
  }

  // What servers say -------------------------------------------------------------------------------

  answered(member: Member): void {
    this.#guard(() => {
      this.#parts.agreement.reconsider();
      for (const other of this.#parts.roster.members) {
        if (!other.mayReturn) this.#dispatch.drop(other);
      }
      this.#dispatch.join(member);
    });
  }

  paused(member: Member): void {
    this.#guard(() => {
      if (member.joined) {
        this.#dispatch.apply({ type: member.paused ? "paused" : "resumed", source: member.index });
      } else this.#dispatch.join(member);
    });
  }

  terminated(member: Member): void {
    this.#guard(() => this.#dispatch.drop(member));
  }

  silent(member: Member, reason: string): void {
    // What its content broke off for was told already, and comes before what follows from it.
    if (!member.joined) return;
    // Bytes say more than its events stream does: while they come, it is there.
    const isFlowing = this.#dispatch.owes(member) && now() - member.quietSince < FLOWING_SECONDS;
    if (isFlowing && !member.paused && member.mayReturn) return;
    member.reason = reason;
    this.#guard(() => this.#dispatch.drop(member));
  }

  // What engines say ---------------------------------------------------------------------------------

  #receive(report: PoolReport): void {
    if (report.type === "disk") {
      throw new Failure("local", `Cannot write the part file: ${report.reason}`);
    }
    const member = this.#parts.roster.members[report.source - 1];
    if (!member) return;
    switch (report.type) {
      case "delivered":
        return this.#deliver(member, report.range, report.pieces);
      case "trimmed":
        return this.#dispatch.apply(report);
      case "deferred":
      case "admitted":
        member.deferred = report.type === "deferred";
        return this.#dispatch.apply(report);
      case "lost":
        return this.#lose(member, report.reason, report.final);
    }
  }

  #deliver(member: Member, range: ByteRange, digests: readonly PieceDigest[]): void {
    const bytes = range.end - range.start;
    member.received += bytes;
    member.fruitlessAttempts = 0;
    member.quietSince = now();
    this.#dispatch.apply({ type: "received", source: member.index, bytes });
    const whole = this.#verifier.deliver(member.index, range, digests);
    if (whole > 0) member.source.thrive();
    this.#finishIfDone();
  }

  #lose(member: Member, reason: string, final: boolean): void {
    member.joined = member.deferred = false;
    if (this.#dispatch.owes(member)) member.fruitlessAttempts += 1;
    if (final) this.#parts.roster.refuse(member, reason);
    if (member.standing === "up") {
      member.standing = member.source.inTouch ? "doubted" : "lost";
      member.reason = reason;
      member.source.doubt();
    }
    this.#dispatch.apply({ type: "failed", source: member.index });
  }

  // Wrong pieces -----------------------------------------------------------------------------------

  #fetchAgain({ piece, culprit, senders, suspect }: WrongPiece): void {
    const { pieces, roster, onEvent } = this.#parts;
    const labels = senders.flatMap((index) => roster.members[index - 1]?.label ?? []);
    const isFromServers = culprit !== undefined || senders.length > 1;
    const whose = isFromServers ? `from ${labels.join(" and ")}` : "on disk";
    onEvent({ type: "notice", message: `Piece ${piece} ${whose} is wrong: fetching it again` });
    this.#dispatch.apply({ type: "rejected", range: pieces.rangeOf(piece), source: suspect });
    if (culprit !== undefined) this.#blame(roster.members[culprit - 1] as Member);
  }

  #blame(culprit: Member): void {
    culprit.wrongPieces += 1;
    if (culprit.wrongPieces < MAX_WRONG_PIECES) return;
    this.#parts.roster.refuse(culprit, `it sent ${culprit.wrongPieces} wrong pieces`, "wrong");
    this.#dispatch.drop(culprit);
  }

  // Time and the end -------------------------------------------------------------------------------

  #tick(): void {
    const { roster } = this.#parts;
    const at = now();
    for (const member of roster.members) {
      member.speed.sample(member.received, at);
      if (member.joined) this.#watch(member, at);
      roster.show(member);
    }
    const content = (this.#dispatch.missing ?? 0) > 0;
    this.#giveUpPolicy.look({ content, digests: this.#verifier.needsManifest }, at);
  }

  /** Drops a member that owes bytes and does not send any. */
  #watch(member: Member, at: number): void {
    const { stallTimeout } = this.#parts.options;
    if (at - member.quietSince >= TICK_MS / 1_000) {
      this.#dispatch.apply({ type: "received", source: member.index, bytes: 0 });
    }
    const isAsked = this.#dispatch.owes(member) && !member.deferred;
    if (member.paused || !isAsked) member.quietSince = at;
    if (at - member.quietSince <= stallTimeout) return;
    member.reason = `it sent nothing for ${stallTimeout} s`;
    this.#dispatch.drop(member);
  }

  #finishIfDone(): void {
    if (this.#dispatch.isRunning && this.#verifier.isComplete) this.#end.resolve();
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
