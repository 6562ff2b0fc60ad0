import { TICK_MS } from "../sources/limits.ts";
import type { Source } from "../sources/source.ts";
import type { DownloadSettings } from "./download_settings.ts";
import type { PlanRunner } from "./plan_runner.ts";

/** Watches for sources that owe bytes and do not send any: what they owe is given to others. */
export class StallWatch {
  readonly #runner: PlanRunner;
  readonly #options: Pick<DownloadSettings, "stallTimeout" | "pauseTimeout">;
  readonly #notice: (message: string) => void;

  /** @param notice Tells people what was done about a pause. */
  constructor(
    runner: PlanRunner,
    options: Pick<DownloadSettings, "stallTimeout" | "pauseTimeout">,
    notice: (message: string) => void,
  ) {
    this.#runner = runner;
    this.#options = options;
    this.#notice = notice;
  }

  /**
   * Takes a look at a source; called every {@linkcode TICK_MS}.
   *
   * @param at Seconds.
   */
  look(source: Source, at: number): void {
    if (!source.inUse) return;
    const { figures, state } = source;
    const { stallTimeout } = this.#options;
    if (at - figures.quietSince >= TICK_MS / 1_000) this.#runner.noteSilence(source);
    const isAsked = this.#runner.owes(source) && !figures.deferred;
    // Neither a pause nor this program's own business is a fault of the source.
    if (state === "paused" || !isAsked) figures.quietSince = at;
    if (at - figures.quietSince > stallTimeout) {
      this.#runner.drop(source, `it sent nothing for ${stallTimeout} s`);
    }
    if (isPausedTooLong(source, at, this.#options)) this.#handOn(source);
  }

  #handOn(source: Source): void {
    this.#notice(
      `${source.label} has been paused for ${this.#options.pauseTimeout} s: its part goes to others`,
    );
    source.release();
    this.#runner.drop(source, "it is paused");
  }
}

/** Whether a source has been paused for longer than anybody wants to wait for it. */
export function isPausedTooLong(
  { figures: { pausedSince } }: Source,
  at: number,
  { pauseTimeout }: Pick<DownloadSettings, "pauseTimeout">,
): boolean {
  return pausedSince !== undefined && at - pausedSince >= pauseTimeout;
}
