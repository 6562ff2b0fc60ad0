import type { ByteRange } from "../../lib/byte_range.ts";
import { Plan } from "../../lib/plan/plan.ts";
import type { Block, PlanCommand, PlanEvent, PlanOptions } from "../../lib/plan/plan_event.ts";

export const MIB = 1 << 20;

type Trim = Extract<PlanCommand, { type: "trim" }>;

/** A plan, what it ordered so far, and a clock: one line of a test is one thing that happens. */
export class PlannedDownload {
  readonly plan: Plan;
  /** All blocks that each source was asked for. */
  readonly asked = new Map<number, Block[]>();
  readonly trims: Trim[] = [];
  /** What was delivered and is to be forgotten. */
  readonly abandoned: ByteRange[] = [];
  now = 0;

  constructor(options: Partial<PlanOptions> & { size?: number }) {
    const { size = 64 * MIB, ...rest } = options;
    const missing = size === 0 ? [] : [{ start: 0, end: size }];
    this.plan = new Plan({ pieceLength: MIB, missing, balance: "adaptive", ...rest });
  }

  start(...sources: number[]): this {
    return this.#obey(this.plan.start(sources, this.now));
  }

  tell(event: PlanEvent): this {
    return this.#obey(this.plan.apply(event, this.now));
  }

  joined(source: number): this {
    return this.tell({ type: "joined", source });
  }

  paused(source: number): this {
    return this.tell({ type: "paused", source });
  }

  resumed(source: number): this {
    return this.tell({ type: "resumed", source });
  }

  failed(source: number): this {
    return this.tell({ type: "failed", source });
  }

  received(source: number, bytes: number): this {
    return this.tell({ type: "received", source, bytes });
  }

  onParole(source: number): this {
    return this.tell({ type: "parole", source });
  }

  rejected(source: number | undefined, start: number, end: number): this {
    return this.tell({ type: "rejected", source, range: { start, end } });
  }

  /** Answers a trim: the block ends where that was wanted, or at `end`. */
  trimmed({ source, block, end }: Trim, at = end): this {
    return this.tell({ type: "trimmed", source, block, end: at });
  }

  /**
   * Lets time pass, in steps of a tenth of a second, in which sources deliver as fast as they can.
   *
   * @param rates Bytes per second, by source; 0 for one that was asked and is silent.
   */
  flow(seconds: number, rates: Record<number, number>): this {
    for (let left = Math.round(seconds * 10); left > 0; left -= 1) {
      this.now += 0.1;
      for (const [id, rate] of Object.entries(rates)) this.#deliver(Number(id), rate / 10);
    }
    return this;
  }

  /** Has a source deliver everything that it has to deliver now, in no time. */
  finish(source: number): this {
    this.#deliver(source, this.plan.remaining(source));
    return this;
  }

  /** Bytes that sources have left, in the order of `sources`. */
  remaining(...sources: number[]): number[] {
    return sources.map((source) => this.plan.remaining(source));
  }

  #deliver(source: number, bytes: number): void {
    const wanted = Math.round(bytes);
    let left = wanted;
    for (let next = this.plan.expects(source); next && left > 0; next = this.plan.expects(source)) {
      const part = Math.min(left, next.end - next.start);
      this.received(source, part);
      left -= part;
    }
    if (left === wanted) this.received(source, 0);
  }

  #obey(commands: readonly PlanCommand[]): this {
    for (const command of commands) {
      if (command.type === "trim") this.trims.push(command);
      else if (command.type === "abandon") this.abandoned.push(command.range);
      else {
        const blocks = this.asked.get(command.source) ?? [];
        this.asked.set(command.source, [...blocks, command.block]);
      }
    }
    return this;
  }
}
