import { assert, assertEquals } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

/** More than a client on the same machine can keep up with, and more than there are workers for. */
const SERVERS = 24;
const PORTION = 8 * MIB;
const SIZE = SERVERS * PORTION;

Deno.test("mpclient takes a part from each of many servers, when it is their turn", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE, { every: 8 });
  await using server = await Server.start([file], { at: SERVERS });
  await using client = new Client(scratch.path("copy"), server.addresses);
  const { received, servers } = await client.finishes();
  assertEquals(received, SIZE);
  assert(servers.every(({ received }) => received > 0), JSON.stringify(servers));
  await assertSameContent(scratch.path("copy"), file);
});

Deno.test("mpclient leaves a paused server of many its part, and takes that of a terminated one", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE, { every: 8 });
  await using server = await Server.start([file], { at: SERVERS, rate: 4 * MIB });
  await using client = new Client(scratch.path("copy"), server.addresses);
  await client.receives(SERVERS * MIB);
  await server.pause(2);
  await server.terminate(3);
  await client.sees(3, "terminated");
  await client.sees(1, "idle");
  assertEquals(client.events.entries.some(({ type }) => type === "done"), false);
  await server.type("r2");
  const { received, servers } = await client.finishes();
  assertEquals(received, SIZE, "nothing is fetched twice");
  assertEquals(servers[2]?.state, "terminated");
  await assertSameContent(scratch.path("copy"), file);
});
