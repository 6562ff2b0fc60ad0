import { formatMemory, formatSeconds, formatSize } from "../figures.ts";
import { hasRoomFor } from "../memory_room.ts";
import { mpclient } from "../peers/mpclient.ts";
import { Mpserver } from "../peers/mpserver.ts";
import type { Findings, Scenario } from "../scenario.ts";
import { makeSparseFile } from "../test_file.ts";
import { runTrial } from "../trial.ts";
import type { Workbench } from "../workbench.ts";

const PORTS = [4, 64];
const GIBIBYTES = [1, 8];
const LIMIT_SECONDS = 120;

/** What both programs hold at most, which must not depend on the size of the file. */
export const memory: Scenario = {
  name: "memory",
  title: "Memory of both programs",
  how:
    "The most resident memory each had, the pages of its own executable included, over one run of " +
    "`mpclient`, verifying. The file is sparse, so that two of them need no memory of their own.",
  target: "with 4 ports client under 150 MB and server under 200 MB, with 64 client under 200 MB",
  standard: false,
  run,
};

async function run(workbench: Workbench): Promise<Findings> {
  const rows: string[][] = [];
  const notes: string[] = [];
  for (const size of GIBIBYTES.map((gibibytes) => gibibytes * 2 ** 30)) {
    if (!hasRoomFor(size)) {
      notes.push(`${formatSize(size)}: not enough memory for a copy of it.`);
      continue;
    }
    for (const servers of PORTS) rows.push(await measureOne(size, servers, workbench));
  }
  return {
    tables: [{ columns: ["file", "ports", "time", "client", "server"], rows }],
    notes,
    outcome: rows.map(([file, ports, , client, server]) => {
      return `${file}, ${ports} ports: ${client} and ${server}`;
    }).join("; "),
  };
}

async function measureOne(size: number, servers: number, workbench: Workbench): Promise<string[]> {
  workbench.say(`${formatSize(size)} from ${servers} ports`);
  using file = await makeSparseFile(workbench.scratch.folder, size);
  await using server = await Mpserver.start({ file, servers }, workbench);
  const options = { limitSeconds: LIMIT_SECONDS, compare: false };
  const trial = await runTrial(mpclient(server), options, workbench);
  return [
    ...[formatSize(size), String(servers), formatSeconds(trial.seconds)],
    ...[formatMemory(trial.client.peakBytes), formatMemory(trial.server.peakBytes)],
  ];
}
