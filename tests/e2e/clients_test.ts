import { assertEquals } from "@std/assert";
import { safeName } from "../../lib/storage/safe_name.ts";
import { Client } from "../../testing/client.ts";
import { Program } from "../../testing/program.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { together } from "../../testing/together.ts";

Deno.test("mpserver serves several mpclients at once", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", 16 * MIB);
  await using server = await Server.start([file]);
  await together(["first", "second", "third"], async (name) => {
    await using client = new Client(scratch.path(name), server.addresses);
    assertEquals((await client.finishes()).received, 16 * MIB);
    await assertSameContent(scratch.path(name), file);
  });
});

const NAMES = [
  "with  spaces .mp4",
  "Übung №1 – 你好 😀.mp4",
  "100%20 #1? [a]&b=c;d+e.mp4",
  "'single' \"double\" <b>.mp4",
  "-o.mp4",
  ".hidden",
  "film.mp4.meta4",
];

Deno.test("mpclient calls its output what the servers call their file, whatever that is", async () => {
  await using scratch = await Scratch.make();
  await Deno.mkdir(scratch.path("copies"));
  await together(NAMES, async (name) => {
    const file = await scratch.noise(name, 2 * MIB + 1);
    await using server = await Server.start([file], { at: 2 });
    await using client = new Client("copies/", server.addresses, [], { cwd: scratch.folder });
    await client.finishes();
    await assertSameContent(scratch.path(`copies/${safeName(name)}`), file);
    await assertFetchable(server, name, 2 * MIB + 1);
  });
});

Deno.test("mpclient puts its output into the current folder when it is given no name", async () => {
  await using scratch = await Scratch.make();
  await Deno.mkdir(scratch.path("here"));
  const file = await scratch.noise("film.mp4", MIB);
  await using server = await Server.start([file]);
  const args = ["-p", ...server.addresses];
  await using client = new Program("mpclient", args, { cwd: scratch.path("here") });
  await client.exits(0);
  await assertSameContent(scratch.path("here/film.mp4"), file);
});

Deno.test("mpclient stops when nobody reads its output any more, and keeps what it has", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", 8 * MIB);
  await using server = await Server.start([file], { rate: MIB });
  const output = scratch.path("copy");
  for (const form of [[], ["--json"]]) {
    const args = ["-o", output, "-p", ...server.addresses, "-i", "0.1", ...form];
    await using client = new Program("mpclient", args);
    await client.line(/progress|of 8/);
    client.stopReading();
    const { code } = await client.end();
    assertEquals([code, client.stderr.entries], [130, []]);
    assertEquals((await scratch.names()).includes("copy.part"), true);
  }
});

Deno.test("mpserver stops when nobody reads its output any more", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", MIB);
  await using server = await Server.start([file], { at: 1 });
  await server.event(({ type }) => type === "status");
  server.stopReading();
  const { code } = await server.end();
  assertEquals([code, server.stderr.entries], [130, []]);
});

/** Every HTTP client can ask for it by the name that the URL standard makes of it. */
async function assertFetchable(server: Server, name: string, size: number): Promise<void> {
  const response = await fetch(`http://${server.addresses[0]}/${encodeURIComponent(name)}`);
  assertEquals([response.status, (await response.bytes()).length], [200, size]);
}
