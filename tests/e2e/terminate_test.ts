import { assertEquals, assertMatch } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { Program } from "../../testing/program.ts";
import { freePlace } from "../../testing/loopback.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { together } from "../../testing/together.ts";

const SIZE = 12 * MIB;
/** Each of four portions takes a second and a half: time to interfere. */
const RATE = 2 * MIB;
const OUTPUT = "copy.bin";

Deno.test("mpclient finishes when one, two or three servers of four are terminated", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await together([[1], [2, 4], [1, 2, 3]], async (ended) => {
    const copy = scratch.path(`copy without ${ended}`);
    await using server = await Server.start([file], { rate: RATE });
    await using client = new Client(copy, server.addresses);
    for (const index of ended) await client.sees(index, "downloading");
    // All at once: on a busy machine the last ones could have sent everything meanwhile.
    await server.type(ended.map((index) => `${index} e${index}`).join(" "));
    for (const index of ended) await client.sees(index, "terminated");
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
  await using server = await Server.start([file], { rate: RATE });
  await using client = new Client(scratch.path(OUTPUT), server.addresses);
  await client.sees(2, "downloading");
  await server.pause(2);
  for (const index of [1, 3, 4]) await client.sees(index, "idle");
  assertEquals(client.events.entries.some(({ type }) => type === "done"), false);

  await server.type("e2");
  await client.sees(2, "terminated");
  await client.finishes();
  await assertSameContent(scratch.path(OUTPUT), file);
});

Deno.test("mpclient ends with exit code 3 when all servers are terminated, and can go on", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const place = freePlace(4);
  await using server = await Server.start([file], { at: place, rate: RATE });
  await using client = new Client(scratch.path(OUTPUT), server.addresses);
  const early = await client.receives(4 * MIB);
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
