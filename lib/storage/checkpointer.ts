import type { Checkpoint } from "./checkpoint.ts";
import { CHECKPOINT_MS } from "./limits.ts";
import type { PartFile } from "./part_file.ts";
import type { PieceStore } from "../content/piece_store.ts";
import { delay } from "../delay.ts";

/** Keeps the checkpoint up to date: at most {@linkcode CHECKPOINT_MS} behind, and never ahead of the data. */
export class Checkpointer {
  readonly #part: Pick<PartFile, "record">;
  readonly #pieces: Pick<PieceStore, "revision" | "in">;
  readonly #identity: () => Omit<Checkpoint, "pieces">;
  readonly #intervalMs: number;
  /** Which revision of the pieces the checkpoint holds. */
  #recorded: number;

  /**
   * @param pieces What is on disk; grows while the checkpointer runs.
   * @param identity Which content it is of, as far as is known.
   * @param intervalMs Milliseconds between two entries.
   */
  constructor(
    part: Pick<PartFile, "record">,
    pieces: Pick<PieceStore, "revision" | "in">,
    identity: () => Omit<Checkpoint, "pieces">,
    intervalMs = CHECKPOINT_MS,
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
      await delay(this.#intervalMs, signal);
      if (!signal.aborted) await this.record();
    }
  }

  /** Records now what is new; not while it is being recorded already. */
  async record(): Promise<void> {
    const { revision } = this.#pieces;
    if (revision === this.#recorded) return;
    const { bits } = this.#pieces.in("vouched", "right");
    // The bits were taken before the sync: what comes during it may not be on disk when it ends.
    await this.#part.record({ ...this.#identity(), pieces: bits });
    this.#recorded = revision;
  }
}
