import { compare } from "../compare.ts";
import { type ComparisonRow, comparisonTable, ratiosOf } from "../comparison_table.ts";
import { formatMemory, formatSize } from "../figures.ts";
import { mpclient } from "../peers/mpclient.ts";
import { Mpserver } from "../peers/mpserver.ts";
import type { Findings, Scenario } from "../scenario.ts";
import { median } from "../statistics.ts";
import { makeTestFile } from "../test_file.ts";
import type { Workbench } from "../workbench.ts";

const COUNTS = [1, 2, 8, 16, 32, 64];
const SIZE = 2 ** 30;

/** How many servers one process and one client can have before it costs anything. */
export const ports: Scenario = {
  name: "ports",
  title: "1 to 64 ports in one server",
  how:
    "`mpclient --no-verify` from four ports of one `mpserver`, against the same from more or fewer " +
    "ports of another. The ratio is that of the rates: above 1, the other number of ports is faster.",
  target: "64 ports at least 0.9 of the rate of 4, client memory under 200 MB",
  standard: true,
  run,
};

async function run(workbench: Workbench): Promise<Findings> {
  using file = await makeTestFile(workbench.scratch.folder, workbench.size ?? SIZE);
  await using four = await Mpserver.start({ file, servers: 4 }, workbench);
  const us = mpclient(four, { args: ["--no-verify"] });
  const rows: ComparisonRow[] = [];
  for (const servers of COUNTS) {
    await using server = await Mpserver.start({ file, servers }, workbench);
    const label = servers === 1 ? "1 port" : `${servers} ports`;
    const them = mpclient(server, { name: label, args: ["--no-verify"] });
    const comparison = await compare(us, them, { runs: workbench.runs }, workbench);
    rows.push({ label, comparison, target: servers === 64 ? "≥ 0.90" : "" });
  }
  return {
    tables: [comparisonTable(formatSize(file.size), ["4 ports", "the other"], rows)],
    outcome: outcomeOf(rows.at(-1)),
  };
}

function outcomeOf(row: ComparisonRow | undefined): string {
  if (!row || row.comparison.pairs.length === 0) return "not measured";
  const memory = row.comparison.pairs.map(({ b }) => b.client.peakBytes);
  const rate = median(ratiosOf(row.comparison)).toFixed(2);
  return `64 ports ${rate} of the rate of 4, client ${formatMemory(Math.max(...memory))}`;
}
