import type { Source } from "../sources/source.ts";
import { TICK_MS } from "../sources/limits.ts";
import type { PlanRunner } from "./plan_runner.ts";

/** Watches for sources that owe bytes and do not send any: they are dropped. */
export class StallWatch {
  readonly #runner: PlanRunner;
  readonly #stallTimeout: number;

  /** @param stallTimeout Seconds without a byte after which a source that owes some is dropped. */
  constructor(runner: PlanRunner, stallTimeout: number) {
    this.#runner = runner;
    this.#stallTimeout = stallTimeout;
  }

  /**
   * Takes a look at a source; called every {@linkcode TICK_MS}.
   *
   * @param at Seconds.
   */
  look(source: Source, at: number): void {
    if (!source.inUse) return;
    const { figures } = source;
    if (at - figures.quietSince >= TICK_MS / 1_000) this.#runner.noteSilence(source);
    const isAsked = this.#runner.owes(source) && !figures.deferred;
    // Neither a pause nor this program's own business is a fault of the source.
    if (source.state === "paused" || !isAsked) figures.quietSince = at;
    if (at - figures.quietSince <= this.#stallTimeout) return;
    this.#runner.drop(source, `it sent nothing for ${this.#stallTimeout} s`);
  }
}
