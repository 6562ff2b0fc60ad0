import { compare } from "../compare.ts";
import { type ComparisonRow, comparisonTable, ratiosOf } from "../comparison_table.ts";
import { formatMemory, formatSize } from "../figures.ts";
import { hasRoomFor } from "../memory_room.ts";
import { mpclient } from "../peers/mpclient.ts";
import { Mpserver } from "../peers/mpserver.ts";
import type { Findings, Scenario } from "../scenario.ts";
import { median } from "../statistics.ts";
import { makeTestFile } from "../test_file.ts";
import type { Workbench } from "../workbench.ts";

const SERVERS = 4;
const COUNTS = [2, 4, 8, 16, 32, 64];
/** Bytes; the first that memory has room for 64 copies of is taken. */
const SIZES = [128, 64, 16].map((mebibytes) => mebibytes * 2 ** 20);

/** How many clients one server can serve at once. */
export const clients: Scenario = {
  name: "clients",
  title: "1 to 64 clients at once",
  how:
    "One `mpclient` from four ports, against many side by side from the same ports, each with an " +
    "output of its own; the time is that of the last to end. All have to make the file.",
  target: "64 complete, at least 0.8 of the rate of one together, server memory under 300 MB",
  standard: true,
  run,
};

async function run(workbench: Workbench): Promise<Findings> {
  const most = COUNTS.at(-1) ?? 1;
  const size = SIZES.find((size) => hasRoomFor(size * most));
  if (size === undefined) throw new Error(`there is not enough memory for ${most} copies`);
  using file = await makeTestFile(workbench.scratch.folder, size);
  await using server = await Mpserver.start({ file, servers: SERVERS }, workbench);
  const us = mpclient(server);
  const rows: ComparisonRow[] = [];
  for (const clients of COUNTS) {
    const them = mpclient(server, { name: `${clients} clients`, clients });
    const comparison = await compare(us, them, { runs: workbench.runs }, workbench);
    const rate = rateOf({ label: "", comparison }, clients);
    rows.push({ label: `${clients} clients: ${rate} of the rate of one`, comparison });
  }
  return {
    tables: [comparisonTable(formatSize(file.size), ["1 client", "all of them"], rows)],
    outcome: outcomeOf(rows.at(-1), most),
  };
}

/** What all of them got per second, against what one alone got. */
function rateOf({ comparison }: ComparisonRow, clients: number): string {
  if (comparison.pairs.length === 0) return "not measured";
  return (median(ratiosOf(comparison)) * clients).toFixed(2);
}

function outcomeOf(row: ComparisonRow | undefined, clients: number): string {
  if (!row || row.comparison.pairs.length === 0) return "not measured";
  const memory = row.comparison.pairs.map(({ b }) => b.server.peakBytes);
  const rate = rateOf(row, clients);
  return `${clients} complete at ${rate} of the rate of one, server ${
    formatMemory(Math.max(...memory))
  }`;
}
