import { assert } from "@std/assert";
import { basename } from "node:path";
import type { ClientEvent } from "../../lib/ui/client/client_event.ts";
import { safeName } from "../../lib/storage/safe_name.ts";
import { beforeDeadline } from "../../testing/deadline.ts";
import { delay } from "../../testing/delay.ts";
import { Program } from "../../testing/program.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { type Claim, claimOf, noise } from "./claim.ts";
import { type HostileScenario, mustEndWell } from "./hostile_scenario.ts";
import { HostileServer } from "./hostile_server.ts";
import { Tally } from "../soak/tally.ts";
import { PeakMemory } from "./peak_memory.ts";

/** What a client may have in memory at any time, in bytes. */
const MOST_MEMORY = 200 * MIB;

/** Characters that a client may print, whatever servers do: it is asked to show progress once a second. */
const MOST_OUTPUT = 256 * 1024;

/** Bytes that a download may take on the disk besides those of the right file. */
const MOST_ON_DISK = 32 * MIB;

/** Milliseconds that a download without honest servers may go on before somebody interrupts it. */
const PATIENCE_MS = 6_000;

/** Milliseconds that any other one may take on a busy machine. */
const DEADLINE_MS = 60_000;

const NAME = "film.mp4";

/**
 * Plays a scenario.
 *
 * @returns Which lies were told.
 * @throws {Error} If it ended as it must not: another exit code than what happened explains, a wrong
 * file, a name that no file should get, too much memory, output or room on the disk, or no end at all.
 */
export async function playHostileDownload(scenario: HostileScenario): Promise<Tally> {
  const { size, seed, honest, liars } = scenario;
  const tally = new Tally();
  await using scratch = await Scratch.make();
  await using stack = new AsyncDisposableStack();
  const right = claimOf(NAME, noise(size, seed));
  const others: Claim[] = [];
  const addresses: string[] = [];
  await Deno.writeFile(scratch.path(NAME), right.bytes);
  for (let at = 0; at < honest; at++) {
    const rate = Math.ceil(size / honest) + 1;
    const server = stack.use(await Server.start([scratch.path(NAME)], { at: 1, rate }));
    addresses.push(...server.addresses);
  }
  for (const [at, liar] of liars.entries()) {
    const bytes = liar.vouchesFor === "right" ? right.bytes : noise(size, seed + 1 + at);
    const claim = claimOf(NAME, bytes, liar.fields);
    others.push(claim);
    const server = stack.use(await HostileServer.start(liar, claim, tally));
    // Whoever comes first must not matter.
    addresses.splice((seed + at) % (addresses.length + 1), 0, server.address);
  }
  const folder = scratch.path("folder");
  await Deno.mkdir(folder);
  const { code, memory } = await run(scenario, right, addresses, folder);
  await checkFolder(scenario, code, [right, ...others], folder);
  tally.count(`exit code ${code}`);
  tally.count(`mpclient took up to ${memory}`);
  return tally;
}

async function run(
  scenario: HostileScenario,
  { sha256 }: Claim,
  addresses: readonly string[],
  folder: string,
): Promise<{ readonly code: number; readonly memory: string }> {
  const urls = addresses.filter((address) => address.includes("://"));
  const ports = addresses.filter((address) => !address.includes("://"));
  const args = [
    ...urls,
    ...ports.length > 0 ? ["-p", ...ports] : [],
    ...["-i", "1", "--wait", "3", "--stall-timeout", "1", "--pause-timeout", "1"],
    ...scenario.namesChecksum ? ["--checksum", `sha-256=${sha256}`] : [],
    ...scenario.namesOutput ? ["-o", "copy.mp4"] : [],
    ...scenario.isJson ? ["--json"] : [],
  ];
  await using client = new Program<ClientEvent>("mpclient", args, { cwd: folder, stdin: "null" });
  await using memory = new PeakMemory(client.pid);
  if (scenario.honest === 0) {
    await delay(PATIENCE_MS, client.end());
    client.kill("SIGINT");
  }
  const shown = () => `the end; it said:\n${lastLines(client)}`;
  const { code } = await beforeDeadline(client.end(), shown, DEADLINE_MS);
  const outcome = `exit code ${code}, having said:\n${lastLines(client)}`;
  assert(expectedCodes(scenario).includes(code), outcome);
  assert(memory.bytes < MOST_MEMORY, `${Math.round(memory.bytes / MIB)} MiB, ${outcome}`);
  const said = [...client.stdout.entries, ...client.stderr.entries];
  const length = said.reduce((sum, line) => sum + line.length + 1, 0);
  assert(length < MOST_OUTPUT, `${length} characters of output, ${outcome}`);
  const odd = said.find((line) => /[\p{Cc}\u202e]/u.test(line));
  assert(odd === undefined, `control characters in ${JSON.stringify(odd)}`);
  return { code, memory: memory.inSteps };
}

/** How the client may end, given what it was up against. */
function expectedCodes(scenario: HostileScenario): readonly number[] {
  if (mustEndWell(scenario)) return [0];
  // With one honest server and one liar, nobody can say who is which.
  if (scenario.honest > 0) return [0, 5];
  // A file may be announced that no disk has room for; and who waits for ever is interrupted.
  return [0, 3, 4, 5, 130];
}

/** What is on the disk after the client's end, and what it is called. */
async function checkFolder(
  { honest, namesOutput, size }: HostileScenario,
  code: number,
  claims: readonly Claim[],
  folder: string,
): Promise<void> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  let onDisk = 0;
  for (const { name } of entries) {
    const { blocks } = await Deno.stat(`${folder}/${name}`);
    onDisk += 512 * (blocks ?? 0);
    assert(
      name === safeName(name) || name.startsWith("_"),
      `a file called ${JSON.stringify(name)}`,
    );
  }
  assert(onDisk < size + MOST_ON_DISK, `${onDisk} bytes on the disk for a file of ${size}`);
  const outputs = entries.map(({ name }) => name).filter((name) => !isBeside(name));
  if (code !== 0) {
    assert(outputs.length === 0, `${outputs} after exit code ${code}`);
    return;
  }
  const [output = ""] = outputs;
  assert(outputs.length === 1, `${outputs.length} outputs`);
  assert(!namesOutput || output === "copy.mp4", `an output called ${output}`);
  const bytes = await Deno.readFile(`${folder}/${output}`);
  // Without an honest server, the file is what a hostile one says it is; but one of them only.
  const possible = honest > 0 ? claims.slice(0, 1) : claims;
  const isThere = possible.some((claim) => isSame(claim.bytes, bytes));
  assert(isThere || honest === 0 && claims.length === 2, `a wrong file, ${basename(output)}`);
}

function isBeside(name: string): boolean {
  return /\.part(\.old)?(\.checkpoint(\.new)?)?$/.test(name);
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

function lastLines(client: Program<ClientEvent>): string {
  return [...client.stdout.entries, ...client.stderr.entries].slice(-12)
    .map((line) => line.slice(0, 400)).join("\n");
}
