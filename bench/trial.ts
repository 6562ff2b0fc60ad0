import { CommandError } from "../testing/command.ts";
import type { Contender } from "./contender.ts";
import { measure, type Measured } from "./measure.ts";
import { cpuSecondsOf, NO_USAGE, peakBytesOf, type Usage } from "./process_usage.ts";
import { sum } from "./statistics.ts";
import { isCopy } from "./test_file.ts";
import type { Workbench } from "./workbench.ts";

/** What one run of a contender took. */
export interface Trial {
  readonly seconds: number;
  readonly client: Usage;
  readonly server: Usage;
  /** Bytes that the links carried; undefined where nobody counts them. */
  readonly wireBytes: number | undefined;
}

/** How a trial is made. */
export interface TrialOptions {
  readonly limitSeconds: number;
  /** Whether what was fetched is compared with the file; takes time, so once is enough. */
  readonly compare: boolean;
}

/**
 * Runs a contender once, from an empty folder, which is empty again afterwards.
 *
 * @throws {TooSlowError} If it takes too long.
 * @throws {CommandError} If it fails, or makes something else than the file.
 */
export async function runTrial(
  contender: Contender,
  { limitSeconds, compare }: TrialOptions,
  { scratch, signal }: Workbench,
): Promise<Trial> {
  await contender.prepare?.();
  const folder = scratch.path("out");
  await Deno.mkdir(folder);
  const over = new AbortController();
  try {
    const fetches = contender.fetches(folder);
    const servers = contender.servers();
    const cpuBefore = sum(servers.map(cpuSecondsOf));
    const wireBefore = await contender.wireBytes?.();
    const commands = fetches.map(({ argv }) => argv);
    const options = { limitSeconds, tmpdir: scratch.path("tmp"), signal };
    const [measured] = await Promise.all([
      measure(commands, options).finally(() => over.abort()),
      contender.disturb?.(over.signal),
    ]);
    const cpuSeconds = sum(servers.map(cpuSecondsOf)) - cpuBefore;
    const peakBytes = sum(servers.map((pid) => peakBytesOf(pid) ?? 0));
    const wireBytes = await contender.wireBytes?.();
    if (compare) checkCopies(contender, folder);
    return {
      seconds: measured.seconds,
      client: usageOf(measured),
      server: servers.length === 0 ? NO_USAGE : { cpuSeconds, peakBytes },
      wireBytes: wireBytes === undefined ? undefined : wireBytes - (wireBefore ?? 0),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function checkCopies({ name, fetches }: Contender, folder: string): void {
  for (const { makes } of fetches(folder)) {
    if (!makes) continue;
    const { path, of, range = { start: 0, end: of.size } } = makes;
    if (isCopy(path, of.path, range.start, range.end)) continue;
    throw new CommandError(`${name} made something else than ${of.name}`);
  }
}

function usageOf({ cpuSeconds, peakBytes }: Measured): Usage {
  return { cpuSeconds, peakBytes };
}
