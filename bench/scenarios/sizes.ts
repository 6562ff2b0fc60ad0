import { compare } from "../compare.ts";
import { type ComparisonRow, comparisonTable, ratioOf } from "../comparison_table.ts";
import { formatSize } from "../figures.ts";
import { hasRoomFor } from "../memory_room.ts";
import { aria2, ARIA2_BEST } from "../peers/aria2.ts";
import { Mirrors } from "../peers/mirrors.ts";
import { mpclient } from "../peers/mpclient.ts";
import { Mpserver } from "../peers/mpserver.ts";
import type { Findings, Scenario } from "../scenario.ts";
import { makeTestFile } from "../test_file.ts";
import { has, type Workbench } from "../workbench.ts";

const SERVERS = 4;
const MEBIBYTES = [1, 16, 256, 1_024, 4_096, 8_192];
/** A file of this many bytes or more takes so long that few pairs have to do. */
const LARGE = 4 * 2 ** 30;
const FEW_RUNS = 3;

/** From files that are mostly start-up to files that are nothing but transfer. */
export const sizes: Scenario = {
  name: "sizes",
  title: "Files of 1 MiB to 8 GiB",
  how:
    "`mpclient --no-verify` from four ports of one `mpserver` against aria2 at its best settings " +
    "from four nginx.",
  target: "at most 0.70 of aria2 from 1 GiB on",
  standard: false,
  run,
};

async function run(workbench: Workbench): Promise<Findings> {
  if (!has("aria2c")) throw new Error("it needs aria2");
  const rows: ComparisonRow[] = [];
  const notes: string[] = [];
  for (const size of MEBIBYTES.map((mebibytes) => mebibytes * 2 ** 20)) {
    if (hasRoomFor(2 * size)) rows.push(await measureSize(size, workbench));
    else notes.push(`${formatSize(size)}: not enough memory for the file and a copy of it.`);
  }
  return {
    tables: [comparisonTable("file", ["mpclient", "aria2"], rows)],
    notes,
    outcome: rows.map(({ label, comparison }) => `${label} ${ratioOf(comparison)}`).join(", "),
  };
}

async function measureSize(size: number, workbench: Workbench): Promise<ComparisonRow> {
  using file = await makeTestFile(workbench.scratch.folder, size);
  await using server = await Mpserver.start({ file, servers: SERVERS }, workbench);
  await using nginx = await Mirrors.start(file, SERVERS, workbench);
  if (!nginx) throw new Error("it needs nginx");
  const us = mpclient(server, { args: ["--no-verify"] });
  const them = aria2(nginx, { name: "aria2", args: ARIA2_BEST });
  const runs = size < LARGE ? workbench.runs : Math.min(workbench.runs, FEW_RUNS);
  return { label: formatSize(size), comparison: await compare(us, them, { runs }, workbench) };
}
