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
 * goes on (SIGCONT), and often later than its timers do. So after a gap in time nothing is drawn until
 * it is known whether that was a stop, or a busy machine.
 *
 * @example
 * ```ts
 * const foreground = new Foreground(host, 200);
 * foreground.onFront((wasAway) => wasAway ? screen.restart() : screen.refresh());
 * if (foreground.state === "front") draw();
 * ```
 */
export class Foreground {
  readonly #host: Host;
  readonly #callbacks: ((wasAway: boolean) => void)[] = [];
  #state: "front" | "back" | "unknown" = "unknown";
  readonly #maxGapMs: number;
  #lookedMs: number;
  #asking = 0;

  /** @param usualGapMs Milliseconds between two times that somebody wants to draw. */
  constructor(host: Host, usualGapMs: number) {
    this.#host = host;
    this.#maxGapMs = usualGapMs + LATE_MS;
    this.#lookedMs = host.now();
    host.onContinue(() => this.#ask(true));
    this.#ask(true);
  }

  /** `unknown` only for the moment that it takes to find out. */
  get state(): "front" | "back" | "unknown" {
    const now = this.#host.now();
    if (this.#state === "front" && now - this.#lookedMs > this.#maxGapMs) this.#ask(false);
    this.#lookedMs = now;
    return this.#state;
  }

  /**
   * Has something called whenever the terminal is this process's again, and the first time.
   *
   * @param callback Told whether others may have used the terminal meanwhile.
   */
  onFront(callback: (wasAway: boolean) => void): void {
    this.#callbacks.push(callback);
  }

  /** Resolves when the terminal is this process's. */
  async whenFront(): Promise<void> {
    if (this.#state !== "front") {
      await new Promise<void>((resolve) => this.onFront(() => resolve()));
    }
  }

  /** @param wasAway Whether it is certain that this process was stopped or in the background. */
  async #ask(wasAway: boolean): Promise<void> {
    this.#state = "unknown";
    const asking = ++this.#asking;
    const isFront = await this.#host.isForeground();
    // It was asked again since then. If this process was stopped, SIGCONT has seen to that by now.
    if (asking !== this.#asking) return;
    this.#state = isFront ? "front" : "back";
    this.#lookedMs = this.#host.now();
    if (isFront) { for (const callback of this.#callbacks) callback(wasAway); }
    else this.#host.after(POLL_MS, () => this.#ask(true));
  }
}
