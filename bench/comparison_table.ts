import type { Comparison } from "./compare.ts";
import { formatMemory, formatRatios, formatSeconds } from "./figures.ts";
import type { Usage } from "./process_usage.ts";
import { mean, median } from "./statistics.ts";
import type { Table } from "./table.ts";
import type { Trial } from "./trial.ts";

/** A comparison and what stands before it in its row. */
export interface ComparisonRow {
  readonly label: string;
  readonly comparison: Comparison;
  /** What the ratio is to be; undefined where nobody said. */
  readonly target?: string;
}

/**
 * Comparisons as a table: wall time, the ratio pair by pair, and what both sides took of the machine.
 *
 * @param heading Of the first column.
 * @param sides What A and B are called.
 */
export function comparisonTable(
  heading: string,
  [a, b]: readonly [string, string],
  rows: readonly ComparisonRow[],
): Table {
  const both = `${a} / ${b}`;
  const columns = [
    ...[heading, a, b, "ratio (least–largest)", "target"],
    ...[`client CPU s, ${both}`, `server CPU s`, "client memory", "server memory"],
  ];
  return { columns, rows: rows.map(cellsOf) };
}

/** Seconds of every A over those of its B. */
export function ratiosOf({ pairs }: Comparison): number[] {
  return pairs.map(({ a, b }) => a.seconds / b.seconds);
}

/** The median ratio for a sentence; says so when there is none. */
export function ratioOf(comparison: Comparison): string {
  return comparison.pairs.length > 0 ? median(ratiosOf(comparison)).toFixed(2) : "not measured";
}

/** What a table says of medians of seconds. */
export function secondsOf(trials: readonly Trial[]): string {
  return trials.length > 0 ? formatSeconds(median(trials.map(({ seconds }) => seconds))) : "–";
}

function cellsOf({ label, comparison, target = "" }: ComparisonRow): string[] {
  const { pairs, trouble } = comparison;
  if (pairs.length === 0) return [label, "–", "–", trouble ?? "–", target, "–", "–", "–", "–"];
  const beside = (show: (trials: readonly Trial[]) => string) =>
    `${show(pairs.map(({ a }) => a))} / ${show(pairs.map(({ b }) => b))}`;
  return [
    label,
    secondsOf(pairs.map(({ a }) => a)),
    secondsOf(pairs.map(({ b }) => b)),
    formatRatios(ratiosOf(comparison)) + (trouble === undefined ? "" : `; ${trouble}`),
    target,
    beside((trials) => cpuOf(trials.map(({ client }) => client))),
    beside((trials) => cpuOf(trials.map(({ server }) => server))),
    beside((trials) => memoryOf(trials.map(({ client }) => client))),
    beside((trials) => memoryOf(trials.map(({ server }) => server))),
  ];
}

/** Hundredths of a second are all that is measured, so the mean says more than the median. */
function cpuOf(usages: readonly Usage[]): string {
  const seconds = mean(usages.map(({ cpuSeconds }) => cpuSeconds));
  return seconds === 0 ? "–" : seconds.toFixed(2);
}

function memoryOf(usages: readonly Usage[]): string {
  const bytes = Math.max(...usages.map(({ peakBytes }) => peakBytes));
  return bytes === 0 ? "–" : formatMemory(bytes);
}
