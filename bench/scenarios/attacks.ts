import { attackCommand } from "../../testing/attack.ts";
import { compare } from "../compare.ts";
import { type ComparisonRow, comparisonTable, ratiosOf } from "../comparison_table.ts";
import type { Contender } from "../contender.ts";
import { formatMemory, formatSize } from "../figures.ts";
import { Network } from "../network.ts";
import { mpclient } from "../peers/mpclient.ts";
import { Mpserver } from "../peers/mpserver.ts";
import type { Findings, Scenario } from "../scenario.ts";
import { Service } from "../service.ts";
import { median } from "../statistics.ts";
import { makeTestFile } from "../test_file.ts";
import type { Workbench } from "../workbench.ts";

const SERVERS = 4;
const SIZE = 48 * 2 ** 20;
/** Megabits per second of the honest client's link: far less than the server's processor can send. */
const LINK_MBITS = 200;
/** Connections that the attacker has to each port: more than there are places. */
const CONNECTIONS = 300;
/** Milliseconds for which an attack goes on before the honest client comes. */
const HEAD_START_MS = 1_000;
/** Where the first port is. */
const PORT = 6000;

/** What is tried, as it is called in the table, and as `testing/hostile_client.ts` knows it. */
const ATTACKS: readonly Attack[] = [
  { name: "event streams, not read", behaviour: "follows the state without reading" },
  { name: "event streams that send on", behaviour: "follows the state and floods" },
  { name: "GET and leave, while paused", behaviour: "asks for much more and leaves", paused: true },
  { name: "GET, not read", behaviour: "asks for the file and takes nothing" },
  { name: "GET, a few bytes at a time", behaviour: "takes the file a few bytes at a time" },
  { name: "one byte, again and again", behaviour: "asks for single bytes" },
  { name: "one byte for each connection", behaviour: "comes for a single byte" },
  { name: "pipelined requests, not read", behaviour: "asks without end and takes nothing" },
  { name: "heads, a letter at a time", behaviour: "sends its head by and by" },
  { name: "heads without end", behaviour: "sends a head without end" },
  { name: "connections, nothing asked", behaviour: "asks for nothing" },
  { name: "noise", behaviour: "sends noise" },
];

interface Attack {
  readonly name: string;
  readonly behaviour: string;
  /** Whether the servers are paused when it begins. */
  readonly paused?: boolean;
}

/** What one hostile address can take from an honest client. */
export const attacks: Scenario = {
  name: "attacks",
  title: "Beside a hostile client",
  how:
    `\`mpclient\` from four ports over a link of ${LINK_MBITS} Mbit/s, alone and beside a client at ` +
    `another address that attacks over the server's own loopback interface, with ${CONNECTIONS} ` +
    "connections to each port at any time, as a process of the lowest priority: it would have a " +
    "machine of its own. The honest client's link is the bottleneck, so that what shows is what " +
    "the server withholds from it, not how the machine's processor is shared.",
  target: "at least 0.8 of the rate without an attack",
  standard: false,
  run,
};

async function run(workbench: Workbench): Promise<Findings> {
  await using network = await Network.create([LINK_MBITS]);
  const [link] = network.links;
  if (!link) throw new Error("there is no link");
  using file = await makeTestFile(workbench.scratch.folder, workbench.size ?? SIZE);
  const options = { file, servers: SERVERS, at: { ...link, port: PORT } };
  await using server = await Mpserver.start(options, workbench);
  const alone = mpclient(server, { namespace: network.client });
  const rows: ComparisonRow[] = [];
  for (const attack of ATTACKS) {
    const beside = attacked(alone, attack, server, link.namespace, workbench);
    const comparison = await compare(alone, beside, { runs: workbench.runs }, workbench);
    rows.push({ label: attack.name, comparison, target: "0.80" });
  }
  return {
    tables: [comparisonTable(formatSize(file.size), ["alone", "attacked"], rows)],
    notes: [
      "Ratios are rates: what the honest client gets beside the attack, of what it gets alone.",
    ],
    outcome: outcomeOf(rows),
  };
}

/** The same client, with an attack that begins before it and ends with it. */
function attacked(
  alone: Contender,
  { name, behaviour, paused = false }: Attack,
  server: Mpserver,
  namespace: string,
  { scratch }: Workbench,
): Contender {
  const all = Array.from({ length: SERVERS }, (_, at) => at + 1);
  const argv = attackCommand({
    seed: 0,
    path: `/${server.file.name}`,
    connections: CONNECTIONS,
    targets: server.addresses.map((address) => ({ address, behaviours: [behaviour] })),
  });
  let attacker: Service | undefined;
  return {
    ...alone,
    name,
    prepare: async () => {
      if (paused) await server.service.type(all.join(" "));
      attacker = new Service({ argv, namespace, tmpdir: scratch.path("tmp") });
      await new Promise((resolve) => setTimeout(resolve, HEAD_START_MS));
      if (paused) await server.service.type(all.map((index) => `r${index}`).join(" "));
    },
    disturb: async (over) => {
      await new Promise((resolve) => over.addEventListener("abort", resolve));
      await attacker?.[Symbol.asyncDispose]();
    },
  };
}

function outcomeOf(rows: readonly ComparisonRow[]): string {
  const measured = rows.filter(({ comparison }) => comparison.pairs.length > 0);
  if (measured.length === 0) return "not measured";
  const ratios = measured.map(({ comparison }) => median(ratiosOf(comparison)));
  const memory = measured.flatMap(({ comparison }) =>
    comparison.pairs.map(({ b }) => b.server.peakBytes)
  );
  const worst = ratios.indexOf(Math.min(...ratios));
  return `at least ${ratios[worst]?.toFixed(2)} of it (${measured[worst]?.label}), server ${
    formatMemory(Math.max(...memory))
  }`;
}
