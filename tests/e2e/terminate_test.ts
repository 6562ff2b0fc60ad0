import { assertEquals, assertMatch } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { Program } from "../../testing/program.ts";
import { freePlace } from "../../testing/loopback.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { together } from "../../testing/together.ts";

const SIZE = 12 * MIB;
const OUTPUT = "copy.bin";

/** Bytes per second of servers that are interfered with: on a busy machine, too, there is time to. */
const SLOW = MIB / 8;

Deno.test("mpclient finishes when one, two or three servers of four are terminated", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await together([[1], [2, 4], [1, 2, 3]], async (ended) => {
    const copy = scratch.path(`copy without ${ended}`);
    await using others = await pausedServers(file, 4 - ended.length);
    await using slow = await Server.start([file], { at: ended.length, rate: SLOW });
    const [ofOthers, ofSlow] = [[...others.addresses], [...slow.addresses]];
    const addresses = [1, 2, 3, 4].map((index) =>
      (ended.includes(index) ? ofSlow : ofOthers).shift() ?? ""
    );
    await using client = new Client(copy, addresses);
    for (const index of ended) await client.sees(index, "downloading");
    await slow.type(ended.map((_, at) => `${at + 1} e${at + 1}`).join(" "));
    for (const index of ended) await client.sees(index, "terminated");
    await resumeAll(others);
    const { received, servers } = await client.finishes();

    assertEquals(received, SIZE, "nothing is fetched twice");
    assertEquals(
      servers.filter(({ state }) => state === "terminated").map(({ index }) => index),
      ended,
    );
    await assertSameContent(copy, file);
  });
});

Deno.test("mpclient leaves a server that is terminated during a long pause", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using others = await pausedServers(file, 3);
  await using slow = await Server.start([file], { at: 1, rate: SLOW });
  const addresses = [...slow.addresses, ...others.addresses];
  await using client = new Client(scratch.path(OUTPUT), addresses);
  await client.sees(1, "downloading");
  await slow.pause(1);
  await client.sees(1, "paused");
  await resumeAll(others);
  for (const index of [2, 3, 4]) await client.sees(index, "idle");
  assertEquals(client.events.entries.some(({ type }) => type === "done"), false);

  await slow.type("e1");
  await client.sees(1, "terminated");
  await client.finishes();
  await assertSameContent(scratch.path(OUTPUT), file);
});

Deno.test("mpclient ends with exit code 3 when all servers are terminated, and can go on", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const place = freePlace(4);
  await using server = await Server.start([file], { at: place, rate: 4 * SLOW });
  await using client = new Client(scratch.path(OUTPUT), server.addresses);
  const early = await client.receives(MIB);
  await server.type("1 2 3 4 e1 e2 e3 e4");
  const message = await client.fails(3);
  for (const port of place.ports) assertMatch(message, RegExp(`${port} \\(terminated`));
  await server.exits(0);
  assertEquals(await scratch.names(), [`${OUTPUT}.part`, `${OUTPUT}.part.checkpoint`, "film.mp4"]);

  await using again = await Server.start([file], { at: place });
  // Without it, only pieces that the checkpoint vouches for are kept.
  await again.manifest("film.mp4");
  await using second = new Client(scratch.path(OUTPUT), again.addresses);
  const { received } = await second.finishes();
  assertEquals(received <= SIZE - early.received, true, `${received} after ${early.received}`);
  await assertSameContent(scratch.path(OUTPUT), file);
});

Deno.test("mpserver terminates only servers that are paused", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", 4 * MIB);
  const { host, ports } = freePlace(2);
  const where = ["--bind", host, "-p", ...ports.map(String), "--limit-rate", `${2 * MIB}`];
  await using server = new Program("mpserver", ["-f", file, ...where]);
  await server.line(/Server2 listens/);
  const addresses = ports.map((port) => `${host}:${port}`);
  await using client = new Client(scratch.path(OUTPUT), addresses);
  await client.sees(1, "downloading");
  await server.type("e1");
  await server.line(/^Server1 is not paused: .*\(1\).*\(e1\)/);

  const { servers } = await client.finishes();
  assertEquals(servers.every(({ state }) => state === "idle"), true);
  await server.type("1");
  await server.line(/^Server1 paused/);
  await server.type("e1");
  await server.line(/^Server1 terminated/);
  await server.type("r1 1 e1");
  await server.line(/^Server1 is already terminated/);
});

/** Servers that send nothing before they are resumed. */
async function pausedServers(file: string, count: number): Promise<Server> {
  const server = await Server.start([file], { at: count });
  for (let index = 1; index <= count; index++) await server.pause(index);
  return server;
}

async function resumeAll(server: Server): Promise<void> {
  await server.type(server.addresses.map((_, at) => `r${at + 1}`).join(" "));
}
