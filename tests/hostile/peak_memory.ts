import { delay } from "../../testing/delay.ts";
import { MIB } from "../../testing/scratch.ts";

/** Milliseconds between two looks; only what comes after the last one goes unseen. */
const LOOK_MS = 20;

/** Steps in which it is told, in bytes: how many runs took about as much is of interest. */
const STEP_BYTES = 20 * MIB;

/** The most memory that a process has had so far, also when it has ended meanwhile. Linux only. */
export class PeakMemory implements AsyncDisposable {
  readonly #path: string;
  readonly #over = Promise.withResolvers<void>();
  readonly #watching: Promise<void>;
  #bytes = 0;
  #isOver = false;

  constructor(pid: number) {
    this.#path = `/proc/${pid}/status`;
    this.#watching = this.#watch();
  }

  /** Bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Rounded up, in words: `120 MiB`. */
  get inSteps(): string {
    return `${Math.ceil(this.#bytes / STEP_BYTES) * STEP_BYTES / MIB} MiB`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    this.#over.resolve();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    while (!this.#isOver) {
      const status = await Deno.readTextFile(this.#path).catch(() => "");
      // A process that has ended has a status without memory, or none.
      const [, kib] = /VmHWM:\s*(\d+) kB/.exec(status) ?? [];
      if (kib === undefined && this.#bytes > 0) return;
      this.#bytes = Math.max(this.#bytes, Number(kib ?? 0) * 1024);
      await delay(LOOK_MS, this.#over.promise);
    }
  }
}
