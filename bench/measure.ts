import { CommandError, findProgram, quote } from "../testing/command.ts";
import { cpuSecondsOfEnded, peakBytesOf, type Usage } from "./process_usage.ts";

/** How often the memory of what runs is looked at; Linux keeps the peak, so only the end can be missed. */
const SAMPLE_MS = 10;

/** What commands that ran side by side took, from the first start to the last end. */
export interface Measured extends Usage {
  readonly seconds: number;
}

/** It took longer than anybody wants to wait. */
export class TooSlowError extends Error {
  override readonly name = "TooSlowError";
}

/** How commands are run. */
export interface MeasureOptions {
  /** After which they are killed. */
  readonly limitSeconds: number;
  /** Where they may put temporary files. */
  readonly tmpdir: string;
  readonly signal: AbortSignal;
}

/**
 * Runs commands side by side and measures them as whole processes. Wall time is taken around start and
 * end; CPU seconds are what the kernel adds to the account of ended children, to the hundredth; memory
 * is the peak that the kernel keeps for each process, of the one that had most.
 *
 * @throws {TooSlowError} If they do not end within the limit.
 * @throws {CommandError} If one of them fails.
 */
export async function measure(
  commands: readonly (readonly string[])[],
  { limitSeconds, tmpdir, signal }: MeasureOptions,
): Promise<Measured> {
  signal.throwIfAborted();
  const programs = commands.map(([name = ""]) => findProgram(name) ?? name);
  const env = { TMPDIR: tmpdir };
  const cpuBefore = cpuSecondsOfEnded();
  const started = performance.now();
  const children = commands.map(([, ...args], at) =>
    new Deno.Command(programs[at] ?? "", {
      args,
      env,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn()
  );
  const kill = () => children.forEach(killIfThere);
  const late = AbortSignal.timeout(limitSeconds * 1_000);
  const ending = AbortSignal.any([signal, late]);
  ending.addEventListener("abort", kill);
  const peaks = children.map(() => 0);
  const sampler = setInterval(() => sample(children, peaks), SAMPLE_MS);
  const said = children.map((child) => new Response(child.stderr).text());
  try {
    const statuses = await Promise.all(children.map(({ status }) => status));
    const seconds = (performance.now() - started) / 1_000;
    signal.throwIfAborted();
    if (late.aborted) throw new TooSlowError(`longer than ${limitSeconds} s`);
    const failed = statuses.findIndex(({ success }) => !success);
    if (failed >= 0) {
      const { code } = statuses[failed] ?? {};
      const words = quote(await said[failed] ?? "");
      throw new CommandError(`exit code ${code}${words === "" ? "" : `: ${words}`}`);
    }
    return { seconds, cpuSeconds: cpuSecondsOfEnded() - cpuBefore, peakBytes: Math.max(...peaks) };
  } finally {
    clearInterval(sampler);
    ending.removeEventListener("abort", kill);
  }
}

/** The last value counts, as a command may begin as another program that starts it. */
function sample(children: readonly Deno.ChildProcess[], peaks: number[]): void {
  for (const [at, { pid }] of children.entries()) peaks[at] = peakBytesOf(pid) ?? peaks[at] ?? 0;
}

function killIfThere(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended already.
  }
}
