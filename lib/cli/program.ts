import { Failure } from "../failure.ts";
import { Output } from "../ui/output.ts";
import { hasFlag } from "./command_line.ts";
import { DISPLAY_SPECS } from "./display_options.ts";
import { EXIT_INTERRUPTED, EXIT_TERMINATED, exitCode } from "./exit_code.ts";
import type { Host } from "./host.ts";
import { oneLine, reportError } from "./report_error.ts";
import { VERSION } from "./version.ts";

/** Milliseconds that readers of standard output have for what is left, once the program shall end. */
const READER_PATIENCE_MS = 500;

/** A command-line program: what its arguments mean, and what it then does. */
export interface Program<Run> {
  readonly name: "mpclient" | "mpserver";
  readonly help: string;
  /** @throws {Failure} `usage`. */
  readonly parse: (
    args: readonly string[],
  ) => { readonly kind: "help" | "version" } | (Run & { readonly kind: "run" });
  /** Does the work; ends with `Failure("interrupted")` soon after `stopped` was aborted. */
  readonly run: (command: Run, scene: Scene) => Promise<void>;
}

/** What a program works with while it runs. */
export interface Scene {
  readonly host: Host;
  /** Standard output. */
  readonly output: Output;
  /** Aborted when the program shall end. */
  readonly stopped: AbortSignal;
  /** Asks the program to end, as Ctrl-C does; the second time it ends at once. */
  stop(): void;
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
  let stopCode = EXIT_INTERRUPTED;
  const output = new Output((bytes) => host.stdout.write(bytes), (error) => {
    brokenOutput = error;
    stop.abort();
  });
  const onStop = (code: number) => {
    if (stop.signal.aborted) {
      finish();
      host.exit(code);
    }
    stopCode = code;
    stop.abort();
  };

  try {
    await Promise.race([start(), crashed()]);
  } catch (error) {
    outcome = error;
  }
  finish();
  await flushed();
  if (brokenOutput !== undefined && (outcome === undefined || isInterruption(outcome))) {
    if (brokenOutput instanceof Deno.errors.BrokenPipe) return outcome === undefined ? 0 : stopCode;
    outcome = new Failure("local", `Cannot write standard output: ${oneLine(brokenOutput)}`);
  }
  if (outcome === undefined) return 0;
  const code = isInterruption(outcome) ? stopCode : exitCode(outcome);
  await reportError(outcome, code, {
    host,
    output,
    name: program.name,
    json: hasFlag(args, DISPLAY_SPECS.json),
  });
  await flushed();
  return code;

  async function start(): Promise<void> {
    const command = program.parse(args);
    switch (command.kind) {
      case "help":
        return output.write(program.help);
      case "version":
        return output.write(`${program.name} ${VERSION}\n`);
      case "run":
        host.onStop((signal) => onStop(signal === "SIGTERM" ? EXIT_TERMINATED : EXIT_INTERRUPTED));
        return await program.run(command, {
          host,
          output,
          stopped: stop.signal,
          stop: () => onStop(EXIT_INTERRUPTED),
          atEnd: (callback) => ending.push(callback),
        });
    }
  }

  /** Who asks the program to end does not wait for a reader who has stopped reading. */
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

function isInterruption(outcome: unknown): boolean {
  return outcome instanceof Failure && outcome.kind === "interrupted";
}
