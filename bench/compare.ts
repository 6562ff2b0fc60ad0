import { CommandError } from "../testing/command.ts";
import type { Contender } from "./contender.ts";
import { formatSeconds } from "./figures.ts";
import { TooSlowError } from "./measure.ts";
import { median } from "./statistics.ts";
import { runTrial, type Trial } from "./trial.ts";
import type { Workbench } from "./workbench.ts";

/** Two contenders, measured in turns. */
export interface Comparison {
  readonly a: Contender;
  readonly b: Contender;
  /** In the order in which they were made; the warm-up is not among them. */
  readonly pairs: readonly { readonly a: Trial; readonly b: Trial }[];
  /** Why there are fewer pairs than were asked for, in words. */
  readonly trouble: string | undefined;
}

/** How a comparison is made. */
export interface CompareOptions {
  readonly runs: number;
  /** A trial that takes longer than this ends its comparison. */
  readonly limitSeconds?: number;
}

/** Longer than anything that is worth a place in a table. */
const LIMIT_SECONDS = 120;

/**
 * Measures two contenders in turns, A B A B …, so that whatever else the machine does meets both. Each
 * runs once before, to warm up, and has its content compared then.
 */
export async function compare(
  a: Contender,
  b: Contender,
  { runs, limitSeconds = LIMIT_SECONDS }: CompareOptions,
  workbench: Workbench,
): Promise<Comparison> {
  workbench.say(`${a.name} against ${b.name}`);
  const pairs: { a: Trial; b: Trial }[] = [];
  const trial = async (contender: Contender, compare = false) => {
    try {
      return await runTrial(contender, { limitSeconds, compare }, workbench);
    } catch (error) {
      if (!(error instanceof CommandError || error instanceof TooSlowError)) throw error;
      throw new TroubleError(`${contender.name}: ${error.message}`);
    }
  };
  try {
    await trial(a, true);
    await trial(b, true);
    while (pairs.length < runs) pairs.push({ a: await trial(a), b: await trial(b) });
    const [ours, theirs] = [pairs.map(({ a }) => a.seconds), pairs.map(({ b }) => b.seconds)];
    workbench.say(`  ${formatSeconds(median(ours))} against ${formatSeconds(median(theirs))}`);
    return { a, b, pairs, trouble: undefined };
  } catch (error) {
    if (!(error instanceof TroubleError)) throw error;
    workbench.say(`  ${error.message}`);
    return { a, b, pairs, trouble: error.message };
  }
}

/** A contender did not make it; the others can be measured all the same. */
class TroubleError extends Error {
  override readonly name = "TroubleError";
}
