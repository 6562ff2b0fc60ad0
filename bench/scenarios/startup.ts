import { compare } from "../compare.ts";
import { type ComparisonRow, comparisonTable, ratioOf } from "../comparison_table.ts";
import { compileEmptyProgram } from "../peers/empty_program.ts";
import { program } from "../peers/program.ts";
import { MPCLIENT, MPSERVER } from "../peers/programs.ts";
import type { Findings, Scenario } from "../scenario.ts";
import type { Workbench } from "../workbench.ts";

/** Short runs vary more, and cost little. */
const RUNS_FACTOR = 4;

/** How long it takes until a program can begin. */
export const startup: Scenario = {
  name: "startup",
  title: "Start-up",
  how:
    "`mpclient --version` and `mpserver --version` against an empty program made by `deno compile`.",
  target: "close to the empty program",
  standard: true,
  run,
};

async function run(workbench: Workbench): Promise<Findings> {
  const empty = program("an empty program", [await compileEmptyProgram(workbench.scratch)]);
  const rows: ComparisonRow[] = [];
  for (const [name, path] of [["mpclient", MPCLIENT], ["mpserver", MPSERVER]] as const) {
    const us = program(`${name} --version`, [path, "--version"]);
    const runs = workbench.runs * RUNS_FACTOR;
    rows.push({ label: us.name, comparison: await compare(us, empty, { runs }, workbench) });
  }
  return {
    tables: [comparisonTable("program", ["it", "an empty program"], rows)],
    outcome: rows.map(({ label, comparison }) => `${label} ${ratioOf(comparison)}`).join(", "),
  };
}
