import { Failure } from "../failure.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { ByteRange } from "../plan/byte_range.ts";
import type { PieceLedger } from "../plan/piece_ledger.ts";
import { Plan } from "../plan/plan.ts";
import type { PlanCommand, PlanEvent } from "../plan/plan_event.ts";
import type { Agreement } from "./agreement.ts";
import type { ClientEvent } from "./client_event.ts";
import type { DownloadOptions } from "./download_options.ts";
import type { PieceDigest } from "./lane_message.ts";
import type { LanePool, PoolReport } from "./lane_pool.ts";
import {
  MAX_PIECE_REJECTIONS,
  MAX_WRONG_PIECES,
  MIN_MANIFEST_WAIT_S,
  SLOWEST_HASHING,
  TICK_MS,
} from "./limits.ts";
import type { Member } from "./member.ts";
import type { Roster, RosterObserver } from "./roster.ts";
import type { Verification } from "./verification.ts";

/** What a transfer works with; all of it is made for one download. */
export interface TransferParts {
  readonly options: DownloadOptions;
  readonly roster: Roster;
  readonly agreement: Agreement;
  readonly ledger: PieceLedger;
  /** Bytes in every piece but the last. */
  readonly pieceLength: number;
  readonly verification: Verification;
  readonly pool: LanePool;
  readonly onEvent: (event: ClientEvent) => void;
}

/** What there is to do. */
export interface Work {
  /** What is to be fetched: in order, not overlapping. The ledger knows the rest. */
  readonly missing: readonly ByteRange[];
  /** Pieces counted as right that are yet to be read back and compared. */
  readonly unchecked: Iterable<number>;
}

/**
 * The shell around the plan: turns what sources and lanes say into plan events, and what the plan
 * wants into orders to the lanes. Owns no bytes and no files.
 */
export class Transfer implements RosterObserver {
  readonly #parts: TransferParts;
  readonly #end = Promise.withResolvers<void>();
  /** Undefined until it is known what is missing. */
  #plan: Plan | undefined;
  /** Pieces kept from an earlier run that are yet to be compared with the manifest. */
  readonly #unchecked = new Set<number>();
  readonly #rejections = new Map<number, number>();
  #allLostSince: number | undefined;
  #unverifiedSince: number | undefined;

  constructor(parts: TransferParts) {
    this.#parts = parts;
    parts.roster.observer = this;
    parts.pool.onReport = (report) => this.#guard(() => this.#receive(report));
    // It may fail before `run` is called, which then throws what was the matter.
    this.#end.promise.catch(() => {});
  }

  /** Bytes taken over the network in this run. */
  get received(): number {
    return this.#parts.roster.members.reduce((sum, { received }) => sum + received, 0);
  }

