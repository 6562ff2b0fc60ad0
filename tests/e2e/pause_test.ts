import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { Client, type Progress } from "../../testing/client.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { together } from "../../testing/together.ts";

const SIZE = 12 * MIB;
/** Each of four portions takes three seconds: time to interfere, also on a busy machine. */
const RATE = MIB;
/** No server is ever so silent, however busy the machine is. */
const PATIENT = ["--stall-timeout", "60"];
/** Seconds; a server that is back by then is not given up. */
const STALL_S = 2;
/** Looks at the figures, ten a second, that take longer than that. */
const LONGER = 25;

Deno.test("mpclient waits for any server of four while it is paused", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await together([1, 2, 3, 4], async (index) => {
    const copy = scratch.path(`copy${index}`);
    await using server = await Server.start([file], { rate: RATE });
    await using client = new Client(copy, server.addresses, PATIENT);
    await client.sees(index, "downloading");
    await server.pause(index);
    const paused = await client.sees(index, "paused");
    const waiting = await client.progress(({ servers }) =>
      servers.every(({ index: other, state }) => state === (other === index ? "paused" : "idle"))
    );
    assertLess(waiting.received, SIZE);
    const later = await client.progresses(8, waiting);
    assertEquals(later.received, waiting.received);
    assertEquals(later.servers[index - 1]?.state, "paused");
    assertLess(later.received, SIZE, "others must not take what a paused server has left");

    await server.type(`r${index}`);
    await client.sees(index, "downloading", paused);
    const { received, servers } = await client.finishes();
    assertEquals(received, SIZE);
    const before = later.servers[index - 1]?.received ?? 0;
    assertGreater(servers[index - 1]?.received ?? 0, before, "a resumed server sends again");
    await assertSameContent(copy, file);
  });
});

Deno.test("mpclient goes on when all servers were paused and are resumed", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { rate: RATE });
  const impatient = ["--stall-timeout", `${STALL_S}`];
  await using client = new Client(scratch.path("copy"), server.addresses, impatient);
  await client.receives(1);
  await server.type("1 2, 3 4");
  for (const index of [1, 2, 3, 4]) await client.sees(index, "paused");
  const isPaused = ({ servers }: Progress) => servers.every(({ state }) => state === "paused");
  // What was on its way when they were paused comes before the second of such looks.
  const paused = await client.progresses(1, await client.progress(isPaused));
  assertEquals((await client.progresses(LONGER, paused)).received, paused.received);

  await server.type("r1 r2 r3 r4");
  await client.finishes();
  await assertSameContent(scratch.path("copy"), file);
});

Deno.test("mpclient takes a server in that was paused before it came", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 2, rate: 4 * RATE });
  await server.pause(1);
  await using client = new Client(scratch.path("copy"), server.addresses, PATIENT);
  await client.sees(1, "paused");
  await client.receives(MIB);
  await server.type("r1");
  await client.sees(1, "downloading");
  await client.finishes();
  await assertSameContent(scratch.path("copy"), file);
});
