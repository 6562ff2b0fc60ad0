import type { Journal } from "./checkpoint.ts";
import { JOURNAL_MS } from "../client/limits.ts";
import type { PartFile } from "./part_file.ts";
import type { PieceSet } from "../content/piece_set.ts";
import { rest } from "../delay.ts";

/** Keeps the journal up to date: at most {@linkcode JOURNAL_MS} behind, and never ahead of the data. */
export class Recorder {
  readonly #part: Pick<PartFile, "record">;
  readonly #pieces: PieceSet;
  readonly #identity: () => Omit<Journal, "pieces">;
  readonly #intervalMs: number;
  /** Which revision of the pieces the journal holds. */
  #recorded: number;

  /**
   * @param pieces What is on disk; grows while the recorder runs.
   * @param identity Which content it is of, as far as is known.
   * @param intervalMs Milliseconds between two entries.
   */
  constructor(
    part: Pick<PartFile, "record">,
    pieces: PieceSet,
    identity: () => Omit<Journal, "pieces">,
    intervalMs = JOURNAL_MS,
  ) {
    this.#part = part;
    this.#pieces = pieces;
    this.#identity = identity;
    this.#intervalMs = intervalMs;
    this.#recorded = pieces.revision;
  }

  /**
   * Records at intervals until `signal` says stop; nothing is being recorded when it resolves.
   *
   * @throws {Failure} Of kind `local` if that is not possible.
   */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await rest(this.#intervalMs, signal);
      if (!signal.aborted) await this.record();
    }
  }

  /** Records now what is new; not while it is being recorded already. */
  async record(): Promise<void> {
    const { revision, bits } = this.#pieces;
    if (revision === this.#recorded) return;
    // The bits were taken before the sync: what comes during it may not be on disk when it ends.
    await this.#part.record({ ...this.#identity(), pieces: bits });
    this.#recorded = revision;
  }
}
