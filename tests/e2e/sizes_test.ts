import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { Client } from "../../testing/client.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

/** Files up to this one are shorter than the pieces they are cut into. */
const PIECE = MIB;
const SMALL = [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 1];

for (const servers of [1, 4, 16]) {
  const sizes = servers === 16 ? [0, PIECE + 1] : SMALL;
  Deno.test(`mpclient fetches short files from ${servers} servers`, async () => {
    await using scratch = await Scratch.make();
    for (const size of sizes) {
      const file = await scratch.noise(`${size}.bin`, size);
      await using server = await Server.start([file], { at: servers });
      const copy = scratch.path(`${size}.copy`);
      await using client = new Client(copy, server.addresses);
      const { sha256, ...done } = await client.finishes();
      assertEquals([done.size, done.received], [size, size]);
      assertEquals(sha256, await sha256Of(file));
      await assertSameContent(copy, file);
    }
  });
}

Deno.test("mpclient fetches a file from 16 servers", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", 64 * MIB + 1);
  await using server = await Server.start([file], { at: 16 });
  await using client = new Client(scratch.path("copy"), server.addresses);
  await client.finishes();
  await assertSameContent(scratch.path("copy"), file);
});

async function sha256Of(path: string): Promise<string> {
  return createHash("sha256").update(await Deno.readFile(path)).digest("hex");
}
