import { assert } from "@std/assert";
import type { ServerEvent } from "../../lib/ui/server_event.ts";
import { Client } from "../../testing/client.ts";
import { Program } from "../../testing/program.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Random } from "../../testing/simulation/random.ts";
import { HostileClient } from "./hostile_client.ts";

/** `HOSTILE_RUNS=300 deno task test tests/hostile` runs it for long; `HOSTILE_SEED` says where to begin. */
const RUNS = Number(Deno.env.get("HOSTILE_RUNS") ?? 2);
const FIRST_SEED = Number(Deno.env.get("HOSTILE_SEED") ?? 1);

/** What a server may have in memory at any time, in bytes. */
const MOST_MEMORY = 300 * MIB;

const PORTS = 3;
/** Connections that the hostile client has to each port, more than there are places. */
const HOSTILE_CONNECTIONS = 300;
/** Downloads of the honest client, one after the other. */
const DOWNLOADS = 2;

/** The hostile client's address, and the honest one's. */
const HOSTILE = "127.0.0.1";
const HONEST = "[::1]";

const ignore = Deno.build.os !== "linux" || !hasIpv6();
const suffix = ignore ? " (ignored: needs Linux and IPv6)" : "";

function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
  Deno.test({
    name: `mpserver serves an honest client beside a hostile one, seed ${seed}${suffix}`,
    ignore,
    fn: () => resist(seed),
  });
}

async function resist(seed: number): Promise<void> {
  const random = new Random(seed);
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", random.integer(1, 32) * MIB + 1);
  // Ends after the server: what it is sending then, only the server's end lets go of.
  await using hostiles = new AsyncDisposableStack();
  const args = ["-f", file, "-p", ...new Array(PORTS).fill("0"), "-i", "0.1", "--json"];
  await using server = new Program<ServerEvent>("mpserver", args);
  const listening = await server.event(({ type }) => type === "listening");
  if (listening.type !== "listening") throw new Error("not reached");
  const ports = listening.servers.map(({ address }) => Number(address.split(":").at(-1)));

  for (const port of ports) {
    const target = { hostname: HOSTILE, port, path: "/film.mp4" };
    hostiles.use(new HostileClient(target, random, HOSTILE_CONNECTIONS));
  }
  for (let download = 0; download < DOWNLOADS; download++) {
    const copy = scratch.path(`copy${download}`);
    await using client = new Client(copy, ports.map((port) => `${HONEST}:${port}`));
    if (random.chance(0.5)) {
      // What clients sent and did before they left matters most while nothing is answered.
      await server.type("1 2 3");
      await server.event((event) => event.type === "server" && event.state === "paused");
      await server.type("r1 r2 r3");
    }
    await client.finishes();
    await assertSameContent(copy, file);
  }
  const memory = await peakMemory(server.pid);
  if (Deno.env.has("HOSTILE_RUNS")) console.log(`seed ${seed}: ${Math.round(memory / MIB)} MiB`);
  assert(memory < MOST_MEMORY, `${Math.round(memory / MIB)} MiB`);
}

/** The most memory that a process has had, in bytes. */
async function peakMemory(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1]) * 1024;
}
