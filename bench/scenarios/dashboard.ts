import { TextLineStream } from "@std/streams/text-line-stream";
import { compare } from "../compare.ts";
import { comparisonTable, ratioOf } from "../comparison_table.ts";
import type { Contender } from "../contender.ts";
import { formatSize } from "../figures.ts";
import { linkIn, OpenPage } from "../page.ts";
import { mpclient } from "../peers/mpclient.ts";
import { Mpserver } from "../peers/mpserver.ts";
import { MPCLIENT, MPSERVER } from "../peers/programs.ts";
import { cpuSecondsOf } from "../process_usage.ts";
import type { Findings, Scenario } from "../scenario.ts";
import { Service } from "../service.ts";
import type { Table } from "../table.ts";
import { makeSparseFile, makeTestFile } from "../test_file.ts";
import type { Workbench } from "../workbench.ts";

const SERVERS = 4;
const SIZE = 2 ** 30;

const MANY = 64;
/** Bytes: as many pieces as a file can have. */
const MANY_PIECES_SIZE = 16_384 * 2 ** 20;
/** Bytes per second and server: the page changes all the time, and little else is done. */
const SLOW_RATE = 64 * 1_024;

/** Milliseconds until a program has started, and those over which its CPU time is taken. */
const SETTLE_MS = 3_000;
const WATCH_MS = 20_000;
const POLL_MS = 5;

/** What a page costs that somebody watches. */
export const dashboard: Scenario = {
  name: "dashboard",
  title: "With the page of --dashboard open",
  how:
    "`mpclient --dashboard` from four ports of one `mpserver`, its page being read, against the " +
    "same without. Then the CPU time that both programs take over " +
    `${
      WATCH_MS / 1_000
    } s, with a page that is read and without: \`mpserver\` with ${MANY} ports ` +
    `that nobody asks, and \`mpclient\` with ${MANY} servers that send ` +
    `${SLOW_RATE / 1_024} KiB/s each of a file of 16,384 pieces.`,
  target: "no slower with the page; under 3 % of a core",
  standard: false,
  run,
};

async function run(workbench: Workbench): Promise<Findings> {
  const row = await compareDownloads(workbench);
  const costs = [await costOfServer(workbench), await costOfClient(workbench)];
  return {
    tables: [
      comparisonTable(formatSize(workbench.size ?? SIZE), ["with the page", "without"], [row]),
      tableOf(costs),
    ],
    outcome: [
      `${ratioOf(row.comparison)} of the time without`,
      ...costs.map(({ name, open, closed }) => `${name} ${percent(open.part - closed.part)}`),
    ].join(", "),
  };
}

async function compareDownloads(workbench: Workbench) {
  using file = await makeTestFile(workbench.scratch.folder, workbench.size ?? SIZE);
  await using server = await Mpserver.start({ file, servers: SERVERS }, workbench);
  const said = workbench.scratch.path("said");
  const page = { name: "mpclient with its page open", args: ["--dashboard", "0"] };
  const watched = withPage(mpclient(server, page), said);
  const comparison = await compare(watched, mpclient(server), { runs: workbench.runs }, workbench);
  return { label: "mpclient", comparison, target: "≤ 1.03" };
}

/** The contender, and somebody who reads its page. */
function withPage(contender: Contender, said: string): Contender {
  return {
    ...contender,
    fetches: (folder) =>
      contender.fetches(folder).map((fetch) => ({
        ...fetch,
        argv: ["sh", "-c", `exec "$@" >"$0"`, said, ...fetch.argv],
      })),
    prepare: () => Deno.writeTextFile(said, ""),
    disturb: async (over) => {
      const link = await linkFrom(said, over);
      if (link === undefined) return;
      await using page = new OpenPage(link);
      await page.closed();
    },
  };
}

/** Undefined if the program has ended before it said one. */
async function linkFrom(path: string, over: AbortSignal): Promise<string | undefined> {
  while (!over.aborted) {
    const link = linkIn(await Deno.readTextFile(path));
    if (link !== undefined) return link;
    await passes(POLL_MS);
  }
  return undefined;
}

// CPU time ------------------------------------------------------------------------------------------

/** What a program takes of one core, 0 to 1, and how many updates its page gets a second. */
interface Load {
  readonly part: number;
  readonly updates: number;
}

interface Cost {
  readonly name: string;
  readonly open: Load;
  readonly closed: Load;
}

async function costOfServer(workbench: Workbench): Promise<Cost> {
  const { scratch, say } = workbench;
  say(`mpserver with ${MANY} ports`);
  using file = await makeTestFile(scratch.folder, 2 ** 20);
  const ports = Array.from({ length: MANY }, () => "0");
  const argv = [MPSERVER, "-f", file.path, "-i", "0", "--dashboard", "0", "-p", ...ports];
  return await costOf(`mpserver, ${MANY} ports`, argv, workbench);
}

async function costOfClient(workbench: Workbench): Promise<Cost> {
  const { scratch, say } = workbench;
  say(`mpclient with ${MANY} servers and 16,384 pieces`);
  using file = await makeSparseFile(scratch.folder, MANY_PIECES_SIZE);
  const slow = { file, servers: MANY, limitRate: SLOW_RATE };
  await using server = await Mpserver.start(slow, workbench);
  const output = scratch.path("copy");
  const argv = [MPCLIENT, "-i", "0", "--no-resume", "--dashboard", "0", "-o", output, "-p"];
  const name = `mpclient, ${MANY} servers, 16,384 pieces`;
  return await costOf(name, [...argv, ...server.addresses], workbench);
}

async function costOf(name: string, argv: readonly string[], workbench: Workbench): Promise<Cost> {
  const closed = await loadOf(argv, false, workbench);
  return { name, closed, open: await loadOf(argv, true, workbench) };
}

/** Starts a program, and measures what it takes with its page open or without. */
async function loadOf(
  argv: readonly string[],
  isOpen: boolean,
  { scratch, signal }: Workbench,
): Promise<Load> {
  await using stack = new AsyncDisposableStack();
  const service = stack.use(new Service({ argv, tmpdir: scratch.path("tmp") }));
  const link = await printedLink(service);
  const page = isOpen ? stack.use(new OpenPage(link)) : undefined;
  await passes(SETTLE_MS);
  signal.throwIfAborted();
  const [cpuBefore, updatesBefore] = [cpuSecondsOf(service.pid), page?.updates ?? 0];
  const startedAt = performance.now();
  await passes(WATCH_MS);
  const seconds = (performance.now() - startedAt) / 1_000;
  if (service.ended) throw new Error(`${argv[0]} ended early`);
  return {
    part: (cpuSecondsOf(service.pid) - cpuBefore) / seconds,
    updates: ((page?.updates ?? 0) - updatesBefore) / seconds,
  };
}

/** What is printed behind the link is read and dropped, so that the program can go on writing. */
async function printedLink(service: Service): Promise<string> {
  const lines = service.stdout
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream())
    .getReader();
  for (;;) {
    const { value } = await lines.read();
    if (value === undefined) throw new Error("it ended before it had opened its page");
    const link = linkIn(value);
    if (link === undefined) continue;
    void drain(lines);
    return link;
  }
}

async function drain(lines: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await lines.read()).done);
}

function tableOf(costs: readonly Cost[]): Table {
  return {
    columns: ["of one core", "with the page", "without", "the page", "updates a second", "target"],
    rows: costs.map(({ name, open, closed }) => [
      ...[name, percent(open.part), percent(closed.part), percent(open.part - closed.part)],
      ...[open.updates.toFixed(1), "≤ 3 %"],
    ]),
  };
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}

function passes(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
