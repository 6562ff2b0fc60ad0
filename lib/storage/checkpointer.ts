import type { Checkpoint } from "./checkpoint.ts";
import { CHECKPOINT_MS } from "./limits.ts";
import type { PartFile } from "./part_file.ts";
import type { PieceStore } from "../content/piece_store.ts";
import { delay } from "../delay.ts";

/** Keeps the checkpoint up to date: at most {@linkcode CHECKPOINT_MS} behind, and never ahead of the data. */
export class Checkpointer {
  readonly #part: Pick<PartFile, "begin" | "checkNamed" | "record">;
  readonly #pieces: Pick<PieceStore, "revision" | "in">;
  readonly #identity: () => Omit<Checkpoint, "pieces" | "unverified">;
  readonly #intervalMs: number;
  /** Which revision of the pieces the checkpoint holds. */
  #recorded: number;

  /**
   * @param pieces What is on disk; grows while the checkpointer runs.
   * @param identity Which content it is of, as far as is known.
   * @param intervalMs Milliseconds between two entries.
   */
  constructor(
    part: Pick<PartFile, "begin" | "checkNamed" | "record">,
    pieces: Pick<PieceStore, "revision" | "in">,
    identity: () => Omit<Checkpoint, "pieces" | "unverified">,
    intervalMs = CHECKPOINT_MS,
  ) {
    this.#part = part;
    this.#pieces = pieces;
    this.#identity = identity;
    this.#intervalMs = intervalMs;
    this.#recorded = pieces.revision;
  }

  /**
   * Makes the first checkpoint, before anything is written.
   *
   * @param isReserved Whether the part file gets its full length at once.
   * @throws {MultiportError} With the code `local` if that is not possible.
   */
  begin(isReserved: boolean): void {
    this.#part.begin(this.#next(), isReserved);
  }

  /**
   * Records at intervals until `signal` says stop; nothing is being recorded when it resolves.
   *
   * @throws {MultiportError} With the code `local` if that is not possible, or the part file has lost its name: all
   * that comes from now on would be lost with it.
   */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(this.#intervalMs, signal);
      if (signal.aborted) return;
      this.#part.checkNamed();
      await this.record();
    }
  }

  /** Records now what is new; not while it is being recorded already. */
  async record(): Promise<void> {
    const { revision } = this.#pieces;
    if (revision === this.#recorded) return;
    // The bits are taken before the sync: what comes during it may not be on disk when it ends.
    await this.#part.record(this.#next());
    this.#recorded = revision;
  }

  #next(): Checkpoint {
    return {
      ...this.#identity(),
      pieces: this.#pieces.in("vouched", "right").bits,
      unverified: this.#pieces.in("unverified").bits,
    };
  }
}
