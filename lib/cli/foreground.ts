import type { Host } from "./host.ts";

/** A look at the terminal that is later than this may come after a stop, milliseconds. */
const LATE_MS = 400;
/** Milliseconds between two looks whether a process in the background has been brought back. */
const POLL_MS = 2_000;

/**
 * Whether the terminal is this process's to draw on: not while a shell runs it in the background, and
 * not before it is known again after Ctrl-Z, when others have used the terminal.
 *
 * Nothing tells a process that it was put into the background, or that it was stopped; only that it
 * goes on (SIGCONT), and often later than its timers do. So a gap in time counts as a stop, too.
 *
 * @example
 * ```ts
 * const foreground = new Foreground(host, 200);
 * foreground.onFront(() => screen.restart());
 * if (foreground.state === "front") draw();
 * ```
 */
export class Foreground {
  readonly #host: Host;
  readonly #callbacks: (() => void)[] = [];
  #state: "front" | "back" | "unknown" = "unknown";
  readonly #maxGapMs: number;
  #lookedMs: number;
  #asking = 0;

  /** @param usualGapMs Milliseconds between two times that somebody wants to draw. */
  constructor(host: Host, usualGapMs: number) {
    this.#host = host;
    this.#maxGapMs = usualGapMs + LATE_MS;
    this.#lookedMs = host.now();
    host.onContinue(() => this.#ask());
    this.#ask();
  }

  /** `unknown` only for the moment that it takes to find out. */
  get state(): "front" | "back" | "unknown" {
    const now = this.#host.now();
    if (this.#state === "front" && now - this.#lookedMs > this.#maxGapMs) this.#ask();
    this.#lookedMs = now;
    return this.#state;
  }

  /** Has something called whenever the terminal is this process's again, and the first time. */
  onFront(callback: () => void): void {
    this.#callbacks.push(callback);
  }

  /** Resolves when the terminal is this process's. */
  async whenFront(): Promise<void> {
    if (this.#state !== "front") await new Promise<void>((resolve) => this.onFront(resolve));
  }

  async #ask(): Promise<void> {
    this.#state = "unknown";
    const asking = ++this.#asking;
    const isFront = await this.#host.isForeground();
    // Somebody has asked again since then.
    if (asking !== this.#asking) return;
    this.#state = isFront ? "front" : "back";
    this.#lookedMs = this.#host.now();
    if (isFront) { for (const callback of this.#callbacks) callback(); }
    else this.#host.after(POLL_MS, () => this.#ask());
  }
}
