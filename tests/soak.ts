/**
 * Downloads under random faults, for long: `deno task soak 10` does so for ten minutes.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { playHostileDownload } from "./hostile/hostile_download.ts";
import { describeScenario, hostileScenario } from "./hostile/hostile_scenario.ts";
import { playHostileClient } from "./hostile/hostile_serving.ts";
import { scenario } from "./soak/scenario.ts";
import { Tally } from "./soak/tally.ts";
import { playTransfer } from "./soak/transfer.ts";
import { webScenario } from "./soak/web/web_scenario.ts";
import { playWebTransfer } from "./soak/web/web_transfer.ts";

const USAGE = `usage: deno task soak MINUTES [OPTIONS]
       deno task soak --runs N [OPTIONS]

  --seed S   the seed of the first run; the next ones follow; default: the time
  --jobs N   runs at the same time; default 1
  --web      from web servers that misbehave, instead of mpserver's ports behind proxies that do
  --hostile-servers  from servers that do mpclient whatever harm they can
  --hostile-clients  beside clients that do mpserver whatever harm they can

A run that goes wrong is run again with: deno task soak --runs 1 --seed S`;

const MINUTE_MS = 60_000;

/** What the command line asks for. */
interface Plan {
  readonly runs: number;
  readonly minutes: number;
  readonly seed: number;
  readonly jobs: number;
  readonly kind: keyof typeof KINDS;
}

/** Kinds of runs, by the options that ask for them, and what makes one of a seed. */
const KINDS = {
  "": portsRun,
  web: webRun,
  "hostile-servers": hostileServersRun,
  "hostile-clients": hostileClientsRun,
};

/** One run: what it is about, and what plays it. */
interface Run {
  readonly what: string;
  play(): Promise<Tally>;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const plan = readPlan(args);
  if (plan === undefined) {
    console.error(USAGE);
    return 2;
  }
  const tally = new Tally();
  const wrong: number[] = [];
  const end = performance.now() + plan.minutes * MINUTE_MS;
  let runs = 0;
  const work = async () => {
    while (runs < plan.runs && performance.now() < end) {
      const seed = plan.seed + runs++;
      if (!await run(seed, KINDS[plan.kind](seed), tally)) wrong.push(seed);
    }
  };
  await Promise.all(Array.from({ length: plan.jobs }, work));

  console.log(`\n${tally.total} times something was made to go wrong:\n${tally}`);
  console.log(`${runs - wrong.length} of ${runs} transfers ended right`);
  const kind = plan.kind === "" ? "" : ` --${plan.kind}`;
  for (const seed of wrong) console.log(`  wrong: deno task soak${kind} --runs 1 --seed ${seed}`);
  return wrong.length === 0 ? 0 : 1;
}

function readPlan(args: readonly string[]): Plan | undefined {
  const { positionals: [minutes], values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: "string" },
      seed: { type: "string" },
      jobs: { type: "string" },
      web: { type: "boolean" },
      "hostile-servers": { type: "boolean" },
      "hostile-clients": { type: "boolean" },
    },
    allowPositionals: true,
    strict: false,
  });
  const { runs, seed, jobs } = values;
  const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];
  const plan = {
    minutes: runs === undefined ? Number(minutes) : Infinity,
    runs: runs === undefined ? Infinity : Number(runs),
    seed: seed === undefined ? Math.floor(Date.now() / 1000) : Number(seed),
    jobs: Number(jobs ?? 1),
    kind: kinds.find((kind) => kind !== "" && values[kind] === true) ?? "",
  };
  const isUsable = plan.minutes > 0 && plan.runs > 0 && plan.jobs >= 1 &&
    Number.isSafeInteger(plan.seed);
  return isUsable ? plan : undefined;
}

function portsRun(seed: number): Run {
  const played = scenario(seed);
  const servers = played.processes.reduce((sum, process) => sum + process.servers, 0);
  const what = `${played.size} bytes from ${servers} servers`;
  return { what, play: () => playTransfer(played) };
}

function webRun(seed: number): Run {
  const played = webScenario(seed);
  const { size, mirrors, ports } = played;
  const what = `${size} bytes from ${mirrors.length} mirrors and ${ports} ports`;
  return { what, play: () => playWebTransfer(played) };
}

function hostileServersRun(seed: number): Run {
  const played = hostileScenario(seed);
  return { what: describeScenario(played), play: () => playHostileDownload(played) };
}

function hostileClientsRun(seed: number): Run {
  return { what: "hostile clients", play: () => playHostileClient(seed) };
}

/** Plays a run and tells how it went; answers whether it went right. */
async function run(seed: number, { what, play }: Run, tally: Tally): Promise<boolean> {
  const started = performance.now();
  try {
    const faults = await play();
    tally.add(faults);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`seed ${seed}: ${what}, ${faults.total} faults: right after ${seconds} s`);
    return true;
  } catch (error) {
    console.log(`seed ${seed}: ${what}: WRONG\n${described(error)}`);
    return false;
  }
}

/** An error in words, with the one that it is said to have suppressed: that came first. */
function described(error: unknown): string {
  if (error instanceof SuppressedError) {
    return `${described(error.suppressed)}\n${described(error.error)}`;
  }
  return error instanceof Error ? error.message : String(error);
}
