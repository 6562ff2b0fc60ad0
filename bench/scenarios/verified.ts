import { compare } from "../compare.ts";
import { type ComparisonRow, comparisonTable, ratioOf } from "../comparison_table.ts";
import type { Contender } from "../contender.ts";
import { formatSize } from "../figures.ts";
import { aria2, ARIA2_BEST } from "../peers/aria2.ts";
import { Mirrors } from "../peers/mirrors.ts";
import { mpclient } from "../peers/mpclient.ts";
import { Mpserver } from "../peers/mpserver.ts";
import { writeMirrorsMetalink } from "../peers/mirrors_metalink.ts";
import type { Findings, Scenario } from "../scenario.ts";
import { makeTestFile } from "../test_file.ts";
import { has, type Workbench } from "../workbench.ts";

const SERVERS = 4;
const SIZE = 2 ** 30;

/** The same as loopback, with SHA-256 of every piece compared by both. */
export const verified: Scenario = {
  name: "verified",
  title: "Four servers on loopback, every piece verified",
  how:
    "`mpclient` from four ports of one `mpserver`; aria2 from four nginx, with a Metalink that has " +
    "the same SHA-256 of the same pieces. The digests are ready before the first run.",
  target: "at most 0.55 of aria2",
  standard: true,
  run,
};

async function run(workbench: Workbench): Promise<Findings> {
  const { scratch, runs } = workbench;
  using file = await makeTestFile(scratch.folder, workbench.size ?? SIZE);
  await using server = await Mpserver.start({ file, servers: SERVERS }, workbench);
  await using nginx = await Mirrors.start(file, SERVERS, workbench);
  const us = mpclient(server);
  const rows: ComparisonRow[] = [];
  const add = async (them: Contender, target = "") => {
    rows.push({
      label: them.name,
      comparison: await compare(us, them, { runs }, workbench),
      target,
    });
  };
  if (nginx && has("aria2c")) {
    const metalink = await writeMirrorsMetalink(server, nginx, scratch.path("mirrors.meta4"));
    const defaults = { name: "aria2, its defaults", metalink };
    await add(
      aria2(nginx, { ...defaults, name: "aria2, best settings", args: ARIA2_BEST }),
      "≤ 0.55",
    );
    await add(aria2(nginx, defaults));
  }
  await add(mpclient(server, { name: "mpclient --no-verify", args: ["--no-verify"] }));
  return {
    tables: [comparisonTable(formatSize(file.size), ["mpclient", "the other"], rows)],
    outcome: rows.map(({ label, comparison }) => `${label} ${ratioOf(comparison)}`).join(", "),
  };
}
