import { compare, type Comparison } from "../compare.ts";
import { ratiosOf, secondsOf } from "../comparison_table.ts";
import type { Contender } from "../contender.ts";
import { formatExcess, formatRatios, formatSeconds, formatSize } from "../figures.ts";
import { type Ideal, idealOf, type LinkCase } from "../link_case.ts";
import { LinkLab } from "../link_lab.ts";
import { linkRates } from "../link_rates.ts";
import type { Findings, Scenario } from "../scenario.ts";
import { median } from "../statistics.ts";
import type { Table } from "../table.ts";
import type { Trial } from "../trial.ts";
import { has, type Workbench } from "../workbench.ts";

/** A peer that needs this many times the ideal has shown what it is like. */
const LIMIT_FACTOR = 10;

/** Pairs for what hardly varies or takes long. */
const FEW_RUNS = 3;

/** What makes a scenario of a case. */
interface LinkScenario extends Omit<Scenario, "run"> {
  readonly linkCase: LinkCase;
  /** Whether `mpclient` is served by `mpserver` or by the nginx of its rivals; default `mpserver`. */
  readonly source?: "mpserver" | "urls";
}

/** A scenario in which every server is behind a link of its own. */
export function linkScenario({ linkCase, source, ...scenario }: LinkScenario): Scenario {
  return {
    ...scenario,
    run: (workbench) => {
      // What goes wrong does so at a time that fits the size.
      const size = linkCase.mishap ? linkCase.size : workbench.size ?? linkCase.size;
      return run({ ...linkCase, size }, source, workbench);
    },
  };
}

async function run(
  linkCase: LinkCase,
  source: LinkScenario["source"],
  workbench: Workbench,
): Promise<Findings> {
  const missing = (["ip", "nginx", "curl"] as const).filter((peer) => !has(peer));
  if (missing.length > 0) throw new Error(`it needs ${missing.join(", ")}`);
  const ideal = idealOf(linkCase);
  await using lab = await LinkLab.create(linkCase, workbench);
  const rates = await linkRates(lab.network, workbench);
  const limitSeconds = Math.ceil(LIMIT_FACTOR * ideal.seconds);
  const us = source === "urls" ? lab.mpclientByUrl() : lab.mpclient();
  const comparisons: Comparison[] = [];
  const add = async (them: Contender, runs: number) => {
    comparisons.push(await compare(us, them, { runs, limitSeconds }, workbench));
  };
  const few = Math.min(FEW_RUNS, workbench.runs);
  const { mishap } = linkCase;
  if (!mishap) await add(lab.perfect(ideal), few);
  if (has("aria2c")) await add(lab.aria2("aria2, best settings"), workbench.runs);
  if (has("aria2c") && !mishap) await add(lab.aria2("aria2, its defaults", []), few);
  if (has("axel")) await add(lab.axel(), few);
  return {
    tables: [tableOf(comparisons, ideal, linkCase.size)],
    notes: notesOf(linkCase, ideal, rates),
    outcome: outcomeOf(comparisons, ideal, linkCase.size),
  };
}

function tableOf(comparisons: readonly Comparison[], ideal: Ideal, size: number): Table {
  const columns = [
    ...["against", "mpclient", "the other", "ratio (least–largest)"],
    ...["mpclient / ideal", "the other / ideal"],
    ...["mpclient, bytes beyond the file", "the other's"],
  ];
  const rows = comparisons.map((comparison) => {
    const { b: { name }, pairs, trouble } = comparison;
    if (pairs.length === 0) return [name, "–", "–", trouble ?? "–", "–", "–", "–", "–"];
    const [a, b] = [pairs.map(({ a }) => a), pairs.map(({ b }) => b)];
    return [
      ...[name, secondsOf(a), secondsOf(b), formatRatios(ratiosOf(comparison))],
      ...[toIdeal(a, ideal), toIdeal(b, ideal)],
      ...[excess(a, size), excess(b, size)],
    ];
  });
  return { columns, rows };
}

function notesOf(
  { mbits, size }: LinkCase,
  ideal: Ideal,
  rates: readonly number[] | undefined,
): string[] {
  const measured = rates?.map((rate) => (rate / 1e6).toFixed(1)).join(", ");
  return [
    `${formatSize(size)} over links of ${mbits.join(", ")} Mbit/s; ideal: ` +
    `${formatSeconds(ideal.seconds)}, every link busy all the time with payload only.`,
    ...(measured === undefined
      ? []
      : [`iperf3, all links at once: ${measured} Mbit/s of payload.`]),
  ];
}

function outcomeOf(comparisons: readonly Comparison[], ideal: Ideal, size: number): string {
  const all = comparisons.flatMap(({ pairs }) => pairs.map(({ a }) => a));
  if (all.length === 0) return "not measured";
  return `${toIdeal(all, ideal)} of the ideal, ${excess(all, size)} fetched beyond the file`;
}

function toIdeal(trials: readonly Trial[], { seconds }: Ideal): string {
  return (median(trials.map((trial) => trial.seconds)) / seconds).toFixed(2);
}

function excess(trials: readonly Trial[], size: number): string {
  return formatExcess(median(trials.map(({ wireBytes = 0 }) => wireBytes)), size);
}