  /**
   * Fetches what is missing.
   *
   * @param prepare Finds out what that is; the servers are watched meanwhile.
   * @throws {Failure} If it turns out to be impossible, or `signal` says stop.
   */
  async run(prepare: () => Promise<Work>, signal: AbortSignal): Promise<void> {
    const { roster, pool } = this.#parts;
    const interrupt = () => this.fail(new Failure("interrupted", "Interrupted"));
    const timer = setInterval(() => this.#guard(() => this.#tick()), TICK_MS);
    signal.addEventListener("abort", interrupt);
    try {
      if (signal.aborted) interrupt();
      prepare().then((work) => this.#guard(() => this.#start(work)), (error) => this.fail(error));
      await this.#end.promise;
    } finally {
      clearInterval(timer);
      signal.removeEventListener("abort", interrupt);
      roster.observer = undefined;
      // What lanes still bring in while they are closed is on disk, and counts; the rest is over.
      pool.onReport = (report) => report.type === "delivered" && this.#receive(report);
    }
  }

  /** Ends the transfer: it cannot go on. */
  fail(error: unknown): void {
    this.#end.reject(error);
  }

  /** Compares what arrived, or was there already, with the manifest. */
  verify(manifest: Manifest): void {
    this.#guard(() => {
      for (const piece of this.#parts.verification.settle(manifest)) this.#reject(piece);
      void this.#recheck();
      this.#finishIfDone();
    });
  }

  answered(member: Member): void {
    this.#guard(() => {
      this.#parts.agreement.reconsider();
      this.#dropRefused();
      this.#join(member);
    });
  }

  paused(member: Member): void {
    this.#guard(() => {
      member.quietSince = now();
      if (member.joined) {
        this.#apply({ type: member.paused ? "paused" : "resumed", source: member.index });
      } else this.#join(member);
    });
  }

  terminated(member: Member): void {
    this.#drop(member);
  }

  silent(member: Member, reason: string): void {
    // What its content broke off for was told already, and comes before what follows from it.
    if (!member.joined) return;
    // Bytes say more than its events stream does: while they come, it is there.
    const isFlowing = this.#plan?.expects(member.index) && now() - member.quietSince < 1;
    if (isFlowing && !member.paused && member.mayReturn) return;
    member.reason = reason;
    this.#drop(member);
  }

  #start({ missing, unchecked }: Work): void {
    const { roster, agreement, options, pieceLength, verification } = this.#parts;
    for (const piece of unchecked) this.#unchecked.add(piece);
    if (verification.manifest) void this.#recheck();
    const plan = this.#plan = new Plan({ missing, pieceLength, balance: options.balance });
    const able = roster.members.filter((member) => agreement.accepts(member) && !member.paused);
    for (const member of able) this.#connect(member);
    this.#carryOut(plan.start(able.map(({ index }) => index), now()));
    roster.begin(({ index, joined }) => !joined || plan.isIdle(index));
    this.#finishIfDone();
  }

  #join(member: Member): void {
    if (!this.#plan || member.joined || member.paused || !this.#parts.agreement.accepts(member)) {
      return;
    }
    this.#connect(member);
    this.#apply({ type: "joined", source: member.index });
  }

  #connect(member: Member): void {
    const { source } = member;
    member.joined = true;
    member.quietSince = now();
    this.#parts.pool.tell({
      type: "connect",
      source: member.index,
      ...source.address,
      target: `/${encodeURIComponent(source.info?.name ?? "")}`,
      etag: source.info?.etag ?? null,
    });
  }

  #drop(member: Member): void {
    if (!member.joined) return;
    const { index: source, reason } = member;
    this.#parts.pool.tell({ type: "drop", source, reason });
  }

  #dropRefused(): void {
    for (const member of this.#parts.roster.members) {
      if (member.standing === "refused") this.#drop(member);
    }
  }

  // What lanes say ---------------------------------------------------------------------------------

  #receive(report: PoolReport): void {
    if (report.type === "disk") {
      throw new Failure("local", `Cannot write the part file: ${report.reason}`);
    }
    const member = this.#parts.roster.members[report.source - 1];
    if (!member) return;
    switch (report.type) {
      case "delivered":
        return this.#deliver(member, report.range.start, report.range.end, report.pieces);
      case "trimmed":
        return this.#apply(report);
      case "lost":
        return this.#lose(member, report.reason, report.final);
    }
  }

  #deliver(member: Member, start: number, end: number, digests: readonly PieceDigest[]): void {
    const { ledger, verification, options } = this.#parts;
    member.received += end - start;
    member.fruitlessAttempts = 0;
    member.quietSince = now();
    const whole = ledger.deliver(member.index, { start, end });
    this.#apply({ type: "received", source: member.index, bytes: end - start });
    const hashed = new Map(digests.map(({ piece, sha256 }) => [piece, sha256]));
    for (const piece of whole) {
      const sha256 = hashed.get(piece);
      if (!options.verify) verification.right.add(piece);
      else if (sha256 === undefined) void this.#readBack(piece);
      else this.#check(piece, sha256);
    }
    if (whole.length > 0) member.source.thrive();
    this.#finishIfDone();
  }

  #lose(member: Member, reason: string, final: boolean): void {
    const { roster } = this.#parts;
    member.joined = false;
    if (this.#plan?.expects(member.index)) member.fruitlessAttempts += 1;
    if (final) roster.refuse(member, reason);
    if (member.standing === "up") {
      member.standing = member.source.inTouch ? "doubted" : "lost";
      member.reason = reason;
      member.source.doubt();
    }
    this.#apply({ type: "failed", source: member.index });
  }

  // Pieces -----------------------------------------------------------------------------------------

  /** Reads kept pieces back, one after the other, so that what arrives is not held up. */
  async #recheck(): Promise<void> {
    for (const piece of this.#unchecked) await this.#readBack(piece);
  }

  /** Hashes a piece that did not pass whole: several sources delivered it, or an earlier run did. */
  async #readBack(piece: number): Promise<void> {
    const { pool, ledger } = this.#parts;
    try {
      const { sha256 } = await pool.read(piece, ledger.rangeOf(piece), false);
      this.#guard(() => {
        this.#unchecked.delete(piece);
        this.#check(piece, sha256 ?? "");
        this.#finishIfDone();
      });
    } catch {
      // The lane has reported the disk.
    }
  }

  #check(piece: number, sha256: string): void {
    if (this.#parts.verification.check(piece, sha256) === "wrong") this.#reject(piece);
  }

  #reject(piece: number): void {
    const { ledger, roster, onEvent } = this.#parts;
    const range = ledger.rangeOf(piece);
    const origin = ledger.originOf(piece);
    const times = (this.#rejections.get(piece) ?? 0) + 1;
    this.#rejections.set(piece, times);
    if (times > MAX_PIECE_REJECTIONS) {
      throw new Failure(
        "content",
        `Cannot download: piece ${piece} is wrong wherever it comes from`,
      );
    }
    ledger.discard(piece);
    const culprit = typeof origin === "number" ? roster.members[origin - 1] : undefined;
    const whose = culprit ? `from ${culprit.label}` : "on disk";
    onEvent({ type: "notice", message: `Piece ${piece} ${whose} is wrong: fetching it again` });
    this.#apply({ type: "rejected", range, ...(culprit ? { source: culprit.index } : {}) });
    if (culprit) this.#blame(culprit);
  }

  #blame(culprit: Member): void {
    culprit.wrongPieces += 1;
    if (culprit.wrongPieces < MAX_WRONG_PIECES || culprit.standing === "refused") return;
    this.#parts.roster.refuse(culprit, `it sent ${culprit.wrongPieces} wrong pieces`);
    this.#drop(culprit);
  }

  // Time and the end -------------------------------------------------------------------------------

  #tick(): void {
    const { roster, options } = this.#parts;
    const at = now();
    for (const member of roster.members) {
      member.speed.sample(member.received, at);
      if (!member.joined) continue;
      if (at - member.quietSince >= TICK_MS / 1_000) {
        this.#apply({ type: "received", source: member.index, bytes: 0 });
      }
      if (member.paused || !this.#plan?.expects(member.index)) member.quietSince = at;
      else if (at - member.quietSince > options.stallTimeout) {
        member.reason = `it sent nothing for ${options.stallTimeout} s`;
        this.#drop(member);
      }
    }
    this.#watchForTheLast(at);
    this.#watchForTheManifest(at);
  }

  /** Ends the download when every server is lost and none of them can be hoped for any more. */
  #watchForTheLast(at: number): void {
    const { roster, options } = this.#parts;
    if (roster.members.some(({ promises }) => promises)) {
      this.#allLostSince = undefined;
      return;
    }
    this.#allLostSince ??= at;
    const hopeful = roster.members.some(({ mayReturn }) => mayReturn);
    if (hopeful && at - this.#allLostSince < options.stallTimeout) return;
    const reasons = roster.members.map(({ source, reason }) => `${source.name} (${reason})`);
    const wrong = roster.members.every(({ wrongPieces }) => wrongPieces >= MAX_WRONG_PIECES);
    throw new Failure(
      wrong ? "content" : "unreachable",
      `Cannot go on: all servers are lost: ${reasons.join(", ")}`,
    );
  }

  /** Everything may be there without anything to compare it with; that must not last for ever. */
  #watchForTheManifest(at: number): void {
    const { options, verification, agreement } = this.#parts;
    if (!options.verify || verification.manifest || (this.#plan?.missing ?? 0) > 0) return;
    this.#unverifiedSince ??= at;
    const patience = MIN_MANIFEST_WAIT_S + agreement.size / SLOWEST_HASHING;
    if (at - this.#unverifiedSince < patience) return;
    throw new Failure(
      "content",
      "Cannot verify: no server published the digests of the file; use --no-verify to do without",
    );
  }

  #finishIfDone(): void {
    const { verification, ledger, options } = this.#parts;
    if (!this.#plan || this.#unchecked.size > 0) return;
    // An empty file has no piece to wait for, and a digest all the same.
    if (options.verify && !verification.manifest) return;
    if (verification.right.size === ledger.count) this.#end.resolve();
  }

  #apply(event: PlanEvent): void {
    if (this.#plan) this.#carryOut(this.#plan.apply(event, now()));
    for (const member of this.#parts.roster.members) this.#parts.roster.show(member);
  }

  #carryOut(commands: readonly PlanCommand[]): void {
    for (const command of commands) {
      const member = this.#parts.roster.members[command.source - 1];
      if (command.type === "fetch" && member && !this.#plan?.expects(command.source)) {
        member.quietSince = now();
      }
      this.#parts.pool.tell(command);
    }
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

function now(): number {
  return performance.now() / 1_000;
}
