import type { ByteRange } from "../byte_range.ts";
import { Plan } from "../plan/plan.ts";
import type { PlanCommand, PlanEvent } from "../plan/plan_event.ts";
import type { Agreement } from "../sources/agreement.ts";
import type { FetchWorkerPool } from "../transfer/fetch_worker_pool.ts";
import type { Member } from "../sources/member.ts";
import { now } from "../clock.ts";
import type { Roster } from "../sources/roster.ts";

/** What a dispatch works with. */
export interface PlanRunnerParts {
  readonly roster: Roster;
  readonly agreement: Agreement;
  /** Bytes in every piece but the last. */
  readonly pieceLength: number;
  readonly pool: Pick<FetchWorkerPool, "tell">;
}

/**
 * The plan and those who carry it out: tells the plan what happens to members, and the engines what the
 * plan wants of them. Has nothing to do before it is started, and no say after it has ended.
 */
export class PlanRunner {
  readonly #parts: PlanRunnerParts;
  #plan: Plan | undefined;
  #isOver = false;

  constructor(parts: PlanRunnerParts) {
    this.#parts = parts;
  }

  /** Whether it has started and has not ended. */
  get isRunning(): boolean {
    return this.#plan !== undefined && !this.#isOver;
  }

  /** Bytes that have not been delivered; undefined until that is known. */
  get missing(): number | undefined {
    return this.#plan?.missing;
  }

  /** Whether bytes were asked of a member that have not come. */
  owes({ index }: Member): boolean {
    return this.#plan?.expects(index) !== undefined;
  }

  /**
   * Divides what is missing among the members that can be asked.
   *
   * @param missing In order, not overlapping.
   */
  start(missing: readonly ByteRange[], balance: "equal" | "adaptive"): void {
    if (this.#isOver) return;
    const { roster, pieceLength } = this.#parts;
    const plan = this.#plan = new Plan({ missing, pieceLength, balance });
    const able = roster.members.filter((member) => this.#isAble(member));
    for (const member of able) this.#connect(member);
    this.#carryOut(plan.start(able.map(({ index }) => index), now()));
    roster.begin(({ index, joined }) => !joined || plan.isIdle(index));
  }

  /** Lets a member take part, if it can and does not yet. */
  join(member: Member): void {
    if (!this.#plan || member.joined || !this.#isAble(member)) return;
    this.#connect(member);
    this.apply({ type: "joined", source: member.index });
  }

  /** Has the engine let go of a member; once it says that it has, the plan is to be told. */
  drop({ joined, index, reason }: Member): void {
    if (joined) this.#parts.pool.tell({ type: "drop", source: index, reason });
  }

  /** Tells the plan what happened, and the engines what it makes of it. */
  apply(event: PlanEvent): void {
    if (!this.#plan || this.#isOver) return;
    this.#carryOut(this.#plan.apply(event, now()));
    if (event.source !== undefined) this.#show(event.source);
  }

  /** Nothing that happens from now on concerns the plan. */
  end(): void {
    this.#isOver = true;
  }

  #isAble(member: Member): boolean {
    return !member.paused && this.#parts.agreement.accepts(member);
  }

  #connect(member: Member): void {
    const { source } = member;
    member.joined = true;
    member.quietSince = now();
    this.#parts.pool.tell({ type: "connect", source: member.index, request: source.request });
  }

  #carryOut(commands: readonly PlanCommand[]): void {
    for (const command of commands) {
      this.#parts.pool.tell(command);
      this.#show(command.source);
    }
  }

  #show(index: number): void {
    const member = this.#parts.roster.members[index - 1];
    if (member) this.#parts.roster.show(member);
  }
}
