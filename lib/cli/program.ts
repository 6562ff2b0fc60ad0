import { describeDiskError } from "../disk_error.ts";
import { MultiportError } from "../multiport_error.ts";
import { Output } from "../ui/output.ts";
import { COMPLETIONS, renderCompletions } from "./manual/completions.ts";
import { hasFlag } from "./options/command_line.ts";
import { JSON_FLAG, VERBOSE_FLAG } from "./options/display_options.ts";
import { exitCode } from "./exit_code.ts";
import type { Host } from "./host/host.ts";
import type { StopSignal } from "./host/ignored_signals.ts";
import { renderHelp } from "./manual/help.ts";
import { Interruption } from "./host/interruption.ts";
import type { Manual } from "./manual/manual.ts";
import { reportError } from "./report_error.ts";
import { VERSION, versionDetails } from "./manual/version.ts";

/** Milliseconds that readers of what is printed have for what is left, once the program shall end. */
export const READER_PATIENCE_MS = 500;

/** A command-line program: what its arguments mean, and what it then does. */
export interface Program<Run> {
  readonly manual: Manual;
  /** @throws {MultiportError} `usage`. */
  readonly parse: (
    args: readonly string[],
  ) => Promise<{ readonly kind: "help" | "version" } | (Run & { readonly kind: "run" })>;
  /**
   * Loads what does the work; called only when there is something to do, so that `--help` and
   * `--version` answer at once.
   */
  readonly load: () => Promise<Work<Run>>;
}

/** Does the work of a program; ends with the reason of `stopped` soon after that was aborted. */
export type Work<Run> = (command: Run, scene: Scene) => Promise<void>;

/** What a program works with while it runs. */
export interface Scene {
  readonly host: Host;
  /** Standard output. */
  readonly output: Output;
  /** Aborted when the program shall end; the reason is an {@linkcode Interruption}. */
  readonly stopped: AbortSignal;
  /** Asks the program to end, as Ctrl-C does; the second time it ends without waiting for its work. */
  stop(): void;
  /** What is said when the program ends without waiting for its work; by default "Interrupted". */
  lastWords: () => string;
  /** What SIGHUP asks for where no terminal was closed; by default, to end. */
  onHangUp: (() => void) | undefined;
  /** Has something called before the program ends, however it ends; the last one first. */
  atEnd(callback: () => void): void;
}

/**
 * Runs a program to its end: reads its arguments, answers `--help` and `--version`, ends it on
 * signals, and turns whatever goes wrong into one line and an exit code.
 *
 * The line goes to standard error, or with `--json` to standard output as an object. When standard
 * output has nobody left who reads it, the program ends without a word.
 *
 * @returns The exit code.
 *
 * @example
 * ```ts
 * Deno.exit(await runProgram(CLIENT, Deno.args, denoHost));
 * ```
 */
export async function runProgram<Run>(
  program: Program<Run>,
  args: readonly string[],
  host: Host,
): Promise<number> {
  return await new ProgramRun(program, args, host).toEnd();
}

/** One run of a program: what it works with, and what its end is to be. */
class ProgramRun<Run> {
  readonly #program: Program<Run>;
  readonly #args: readonly string[];
  readonly #host: Host;
  readonly #scene: Scene;
  readonly #output: Output;
  /** Remembered from the start: once its terminal is closed, standard output is none any more. */
  readonly #toTerminal: boolean;
  readonly #stop = new AbortController();
  /** To be called before the program ends; the last one first. */
  readonly #ending: (() => void)[] = [];
  /** Work begins at once, but nothing is printed before signals are handled: who sees it may send one. */
  #listening = Promise.resolve();
  #ignored: ReadonlySet<StopSignal> = new Set();
  /** What went wrong; undefined if nothing has. */
  #outcome: unknown;
  #brokenOutput: unknown;
  #stopCode = exitCode(new Interruption());
  /** The end of the program without waiting for its work, once that was asked for. */
  #leaving: Promise<void> | undefined;

