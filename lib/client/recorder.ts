import type { Journal } from "./journal.ts";
import { JOURNAL_MS } from "./limits.ts";
import type { PartFile } from "./part_file.ts";
import type { PieceSet } from "./piece_set.ts";
import { rest } from "./rest.ts";

/** Keeps the journal up to date: at most {@linkcode JOURNAL_MS} behind, and never ahead of the data. */
export class Recorder {
  readonly #part: PartFile;
  readonly #pieces: PieceSet;
  readonly #identity: () => Omit<Journal, "pieces">;
  #recorded = 0;

  /**
   * @param pieces What is on disk; grows while the recorder runs.
   * @param identity Which content it is of, as far as is known.
   */
  constructor(part: PartFile, pieces: PieceSet, identity: () => Omit<Journal, "pieces">) {
    this.#part = part;
    this.#pieces = pieces;
    this.#identity = identity;
  }

  /**
   * Records at intervals until `signal` says stop.
   *
   * @throws {Failure} Of kind `local` if that is not possible.
   */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await rest(JOURNAL_MS, signal);
      if (!signal.aborted) await this.record();
    }
  }

  /** Records now what is new. */
  async record(): Promise<void> {
    if (this.#pieces.size === this.#recorded) return;
    const { size } = this.#pieces;
    // The bits are taken before the sync: what comes during it may not be on disk when it ends.
    await this.#part.record({ ...this.#identity(), pieces: this.#pieces.bits });
    this.#recorded = size;
  }
}
