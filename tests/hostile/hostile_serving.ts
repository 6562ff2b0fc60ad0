import { assert } from "@std/assert";
import type { ServerEvent } from "../../lib/ui/server/server_event.ts";
import { Attacker } from "../../testing/attack.ts";
import { Client } from "../../testing/client.ts";
import { randomBehaviours } from "../../testing/hostile_client.ts";
import { Program } from "../../testing/program.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Random } from "../../testing/simulation/random.ts";
import { Tally } from "../soak/tally.ts";
import { PeakMemory } from "./peak_memory.ts";

/** What a server may have in memory at any time, in bytes. */
const MOST_MEMORY = 300 * MIB;

/** How many ports there may be: with a worker each, and sharing them. */
const PORTS = [1, 3, 8, 16] as const;
/** Connections that the hostile client has to all ports together. */
const HOSTILE_CONNECTIONS = 900;
/** Downloads of the honest client, one after the other. */
const DOWNLOADS = 2;

/** The hostile client's address, and the honest one's. */
const HOSTILE = "127.0.0.1";
const HONEST = "[::1]";

/**
 * Serves a file to an honest client beside a hostile one that is drawn from a seed.
 *
 * @returns What the hostile client did.
 * @throws {Error} If the honest client did not get the file, or the server took too much memory.
 */
export async function playHostileClient(seed: number): Promise<Tally> {
  const random = new Random(seed);
  const tally = new Tally();
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", random.integer(1, 32) * MIB + 1);
  const count = random.pick(PORTS);
  const args = ["-f", file, "-p", ...new Array(count).fill("0"), "-i", "0.1", "--json"];
  await using server = new Program<ServerEvent>("mpserver", args);
  await using memory = new PeakMemory(server.pid);
  const listening = await server.event(({ type }) => type === "listening");
  if (listening.type !== "listening") throw new Error("not reached");
  const ports = listening.servers.map(({ address }) => Number(address.split(":").at(-1)));

  await using attacker = await Attacker.start({
    seed,
    path: "/film.mp4",
    connections: Math.ceil(HOSTILE_CONNECTIONS / count),
    targets: ports.map((port) => {
      return { address: `${HOSTILE}:${port}`, behaviours: randomBehaviours(random) };
    }),
  });
  for (let download = 0; download < DOWNLOADS; download++) {
    const copy = scratch.path(`copy${download}`);
    await using client = new Client(copy, ports.map((port) => `${HONEST}:${port}`));
    if (random.chance(0.5)) {
      // What clients sent and did before they left matters most while nothing is answered.
      const all = ports.map((_, at) => at + 1);
      await server.type(all.join(" "));
      await server.event((event) => event.type === "server" && event.state === "paused");
      await server.type(all.map((index) => `r${index}`).join(" "));
    }
    await client.finishes();
    await assertSameContent(copy, file);
  }
  assert(memory.bytes < MOST_MEMORY, `${Math.round(memory.bytes / MIB)} MiB`);
  for (const [deed, times] of Object.entries(attacker.deeds)) tally.count(deed, times);
  tally.count(`mpserver with ${count} ports took up to ${memory.inSteps}`);
  return tally;
}