  constructor(program: Program<Run>, args: readonly string[], host: Host) {
    this.#program = program;
    this.#args = args;
    this.#host = host;
    this.#toTerminal = host.stdout.isTerminal();
    this.#output = new Output(
      (bytes) => this.#listening.then(() => host.stdout.write(bytes)),
      (error) => this.#outputBroke(error),
    );
    this.#scene = {
      host,
      output: this.#output,
      stopped: this.#stop.signal,
      stop: () => this.#onStop("SIGINT"),
      lastWords: () => "Interrupted",
      onHangUp: undefined,
      atEnd: (callback) => this.#ending.push(callback),
    };
  }

  /** @returns The exit code. */
  async toEnd(): Promise<number> {
    try {
      await Promise.race([this.#start(), this.#crashed()]);
    } catch (error) {
      this.#outcome = error;
    }
    if (this.#leaving !== undefined) {
      await this.#leaving;
      return this.#stopCode;
    }
    this.#finish();
    await this.#flushed();
    return await this.#conclude();
  }

  async #start(): Promise<void> {
    const { manual, parse, load } = this.#program;
    const [args, output] = [this.#args, this.#output];
    if (args[0] === COMPLETIONS) return output.write(renderCompletions(manual, args[1]));
    const command = await parse(args);
    switch (command.kind) {
      case "help":
        return output.write(renderHelp(manual));
      case "version":
        return output.write(
          hasFlag(args, VERBOSE_FLAG) ? versionDetails(manual.name) : `${manual.name} ${VERSION}\n`,
        );
      case "run": {
        this.#listening = this.#listen();
        const work = await load();
        // A picture on a terminal listens for other signals; these have to be handled first.
        if (this.#toTerminal) await this.#listening;
        return await work(command, this.#scene);
      }
    }
  }

  async #listen(): Promise<void> {
    this.#ignored = await this.#host.ignoredSignals();
    this.#host.onStop((signal) => this.#onStop(signal));
  }

  #crashed(): Promise<never> {
    return new Promise((_, reject) => this.#host.onCrash(reject));
  }

  #outputBroke(error: unknown): void {
    if (this.#toTerminal && isHangUp(error)) return this.#onStop("SIGHUP");
    this.#brokenOutput = error;
    this.#stop.abort(new Interruption());
  }

  #onStop(signal: StopSignal): void {
    const { onHangUp } = this.#scene;
    if (signal === "SIGHUP" && !this.#toTerminal && onHangUp !== undefined) return onHangUp();
    if (this.#ignored.has(signal)) return;
    if (!this.#stop.signal.aborted) {
      const interruption = new Interruption(signal);
      this.#stopCode = exitCode(interruption);
      return this.#stop.abort(interruption);
    }
    // A terminal that is closed says so more than once: by a signal, and wherever one writes to it.
    if (signal !== "SIGHUP") this.#leave(signal);
  }

  /** Ends the program without waiting for its work; asked again, without waiting for readers either. */
  #leave(signal: StopSignal): void {
    const exit = () => this.#host.exit(this.#stopCode);
    if (this.#leaving !== undefined) return exit();
    this.#finish();
    this.#host.after(READER_PATIENCE_MS, exit);
    const interruption = new Interruption(signal, this.#scene.lastWords());
    this.#leaving = this.#report(interruption, this.#stopCode).then(exit);
  }

  #finish(): void {
    for (let last = this.#ending.pop(); last !== undefined; last = this.#ending.pop()) {
      try {
        last();
      } catch (error) {
        this.#outcome ??= error;
      }
    }
  }

  /** Says what went wrong, if somebody is there to read it. */
  async #conclude(): Promise<number> {
    const [broken, outcome] = [this.#brokenOutput, this.#outcome];
    if (broken !== undefined && (outcome === undefined || outcome instanceof Interruption)) {
      if (broken instanceof Deno.errors.BrokenPipe) {
        return outcome === undefined ? 0 : this.#stopCode;
      }
      this.#outcome = new MultiportError(
        "local",
        `Cannot write standard output: ${describeDiskError(broken)}`,
      );
    }
    if (this.#outcome === undefined) return 0;
    const code = exitCode(this.#outcome);
    await this.#report(this.#outcome, code);
    return code;
  }

  async #report(error: unknown, code: number): Promise<void> {
    const json = hasFlag(this.#args, JSON_FLAG);
    const { name } = this.#program.manual;
    await reportError(error, code, { host: this.#host, output: this.#output, name, json });
    await this.#flushed();
  }

  /** Waits for readers, but after a stop no longer than {@linkcode READER_PATIENCE_MS}. */
  async #flushed(): Promise<void> {
    const { promise: tooLate, resolve } = Promise.withResolvers<void>();
    const { signal } = this.#stop;
    const limit = () => this.#host.after(READER_PATIENCE_MS, resolve);
    if (signal.aborted) limit();
    else signal.addEventListener("abort", limit);
    await Promise.race([this.#output.flush(), tooLate]);
  }
}

/** Whether a write to a terminal failed because that was closed. */
function isHangUp(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EIO";
}
