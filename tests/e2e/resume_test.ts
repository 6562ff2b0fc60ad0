import { assert, assertEquals } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { stoppedDownload } from "../../testing/stopped_download.ts";

const SIZE = 16 * MIB;
const OUTPUT = "copy";

Deno.test("mpclient goes on where Ctrl-C stopped it, and fetches nothing twice", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const { output, received: before } = await stoppedDownload(scratch, file, 8 * MIB);
  await using server = await Server.start([file], { at: 2 });
  await using client = new Client(output, server.addresses);
  const { received } = await client.finishes();
  assert(before + received <= SIZE, `${before} and then ${received} of ${SIZE}`);
  await assertSameContent(output, file);
  assertEquals(await scratch.names(), ["film.mp4", "stopped"]);
});

Deno.test("mpclient goes on after SIGTERM", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 2, rate: 6 * MIB });
  await using client = new Client(scratch.path(OUTPUT), server.addresses);
  const { received: before } = await client.receives(6 * MIB);
  client.kill("SIGTERM");
  await client.fails(143);
  await using again = new Client(scratch.path(OUTPUT), server.addresses);
  assert((await again.finishes()).received <= SIZE - before);
  await assertSameContent(scratch.path(OUTPUT), file);
});

Deno.test("mpclient goes on wherever kill -9 hits it, and fetches next to nothing twice", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 2, rate: 5 * MIB });
  for (const after of [1, 2 * MIB, 4 * MIB, 3 * MIB]) {
    await using client = new Client(scratch.path(OUTPUT), server.addresses);
    await client.receives(after);
    client.kill("SIGKILL");
    await client.end();
    assertEquals((await scratch.names()).includes(OUTPUT), false);
  }
  await using client = new Client(scratch.path(OUTPUT), server.addresses);
  await client.finishes();
  await assertSameContent(scratch.path(OUTPUT), file);
  await server.type("q");
  await server.exits(0);
  // What was on its way when the client died is lost: a twentieth of a second of each server, each time.
  assert(server.served <= SIZE + 4 * MIB, `${server.served} of ${SIZE}`);
});

Deno.test("mpclient --no-resume starts over", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const { output } = await stoppedDownload(scratch, file, 8 * MIB);
  await using server = await Server.start([file], { at: 2 });
  await using client = new Client(output, server.addresses, ["--no-resume"]);
  assertEquals((await client.finishes()).received, SIZE);
  await assertSameContent(output, file);
});

Deno.test("mpclient --no-verify goes on too", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const { output, received: before } = await stoppedDownload(scratch, file, 8 * MIB);
  await using server = await Server.start([file], { at: 2 });
  await using client = new Client(output, server.addresses, ["--no-verify"]);
  const { received, sha256 } = await client.finishes();
  assert(received < SIZE, `${before} and then ${received} of ${SIZE}`);
  assertEquals(sha256, null);
  await assertSameContent(output, file);
});

Deno.test("mpclient refuses to write what another mpclient is writing", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 2, rate: 2 * MIB });
  await using first = new Client(scratch.path(OUTPUT), server.addresses);
  await first.receives(1);
  await using second = new Client(scratch.path(OUTPUT), server.addresses);
  const message = await second.fails(4);
  assert(message.includes("another download is writing it"), message);
  await first.finishes();
  await assertSameContent(scratch.path(OUTPUT), file);
});
