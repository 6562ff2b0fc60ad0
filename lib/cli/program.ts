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
import { oneLine, reportError } from "./report_error.ts";
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
  const stop = new AbortController();
  const ending: (() => void)[] = [];
  const finish = () => {
    for (let callback = ending.pop(); callback !== undefined; callback = ending.pop()) {
      try {
        callback();
      } catch (error) {
        outcome ??= error;
      }
    }
  };
  let outcome: unknown;
  let brokenOutput: unknown;
  let stopCode = exitCode(new Interruption());
  /** Ends without waiting for the work. */
  let leaving: Promise<void> | undefined;
  let ignored: ReadonlySet<StopSignal> = new Set();
  // Remembered from the start: once its terminal is closed, standard output is none any more.
  const toTerminal = host.stdout.isTerminal();
  // Work begins at once, but nothing is printed before signals are handled: who sees it may send one.
  let listening = Promise.resolve();
  const output = new Output((bytes) => listening.then(() => host.stdout.write(bytes)), (error) => {
    if (toTerminal && isHangUp(error)) return onStop("SIGHUP");
    brokenOutput = error;
    stop.abort(new Interruption());
  });
  const scene: Scene = {
    host,
    output,
    stopped: stop.signal,
    stop: () => onStop("SIGINT"),
    lastWords: () => "Interrupted",
    onHangUp: undefined,
    atEnd: (callback) => ending.push(callback),
  };
  const onStop = (signal: StopSignal) => {
    if (signal === "SIGHUP" && !toTerminal && scene.onHangUp !== undefined) return scene.onHangUp();
    if (ignored.has(signal)) return;
    if (!stop.signal.aborted) {
      const interruption = new Interruption(signal);
      stopCode = exitCode(interruption);
      return stop.abort(interruption);
    }
    // A terminal that is closed says so more than once: by a signal, and wherever one writes to it.
    if (signal === "SIGHUP") return;
    const leave = () => host.exit(stopCode);
    if (leaving !== undefined) return leave();
    finish();
    host.after(READER_PATIENCE_MS, leave);
    leaving = report(new Interruption(signal, scene.lastWords()), stopCode).then(leave);
  };

  try {
    await Promise.race([start(), crashed()]);
  } catch (error) {
    outcome = error;
  }
  if (leaving !== undefined) {
    await leaving;
    return stopCode;
  }
  finish();
  await flushed();
  if (brokenOutput !== undefined && (outcome === undefined || outcome instanceof Interruption)) {
    if (brokenOutput instanceof Deno.errors.BrokenPipe) return outcome === undefined ? 0 : stopCode;
    outcome = new MultiportError("local", `Cannot write standard output: ${oneLine(brokenOutput)}`);
  }
  if (outcome === undefined) return 0;
  const code = exitCode(outcome);
  await report(outcome, code);
  return code;

  async function start(): Promise<void> {
    if (args[0] === COMPLETIONS) return output.write(renderCompletions(program.manual, args[1]));
    const command = await program.parse(args);
    switch (command.kind) {
      case "help":
        return output.write(renderHelp(program.manual));
      case "version":
        return output.write(
          hasFlag(args, VERBOSE_FLAG)
            ? versionDetails(program.manual.name)
            : `${program.manual.name} ${VERSION}\n`,
        );
      case "run": {
        listening = listen();
        const work = await program.load();
        // A picture on a terminal listens for other signals; these have to be handled first.
        if (toTerminal) await listening;
        return await work(command, scene);
      }
    }
  }

  async function listen(): Promise<void> {
    ignored = await host.ignoredSignals();
    host.onStop(onStop);
  }

  async function report(error: unknown, code: number): Promise<void> {
    const json = hasFlag(args, JSON_FLAG);
    await reportError(error, code, { host, output, name: program.manual.name, json });
    await flushed();
  }

  /** Waits for readers, but after a stop no longer than {@linkcode READER_PATIENCE_MS}. */
  async function flushed(): Promise<void> {
    const { promise: tooLate, resolve } = Promise.withResolvers<void>();
    const limit = () => host.after(READER_PATIENCE_MS, resolve);
    if (stop.signal.aborted) limit();
    else stop.signal.addEventListener("abort", limit);
    await Promise.race([output.flush(), tooLate]);
  }

  function crashed(): Promise<never> {
    return new Promise((_, reject) => host.onCrash(reject));
  }
}

/** Whether a write to a terminal failed because that was closed. */
function isHangUp(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EIO";
}
