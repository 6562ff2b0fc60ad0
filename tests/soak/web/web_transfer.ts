import { createHash } from "node:crypto";
import { Client } from "../../../testing/client.ts";
import { delay } from "../../../testing/delay.ts";
import { freePlace } from "../../../testing/loopback.ts";
import type { Namespace } from "../../../testing/namespace.ts";
import { HAS_PRIVATE_HOSTS, privateHosts } from "../../../testing/private_hosts.ts";
import { assertSameContent } from "../../../testing/same_content.ts";
import { Scratch } from "../../../testing/scratch.ts";
import { Server } from "../../../testing/server.ts";
import { Tally } from "../tally.ts";
import { Mirror, type MirrorOptions } from "./mirror.ts";
import { isDependable, type MirrorTraits } from "./mirror_traits.ts";
import { dependableSources, isUndecided, type WebScenario } from "./web_scenario.ts";

/** Times the same command is given while things go wrong; once more without. */
const ATTEMPTS = 4;

const EXIT_UNREACHABLE = 3;
const EXIT_CONTENT = 5;
const EXIT_INTERRUPTED = 130;
const EXIT_KILLED = 137;

/** Milliseconds for which a client that is stopped stays so. */
const FROZEN_MS = 1_500;

const OUTPUT = "copy.mp4";

/**
 * Plays a scenario: the same command again and again until the file is there, the last time from a
 * source without faults.
 *
 * @returns What was made to go wrong.
 * @throws {Error} If anything ended as it must not: another exit code than what happened explains, a
 * file that is there before it is complete, a wrong file, or no end at all.
 */
export async function playWebTransfer(scenario: WebScenario): Promise<Tally> {
  const tally = new Tally();
  await using scratch = await Scratch.make();
  const { size, seed } = scenario;
  const file = await scratch.noise("film.mp4", size, { seed });
  const other = await scratch.noise("other.mp4", size, { seed: seed + 1 });
  const bytes = await Deno.readFile(file);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const checksum = scenario.namesChecksum ? ["--checksum", `sha-256=${sha256}`] : [];
  const options = ["--stall-timeout", "3", "--wait", "15", ...checksum];
  const output = scratch.path(OUTPUT);
  const stage = { scratch, file, output, options, tally };
  const contents = { right: bytes, other: await Deno.readFile(other) };
  if (!await tryWithFaults(scenario, contents, stage)) {
    await using server = await Server.start([file]);
    const certain = ["--checksum", `sha-256=${sha256}`];
    await using client = new Client(output, server.addresses, ["--wait", "3", ...certain]);
    await client.finishes();
  }
  const mayBeOther = isUndecided(scenario) && !scenario.namesChecksum;
  await assertOneOf(output, mayBeOther ? [file, other] : [file]);
  const left = (await scratch.names()).filter((name) => name.startsWith(`${OUTPUT}.`));
  if (left.length > 0) throw new Error(`Left behind: ${left.join(", ")}`);
  return tally;
}

/** Makes sure that a file is one of several, and no mixture of them. */
async function assertOneOf(path: string, [file = "", other]: readonly string[]): Promise<void> {
  try {
    await assertSameContent(path, file);
  } catch (error) {
    if (other === undefined) throw error;
    await assertSameContent(path, other);
  }
}

type Contents = Omit<MirrorOptions, "mayBeAbsurd">;

interface Stage {
  readonly scratch: Scratch;
  readonly file: string;
  readonly output: string;
  readonly options: readonly string[];
  readonly tally: Tally;
}

/** Gives the command until it has gone well, or too often; answers whether it has. */
async function tryWithFaults(
  scenario: WebScenario,
  contents: Contents,
  stage: Stage,
): Promise<boolean> {
  const { scratch, file, output, options, tally } = stage;
  await using sources = await Sources.start(scenario, contents, { ...stage, file });
  const interventions = [...scenario.interventions];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { within } = sources;
    await using client = new Client(output, sources.addresses, options, { within });
    const intervening = intervene(interventions, client, tally);
    const [{ code }] = await Promise.all([client.end(), intervening]);
    if (code === 0) return true;
    if (!explains(code, scenario)) await client.exits(0);
    const isThere = (await scratch.names()).includes(OUTPUT);
    if (isThere) throw new Error(`${OUTPUT} is there after exit code ${code}`);
  }
  return false;
}

