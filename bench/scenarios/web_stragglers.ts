import { compare } from "../compare.ts";
import { comparisonTable, ratioOf } from "../comparison_table.ts";
import { formatSize } from "../figures.ts";
import { LinkLab } from "../link_lab.ts";
import type { Findings, Scenario } from "../scenario.ts";
import { has, type Workbench } from "../workbench.ts";

const FAST_MBIT = 400;
const SLOW_MBIT = 4;
const SLOW_MIRRORS = 7;
const SIZE = 128 * 2 ** 20;

/** What poor company costs. */
export const webStragglers: Scenario = {
  name: "web-stragglers",
  title: "One fast mirror beside seven slow ones and a dead one",
  how: `nginx behind links of ${FAST_MBIT} Mbit/s and seven times ${SLOW_MBIT} Mbit/s, and an ` +
    "address where nobody listens: `mpclient` with all nine URLs against `mpclient` with the first.",
  target: "at most 1.03 of the fast one alone",
  standard: true,
  run,
};

async function run(workbench: Workbench): Promise<Findings> {
  const missing = (["ip", "nginx", "curl"] as const).filter((peer) => !has(peer));
  if (missing.length > 0) throw new Error(`it needs ${missing.join(", ")}`);
  const size = workbench.size ?? SIZE;
  const mbits = [FAST_MBIT, ...Array.from({ length: SLOW_MIRRORS }, () => SLOW_MBIT)];
  await using lab = await LinkLab.create({ mbits, size }, workbench);
  const [all, alone] = [lab.mpclientWithDead(), lab.mpclientAlone(0)];
  const comparison = await compare(all, alone, { runs: workbench.runs }, workbench);
  const row = { label: alone.name, comparison, target: "≤ 1.03" };
  return {
    tables: [comparisonTable(formatSize(size), ["with all nine", "alone"], [row])],
    outcome: `${ratioOf(comparison)} of the fast one alone`,
  };
}
