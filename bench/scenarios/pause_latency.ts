import { TextLineStream } from "@std/streams/text-line-stream";
import { MPCLIENT } from "../peers/programs.ts";
import { Mpserver } from "../peers/mpserver.ts";
import type { Findings, Scenario } from "../scenario.ts";
import { Service } from "../service.ts";
import { median, quantile } from "../statistics.ts";
import { makeTestFile } from "../test_file.ts";
import type { Workbench } from "../workbench.ts";

const SERVERS = 4;
const SIZE = 2 ** 30;
/** So slow that the download outlasts the measuring. */
const LIMIT_RATE = 4 * 2 ** 20;
const PAUSES = 30;
/** Between two lines, so that they come at any moment of whatever goes on in rounds. */
const GAP_MS = [150, 350] as const;
/** A change that takes longer is not coming. */
const PATIENCE_MS = 5_000;

/** How long an operator's line takes to be seen at the other end. */
export const pauseLatency: Scenario = {
  name: "pause-latency",
  title: "Pause and resume, as the client sees them",
  how:
    `Milliseconds from the line typed into the console of \`mpserver\` to the \`server\` event that ` +
    "`mpclient --json` writes, over loopback, while four servers send 4 MiB/s each.",
  target: "at most 300 ms",
  standard: true,
  run,
};

async function run(workbench: Workbench): Promise<Findings> {
  const { scratch, signal, say } = workbench;
  using file = await makeTestFile(scratch.folder, workbench.size ?? SIZE);
  const limited = { file, servers: SERVERS, limitRate: LIMIT_RATE };
  await using server = await Mpserver.start(limited, workbench);
  const argv = [MPCLIENT, "--json", "-i", "0", "-o", scratch.path("paused"), "-p"];
  const options = { argv: [...argv, ...server.addresses], tmpdir: scratch.path("tmp") };
  await using client = new Service(options);
  const lines = client.stdout
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream())
    .getReader();
  await seen(lines, "downloading");
  say(`${PAUSES} pauses`);
  const latencies: Record<State, number[]> = { paused: [], downloading: [] };
  for (let pause = 0; pause < PAUSES; pause += 1) {
    for (const [line, state] of [["1", "paused"], ["r1", "downloading"]] as const) {
      signal.throwIfAborted();
      await rest();
      const typed = performance.now();
      await server.service.type(line);
      latencies[state].push(await seen(lines, state) - typed);
    }
  }
  const rows = [["pause", latencies.paused], ["resume", latencies.downloading]] as const;
  return {
    tables: [{
      columns: ["", "median", "95 % within", "longest"],
      rows: rows.map(([what, all]) => [what, ...cellsOf(all)]),
    }],
    outcome: rows.map(([what, all]) => `${what} ${milliseconds(median(all))}`).join(", "),
  };
}

type State = "paused" | "downloading";

/** When Server1 is told to have got into a state, by `performance.now()`. */
async function seen(lines: ReadableStreamDefaultReader<string>, state: State): Promise<number> {
  const late = setTimeout(() => lines.cancel(), PATIENCE_MS);
  try {
    for (;;) {
      const { value } = await lines.read();
      if (value === undefined) throw new Error(`no word of Server1 ${state}`);
      const event = JSON.parse(value);
      if (event.type === "server" && event.index === 1 && event.state === state) {
        return performance.now();
      }
    }
  } finally {
    clearTimeout(late);
  }
}

function rest(): Promise<void> {
  const [least, most] = GAP_MS;
  return new Promise((resolve) => setTimeout(resolve, least + (most - least) * Math.random()));
}

function cellsOf(latencies: readonly number[]): string[] {
  return [median(latencies), quantile(latencies, 0.95), Math.max(...latencies)].map(milliseconds);
}

function milliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}