/** Whether a download may end like this. */
function explains(code: number, scenario: WebScenario): boolean {
  const happens = (what: string) => scenario.interventions.some(({ kind }) => kind === what);
  switch (code) {
    case EXIT_UNREACHABLE:
      return dependableSources(scenario) === 0 || isUndecided(scenario);
    case EXIT_CONTENT:
      return isUndecided(scenario) || dependableSources(scenario) === 0;
    case EXIT_INTERRUPTED:
      return happens("stop client");
    case EXIT_KILLED:
      return happens("kill client");
    default:
      return false;
  }
}

async function intervene(
  interventions: WebScenario["interventions"][number][],
  client: Client,
  tally: Tally,
): Promise<void> {
  for (let next = interventions[0]; next !== undefined; next = interventions[0]) {
    if (!await client.completes(next.at)) return;
    interventions.shift();
    tally.count(next.kind);
    switch (next.kind) {
      case "kill client":
        client.kill("SIGKILL");
        break;
      case "stop client":
        client.kill("SIGINT");
        break;
      case "freeze client":
        client.kill("SIGSTOP");
        await delay(FROZEN_MS, client.end());
        client.kill("SIGCONT");
        break;
    }
  }
}

/** The first address of a mirror's name, if it has one at which nobody is. */
function deadAddress({ address }: MirrorTraits): string | undefined {
  switch (address) {
    case "ipv4":
    case "ipv6":
      return undefined;
    case "ipv4 after a dead one":
    case "ipv6 after a dead ipv4":
      return freePlace(0).host;
    case "ipv4 after a dead ipv6":
      return "::1";
    case "ipv4 after a silent one":
      // For documentation only (RFC 5737): nobody answers, or some router says that there is nobody.
      return "203.0.113.1";
  }
}

/** The mirrors of a scenario, its ports of `mpserver`, and the names that they go by. */
class Sources implements AsyncDisposable {
  readonly #parts: AsyncDisposable[] = [];
  #view: Namespace | undefined;
  /** URLs and `HOST:PORT`s, as the client takes them. */
  readonly addresses: string[] = [];

  static async start(
    scenario: WebScenario,
    contents: Contents,
    { scratch, file, tally }: Stage,
  ): Promise<Sources> {
    const { mirrors, ports, rate } = scenario;
    const hasDependable = dependableSources(scenario) > 0 && !isUndecided(scenario);
    const sources = new Sources();
    const hosts: string[] = [];
    try {
      for (const [at, traits] of mirrors.entries()) {
        const mayBeAbsurd = hasDependable && !isDependable(traits);
        const mirror = await Mirror.start(traits, { ...contents, mayBeAbsurd }, tally);
        sources.#parts.push(mirror);
        const name = `mirror${at + 1}.test`;
        const dead = deadAddress(traits);
        if (dead !== undefined && HAS_PRIVATE_HOSTS) {
          hosts.push(`${dead} ${name}`, `${mirror.host} ${name}`);
          sources.addresses.push(mirror.url(name));
        } else {
          sources.addresses.push(mirror.url());
        }
      }
      if (ports > 0) {
        const server = await Server.start([file], { at: ports, rate });
        sources.#parts.push(server);
        sources.addresses.push(...server.addresses);
      }
      if (hosts.length > 0) sources.#view = await privateHosts(scratch.folder, hosts);
      return sources;
    } catch (error) {
      await sources[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The command that starts clients where the mirrors' names are known. */
  get within(): readonly string[] {
    return this.#view?.within ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const view = this.#view === undefined ? [] : [this.#view];
    await Promise.all([...this.#parts, ...view].map((part) => part[Symbol.asyncDispose]()));
  }
}
