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

const GIB = 2 ** 30;
const COUNTS = [1, 2, 8, 16, 32, 64];
/** A file so large that greeting every server hardly counts: what is left is the rate. */
const LARGE = 3 * GIB;
const MOST = 64;
const UNVERIFIED = ["--no-verify"];

/** How many servers one process and one client can have before it costs anything. */
export const ports: Scenario = {
  name: "ports",
  title: "1 to 64 ports in one server",
  how:
    "`mpclient` from four ports of one `mpserver`, against the same from more or fewer ports of " +
    "another, as it is and with `--no-verify`. The ratio is that of the rates: above 1, the other " +
    "number of ports is faster.",
  target: "64 ports at least 0.9 of the rate of 4, client memory under 200 MB",
  standard: true,
  run,
};

async function run(workbench: Workbench): Promise<Findings> {
  const size = workbench.size ?? GIB;
  const sets = [
    await measure({ size, args: [], counts: [MOST] }, workbench),
    await measure({ size, args: UNVERIFIED, counts: COUNTS }, workbench),
  ];
  const notes: string[] = [];
  if (size >= LARGE) notes.push("One size only, as it is large enough.");
  else if (hasRoomFor(2 * LARGE)) {
    sets.push(await measure({ size: LARGE, args: UNVERIFIED, counts: [MOST] }, workbench));
  } else notes.push(`${formatSize(LARGE)}: not enough memory for the file and a copy of it.`);
  const tables = sets.map(({ what, rows }) =>
    comparisonTable(what, ["4 ports", "the other"], rows)
  );
  return { tables, notes, outcome: `64 ports: ${sets.map(outcomeOf).join("; ")}` };
}

interface Set {
  readonly size: number;
  /** What `mpclient` is told. */
  readonly args: readonly string[];
  readonly counts: readonly number[];
}

interface Measured {
  readonly what: string;
  readonly rows: readonly ComparisonRow[];
}

async function measure({ size, args, counts }: Set, workbench: Workbench): Promise<Measured> {
  using file = await makeTestFile(workbench.scratch.folder, size);
  await using four = await Mpserver.start({ file, servers: 4 }, workbench);
  const us = mpclient(four, { args });
  const rows: ComparisonRow[] = [];
  for (const servers of counts) {
    await using server = await Mpserver.start({ file, servers }, workbench);
    const label = servers === 1 ? "1 port" : `${servers} ports`;
    const them = mpclient(server, { name: label, args });
    const comparison = await compare(us, them, { runs: workbench.runs }, workbench);
    rows.push({ label, comparison, target: servers === MOST ? "≥ 0.90" : "" });
  }
  return { what: [formatSize(size), ...args].join(" "), rows };
}

function outcomeOf({ what, rows }: Measured): string {
  const comparison = rows.at(-1)?.comparison;
  if (!comparison?.pairs.length) return `${what} not measured`;
  const rate = median(ratiosOf(comparison)).toFixed(2);
  const memory = formatMemory(Math.max(...comparison.pairs.map(({ b }) => b.client.peakBytes)));
  return `${what} at ${rate} of the rate of 4, client ${memory}`;
}
