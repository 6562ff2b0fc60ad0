import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { MAX_COPIES_TRIED } from "../../lib/client/limits.ts";
import { Client } from "../../testing/client.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { WebServer } from "../../testing/web_server.ts";

const SIZE = 12 * MIB;
const OUTPUT = "copy";

Deno.test("mpclient fetches from servers that have a copy of their own each", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const copies = await Promise.all([1, 2, 3, 4].map((index) => copyOf(scratch, file, index)));
  await using server = await Server.start(copies, { rate: 8 * MIB });
  await using client = new Client(scratch.path(OUTPUT), server.addresses);
  const { servers, sha256 } = await client.finishes();
  assertEquals(servers.every(({ received }) => received > 0), true);
  assertEquals(sha256, await sha256Of(file));
  await assertSameContent(scratch.path(OUTPUT), file);
});

Deno.test("mpclient refuses the one copy of four that has a flipped byte", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const bad = await scratch.flipped(file, "bad.mp4", SIZE - 1);
  await assertRefused(scratch, [file, file, bad, file], 3);
});

Deno.test("mpclient refuses the one copy of four that was truncated", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const bad = await copyOf(scratch, file, 1);
  await Deno.truncate(bad, SIZE - 1);
  await assertRefused(scratch, [bad, file, file, file], 1);
});

Deno.test("mpclient refuses the one copy of four that is another file of the same size", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const bad = await scratch.noise("other.mp4", SIZE, { seed: 2 });
  await assertRefused(scratch, [file, bad, file, file], 2);
});

for (const what of ["content", "size"]) {
  Deno.test(`mpclient cannot tell which ${what} is right when two servers stand against two`, async () => {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    const size = what === "size" ? SIZE - 1 : SIZE;
    const other = await scratch.noise("other.mp4", size, { seed: 2 });
    await using server = await Server.start([file, other, other, file]);
    await using client = new Client(scratch.path(OUTPUT), server.addresses);
    const message = await client.fails(5);
    for (const address of server.addresses) assertStringIncludes(message, address);
    assertStringIncludes(message, "--checksum");
    assertEquals((await scratch.names()).includes(OUTPUT), false);
  });
}

for (const [where, seeds] of [["half", [2, 0, 0, 2]], ["less", [2, 2, 0]], ["third", [2, 3, 0]]]) {
  Deno.test(`mpclient tries copies on the web until one is what --checksum names: ${where}`, async () => {
    await using scratch = await Scratch.make();
    const contents = await Promise.all((seeds as number[]).map(async (seed) => {
      // Those of the third kind differ in size, too.
      const size = seed === 3 ? MIB - 1 : MIB;
      return await Deno.readFile(await scratch.noise(`${seed}.mp4`, size, { seed }));
    }));
    await using stack = new AsyncDisposableStack();
    const servers = contents.map((content) => stack.use(new WebServer(content)));
    const right = scratch.path("0.mp4");
    const checksum = ["--checksum", `sha-256=${await sha256Of(right)}`];
    await using client = new Client(
      scratch.path(OUTPUT),
      servers.map((server) => server.url()),
      checksum,
    );
    const { sha256, received } = await client.finishes();
    assertEquals([sha256, received], [await sha256Of(right), MIB]);
    await assertSameContent(scratch.path(OUTPUT), right);
    assertEquals((await scratch.names()).filter((name) => name.startsWith(OUTPUT)), [OUTPUT]);
  });
}

for (const count of [3, MAX_COPIES_TRIED + 2]) {
  Deno.test(`mpclient ends with exit code 5 when no copy of ${count} is what --checksum names`, async () => {
    await using scratch = await Scratch.make();
    await using stack = new AsyncDisposableStack();
    const urls: string[] = [];
    for (let seed = 1; seed <= count; seed += 1) {
      const file = await scratch.noise(`${seed}.mp4`, MIB, { seed });
      urls.push(stack.use(new WebServer(await Deno.readFile(file))).url());
    }
    await using client = new Client(scratch.path(OUTPUT), urls, [
      ...["--checksum", `sha-256=${"0".repeat(64)}`],
    ]);
    assertStringIncludes(await client.fails(5), `not the ${"0".repeat(64)} asked for`);
    const others = client.stdout.entries.filter((line) => line.includes("trying the copy"));
    assertEquals(others.length, Math.min(count, MAX_COPIES_TRIED) - 1);
    assertEquals((await scratch.names()).filter((name) => name.startsWith(OUTPUT)), []);
  });
}

Deno.test("mpclient takes the copy that --checksum names, be it in the minority", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const other = await scratch.noise("other.mp4", SIZE, { seed: 2 });
  await using server = await Server.start([other, other, file, other]);
  const checksum = ["--checksum", `sha-256=${await sha256Of(file)}`];
  await using client = new Client(scratch.path(OUTPUT), server.addresses, checksum);
  const { sha256 } = await client.finishes();
  assertEquals(sha256, await sha256Of(file));
  await assertSameContent(scratch.path(OUTPUT), file);
});

for (const options of [[], ["--no-verify"]]) {
  const name = ["mpclient", ...options, "refuses content that --checksum does not name"].join(" ");
  Deno.test(name, async () => {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    await using server = await Server.start([file]);
    const checksum = ["--checksum", `sha-256=${"0".repeat(64)}`, ...options];
    await using client = new Client(scratch.path(OUTPUT), server.addresses, checksum);
    assertMatch(await client.fails(5), /SHA-256/);
    assertEquals((await scratch.names()).includes(OUTPUT), false);
  });
}

/** Makes sure that a download from these files is right, and says which server has a wrong one. */
async function assertRefused(
  scratch: Scratch,
  files: readonly [string, string, string, string],
  culprit: number,
): Promise<void> {
  await using server = await Server.start(files, { rate: 8 * MIB });
  await using client = new Client(scratch.path(OUTPUT), server.addresses);
  const { servers } = await client.finishes();
  assertEquals(
    servers.filter(({ state }) => state === "failed").map(({ index }) => index),
    [culprit],
  );
  const refused = await client.sees(culprit, "failed");
  assertMatch(JSON.stringify(refused), /differs|wrong piece|piece of it is wrong/);
  await assertSameContent(scratch.path(OUTPUT), files[culprit === 1 ? 1 : 0]);
}

async function copyOf(scratch: Scratch, file: string, index: number): Promise<string> {
  const copy = scratch.path(`copy of ${index}.mp4`);
  await Deno.copyFile(file, copy);
  return copy;
}

async function sha256Of(path: string): Promise<string> {
  return createHash("sha256").update(await Deno.readFile(path)).digest("hex");
}
