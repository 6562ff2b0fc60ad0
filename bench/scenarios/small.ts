import { compare } from "../compare.ts";
import { type ComparisonRow, comparisonTable } from "../comparison_table.ts";
import { formatSeconds, formatSize } from "../figures.ts";
import { curl } from "../peers/curl.ts";
import { compileEmptyProgram } from "../peers/empty_program.ts";
import { Mirrors } from "../peers/mirrors.ts";
import { mpclient } from "../peers/mpclient.ts";
import { Mpserver } from "../peers/mpserver.ts";
import { program } from "../peers/program.ts";
import type { Findings, Scenario } from "../scenario.ts";
import { median } from "../statistics.ts";
import { makeTestFile } from "../test_file.ts";
import { has, type Workbench } from "../workbench.ts";

const SERVERS = 4;
const SIZE = 2 ** 20;
/** Short runs vary more, and cost little. */
const RUNS_FACTOR = 4;
const CURL_FACTOR = 1.5;

/** A file so small that the program itself is most of the work. */
export const small: Scenario = {
  name: "small",
  title: "A file of 1 MiB",
  how:
    "`mpclient`, verifying, from four ports of one `mpserver`, against one curl from nginx, and " +
    "against the start and end of an empty program made by `deno compile`.",
  target: "at most 1.5 times curl plus the empty program",
  standard: true,
  run,
};

async function run(workbench: Workbench): Promise<Findings> {
  if (!has("curl")) throw new Error("it needs curl");
  using file = await makeTestFile(workbench.scratch.folder, SIZE);
  await using server = await Mpserver.start({ file, servers: SERVERS }, workbench);
  await using nginx = await Mirrors.start(file, 1, workbench);
  const empty = program("an empty program", [await compileEmptyProgram(workbench.scratch)]);
  const us = mpclient(server);
  const runs = workbench.runs * RUNS_FACTOR;
  const rows: ComparisonRow[] = [];
  for (const them of [curl(nginx ?? server, "curl"), empty]) {
    rows.push({ label: them.name, comparison: await compare(us, them, { runs }, workbench) });
  }
  return {
    tables: [comparisonTable(formatSize(SIZE), ["mpclient", "the other"], rows)],
    outcome: outcomeOf(rows),
  };
}

function outcomeOf(rows: readonly ComparisonRow[]): string {
  const pairs = rows.map(({ comparison }) => comparison.pairs);
  const ours = pairs.flatMap((pairs) => pairs.map(({ a }) => a.seconds));
  const [curl = [], empty = []] = pairs.map((pairs) => pairs.map(({ b }) => b.seconds));
  if (curl.length === 0 || empty.length === 0) return "not measured";
  const bound = CURL_FACTOR * median(curl) + median(empty);
  return `${formatSeconds(median(ours))}; ${CURL_FACTOR} × curl + empty is ${formatSeconds(bound)}`;
}
