import { compare } from "../compare.ts";
import { type ComparisonRow, comparisonTable, ratioOf } from "../comparison_table.ts";
import type { Contender } from "../contender.ts";
import { formatSize } from "../figures.ts";
import { aria2, ARIA2_BEST } from "../peers/aria2.ts";
import { axel } from "../peers/axel.ts";
import { cp } from "../peers/cp.ts";
import { curl } from "../peers/curl.ts";
import { mpclient } from "../peers/mpclient.ts";
import { Mpserver } from "../peers/mpserver.ts";
import { Mirrors } from "../peers/mirrors.ts";
import type { Findings, Scenario } from "../scenario.ts";
import { makeTestFile } from "../test_file.ts";
import { has, type Workbench } from "../workbench.ts";

const SERVERS = 4;
const SIZE = 2 ** 30;

/** One large file over loopback, nothing verified: what the programs themselves cost. */
export const loopback: Scenario = {
  name: "loopback",
  title: "Four servers on loopback, nothing verified",
  how:
    "`mpclient --no-verify` from four ports of one `mpserver`; aria2 and axel from four nginx; " +
    "curl one stream from one of them; `cp` the same file without any network.",
  target: "at most 0.70 of aria2 and of axel, no more than curl, at most 1.7 of cp",
  standard: true,
  run,
};

async function run(workbench: Workbench): Promise<Findings> {
  using file = await makeTestFile(workbench.scratch.folder, workbench.size ?? SIZE);
  await using server = await Mpserver.start({ file, servers: SERVERS }, workbench);
  await using nginx = await Mirrors.start(file, SERVERS, workbench);
  const us = mpclient(server, { args: ["--no-verify"] });
  const rows: ComparisonRow[] = [];
  const add = async (them: Contender, target?: string) => {
    const comparison = await compare(us, them, { runs: workbench.runs }, workbench);
    rows.push({ label: them.name, comparison, ...(target === undefined ? {} : { target }) });
  };
  if (nginx && has("aria2c")) {
    await add(aria2(nginx, { name: "aria2, best settings", args: ARIA2_BEST }), "≤ 0.70");
    await add(aria2(nginx, { name: "aria2, its defaults" }));
  }
  if (nginx && has("axel")) await add(axel(nginx), "≤ 0.70");
  if (nginx && has("curl")) await add(curl(nginx, "curl from nginx"), "≤ 1.00");
  if (has("curl")) await add(curl(server, "curl from mpserver"), "≤ 1.00");
  await add(cp(file), "≤ 1.70");
  return {
    tables: [comparisonTable(formatSize(file.size), ["mpclient", "the other"], rows)],
    outcome: rows.map(({ label, comparison }) => `${label} ${ratioOf(comparison)}`).join(", "),
  };
}
