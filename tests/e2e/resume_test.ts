import { assert, assertEquals } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { stoppedDownload } from "../../testing/stopped_download.ts";

const SIZE = 16 * MIB;
const OUTPUT = "copy";

/** Bytes that seem to be there and are not: where two servers met in a piece, less than a hole each time. */
const GAPS = 4 * 64 * 1024;

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
  await using server = await Server.start([file], { at: 2, rate: 3 * MIB });
  await using client = new Client(scratch.path(OUTPUT), server.addresses);
  const { received: before } = await client.receives(6 * MIB);
  client.kill("SIGTERM");
  await client.fails(143);
  await using again = new Client(scratch.path(OUTPUT), server.addresses);
  assert((await again.finishes()).received <= SIZE - before);
  await assertSameContent(scratch.path(OUTPUT), file);
});

Deno.test("mpclient goes on wherever kill -9 hits it, and fetches little twice that it has told of", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 2, rate: 3 * MIB });
  await server.manifest("film.mp4");
  let there = 0;
  for (const after of [1, 2 * MIB, 4 * MIB, 3 * MIB]) {
    await using client = new Client(scratch.path(OUTPUT), server.addresses);
    const { received } = await client.receives(after);
    const { kept } = await client.starts();
    assert(kept >= there - GAPS, `${kept} of ${there}`);
    client.kill("SIGKILL");
    await client.end();
    there = kept + received;
    assertEquals((await scratch.names()).includes(OUTPUT), false);
  }
  await using client = new Client(scratch.path(OUTPUT), server.addresses);
  const { received } = await client.finishes();
  assert(received <= SIZE - there + GAPS, `${there} and then ${received} of ${SIZE}`);
  await assertSameContent(scratch.path(OUTPUT), file);
});

Deno.test("mpclient loses a second or so to kill -9 where nothing but the checkpoint tells what is there", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", 4 * SIZE);
  await using server = await Server.start([file], { at: 2, rate: 4 * MIB });
  await using client = new Client(scratch.path(OUTPUT), server.addresses, ["--no-verify"]);
  const early = await client.progress(({ elapsed, received }) => elapsed >= 1 && received > 0);
  await client.progress(({ elapsed }) => elapsed >= early.elapsed + 2.5);
  client.kill("SIGKILL");
  await client.end();
  await using again = new Client(scratch.path(OUTPUT), server.addresses, ["--no-verify"]);
  const { kept } = await again.starts();
  // Of the two pieces under way nothing is recorded.
  assert(kept >= early.received - 2 * MIB, `${kept} of ${early.received}`);
  await again.finishes();
  await assertSameContent(scratch.path(OUTPUT), file);
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
