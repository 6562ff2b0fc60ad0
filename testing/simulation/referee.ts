import type { ByteRange } from "../../lib/byte_range.ts";
import { BLOCKS_AHEAD, GRAIN_LENGTH } from "../../lib/plan/limits.ts";
import type { Plan } from "../../lib/plan/plan.ts";
import type { Block } from "../../lib/plan/plan_event.ts";
import { RangeSet } from "./range_set.ts";
import type { Scenario } from "./scenario.ts";

/** Seconds that the end may be nearer with other work for an idle source, before it is held idle. */
const MOVABLE_SECONDS = 1;

/** Seconds that a source may be idle for while it could help: rates must be measured first. */
const PATIENCE_SECONDS = 5;

/**
 * Watches a simulated download and throws as soon as the plan breaks a rule: no byte is asked of two
 * sources or twice, orders can be carried out, paused sources keep what they have, and nobody who
 * could bring the end nearer is idle for long.
 */
export class Referee {
  readonly #scenario: Scenario;
  /** What some source was asked for or has delivered. */
  readonly #claimed = new RangeSet();
  /** What each paused source must have left. */
  readonly #kept = new Map<number, number>();
  readonly #idleSince = new Map<number, number>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    let end = 0;
    for (const range of scenario.missing) {
      if (range.start > end) this.#claimed.add({ start: end, end: range.start });
      end = range.end;
    }
    if (end < scenario.size) this.#claimed.add({ start: end, end: scenario.size });
  }

  /** The plan asked `source`, which is up and was asked for `ahead` blocks before, for a block. */
  fetched(source: number, isUp: boolean, ahead: number, block: Block): void {
    const order = `the order to fetch ${block.start} to ${block.end} from ${source}`;
    if (!isUp) throw new Error(`${order}, which is not up`);
    if (ahead >= BLOCKS_AHEAD) throw new Error(`${order}, which has ${ahead} blocks ahead`);
    if (!(block.start < block.end)) throw new Error(`${order} is empty`);
    if (!Number.isInteger(block.start) || !Number.isInteger(block.end)) {
      throw new Error(`${order} splits bytes`);
    }
    if (block.start < 0 || block.end > this.#scenario.size) {
      throw new Error(`${order} leaves the file`);
    }
    this.#claimed.add(block);
  }

  /** These bytes will not come from whom they were asked of, or were wrong. */
  released(range: ByteRange): void {
    this.#claimed.delete(range);
  }

  /** The source delivered so many bytes, which it may do while it is paused too. */
  delivered(source: number, bytes: number): void {
    const kept = this.#kept.get(source);
    if (kept !== undefined) this.#kept.set(source, kept - bytes);
  }

  paused(source: number, plan: Plan): void {
    this.#kept.set(source, plan.remaining(source));
  }

  /** The source was resumed, or lost. */
  unpaused(source: number): void {
    this.#kept.delete(source);
  }

  /** Looks at the plan after an event. */
  inspect(plan: Plan): void {
    for (const [source, kept] of this.#kept) {
      const remaining = plan.remaining(source);
      if (remaining !== kept) {
        throw new Error(`Source ${source} was paused with ${kept} bytes left and has ${remaining}`);
      }
    }
  }

  /** Looks for sources that are idle although they could help; `rates` are those of sources up. */
  watchIdle(plan: Plan, rates: ReadonlyMap<number, number>, now: number): void {
    const { balance, sources } = this.#scenario;
    // Pieces that one source delivered wrong wait for another one, however slow.
    if (balance === "equal" || sources.some(({ wrong }) => wrong > 0)) return;
    for (const [thief, thiefRate] of rates) {
      const gain = plan.isIdle(thief) && thiefRate > 0 ? greatestGain(plan, rates, thiefRate) : 0;
      if (gain <= MOVABLE_SECONDS) this.#idleSince.delete(thief);
      else if (!this.#idleSince.has(thief)) this.#idleSince.set(thief, now);
      const since = this.#idleSince.get(thief) ?? now;
      if (now - since > PATIENCE_SECONDS) {
        throw new Error(
          `Source ${thief} is idle since ${since} and could save ${gain} s at ${now}`,
        );
      }
    }
    for (const idle of this.#idleSince.keys()) {
      if (!rates.has(idle)) this.#idleSince.delete(idle);
    }
  }

  /** Looks at the end whether everything is there. */
  ended(): void {
    if (this.#scenario.size === 0) return;
    if (!this.#claimed.equals([{ start: 0, end: this.#scenario.size }])) {
      throw new Error("The download ended and bytes are missing");
    }
  }
}

/** How much sooner any source would be done if one at `thiefRate` took part of its work, in seconds. */
function greatestGain(plan: Plan, rates: ReadonlyMap<number, number>, thiefRate: number): number {
  let greatest = 0;
  for (const [victim, rate] of rates) {
    const remaining = plan.remaining(victim);
    if (remaining === 0) continue;
    const even = remaining * thiefRate / (rate + thiefRate);
    const share = rate === 0 ? remaining : Math.min(remaining, Math.max(even, GRAIN_LENGTH));
    const together = Math.max(seconds(remaining - share, rate), share / thiefRate);
    greatest = Math.max(greatest, seconds(remaining, rate) - together);
  }
  return greatest;
}

function seconds(bytes: number, rate: number): number {
  return bytes === 0 ? 0 : bytes / rate;
}
