import { createHash } from "node:crypto";
import { Client } from "../../testing/client.ts";
import { HARMLESS_FAULTS } from "../../testing/fault.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { Cast } from "./cast.ts";
import { intervene } from "./intervene.ts";
import type { InterventionKind, Scenario } from "./scenario.ts";
import { Tally } from "./tally.ts";

/** Times the same command is given while things go wrong; once more without. */
const ATTEMPTS = 4;

/** Seconds: short where servers fall silent; else longer than they ever do on a busy machine. */
const IMPATIENT_S = 1;
const PATIENT_S = 10;

const EXIT_UNREACHABLE = 3;
const EXIT_CONTENT = 5;
const EXIT_INTERRUPTED = 130;
const EXIT_KILLED = 137;

const OUTPUT = "copy.mp4";

/**
 * Plays a scenario: the same command again and again until the file is there, the last time without
 * faults.
 *
 * @returns What was made to go wrong.
 * @throws {Error} If anything ended as it must not: another exit code than what happened explains, a
 * file that is there before it is complete, a wrong file, or no end at all.
 */
export async function playTransfer(scenario: Scenario): Promise<Tally> {
  const tally = new Tally();
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", scenario.size, { seed: scenario.seed });
  const checksum = scenario.namesChecksum ? ["--checksum", await checksumOf(file)] : [];
  const stall = scenario.isHarmless ? PATIENT_S : IMPATIENT_S;
  const options = ["--stall-timeout", `${stall}`, "--wait", "3", ...checksum];
  const output = scratch.path(OUTPUT);
  const isDone = await tryUnderFaults(scenario, { scratch, file, output, options, tally });
  if (!isDone) {
    await using server = await Server.start([file]);
    await using client = new Client(output, server.addresses, options);
    await client.finishes();
  }
  await assertSameContent(output, file);
  const left = (await scratch.names()).filter((name) => name.startsWith(`${OUTPUT}.`));
  if (left.length > 0) throw new Error(`Left behind: ${left.join(", ")}`);
  return tally;
}

interface Stage {
  readonly scratch: Scratch;
  readonly file: string;
  readonly output: string;
  readonly options: readonly string[];
  readonly tally: Tally;
}

/** Gives the command until it has gone well, or too often; answers whether it has. */
async function tryUnderFaults(scenario: Scenario, stage: Stage): Promise<boolean> {
  const { scratch, file, output, options, tally } = stage;
  await using cast = await Cast.start(scenario, scratch, file);
  const interventions = [...scenario.interventions];
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await using client = new Client(output, cast.addresses, options, {
        within: cast.within,
      });
      const intervening = intervene(interventions, client, cast, tally);
      const [{ code }] = await Promise.all([client.end(), intervening]);
      if (code === 0) return true;
      if (!explains(code, scenario, cast)) await client.exits(0);
      const isThere = (await scratch.names()).includes(OUTPUT);
      if (isThere) throw new Error(`${OUTPUT} is there after exit code ${code}`);
    }
    return false;
  } finally {
    for (const [kind, times] of cast.injected) tally.count(kind, times);
  }
}

/** Whether a download may end like this under what was done to it. */
function explains(code: number, { interventions, processes }: Scenario, cast: Cast): boolean {
  const happens = (...kinds: InterventionKind[]) =>
    interventions.some(({ kind }) => kinds.includes(kind));
  switch (code) {
    case EXIT_UNREACHABLE:
      return happens("terminate", "kill server", "freeze server") ||
        [...cast.injected.keys()].some((kind) => !HARMLESS_FAULTS.has(kind));
    case EXIT_CONTENT:
      return cast.injected.has("flip") || processes.some(({ copy }) => copy !== "right");
    case EXIT_INTERRUPTED:
      return happens("stop client");
    case EXIT_KILLED:
      return happens("kill client");
    default:
      return false;
  }
}

async function checksumOf(path: string): Promise<string> {
  return `sha-256=${createHash("sha256").update(await Deno.readFile(path)).digest("hex")}`;
}
