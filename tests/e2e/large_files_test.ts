import { assertEquals } from "@std/assert";
import { encodeCheckpoint } from "../../lib/storage/checkpoint.ts";
import { pieceCount, pieceLengthFor } from "../../lib/content/manifest.ts";
import { Client } from "../../testing/client.ts";
import { HAS_PRIVATE_DISKS, PrivateDisk } from "../../testing/private_disk.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

const GIB = 1024 * MIB;

Deno.test("mpclient fetches 1 GiB", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", GIB, { every: 8 });
  await using server = await Server.start([file]);
  // In memory where that can be had: not the disk is to be tested here.
  await using disk = HAS_PRIVATE_DISKS ? await PrivateDisk.make(GIB + MIB) : undefined;
  const output = disk?.path("copy") ?? scratch.path("copy");
  await using client = new Client(output, server.addresses, [], { within: disk?.within });
  assertEquals((await client.finishes()).received, GIB);
  await assertSameContent(disk?.outside("copy") ?? output, file);
});

Deno.test("mpclient fetches what lies beyond 4 GiB", async () => {
  await using scratch = await Scratch.make();
  const [missing, size] = [4 * GIB - 16 * MIB, 4 * GIB + 16 * MIB + 1];
  const file = await scratch.noise("film.mp4", size, { from: missing });
  await using server = await Server.start([file]);
  const copy = scratch.path("copy");
  await leavePart(copy, { size, missing, etag: await etagOf(server.addresses[0] ?? "") });

  await using client = new Client(copy, server.addresses, ["--no-verify"]);
  assertEquals((await client.finishes()).received, size - missing);
  await assertSameContent(copy, file, missing);
});

/** Leaves a part file as if all but the end of a file had been fetched; it takes no room on the disk. */
async function leavePart(
  output: string,
  { size, missing, etag }: { size: number; missing: number; etag: string },
): Promise<void> {
  const pieceLength = pieceLengthFor(size);
  const pieces = new Uint8Array(Math.ceil(pieceCount(size, pieceLength) / 8));
  for (let piece = 0; piece < missing / pieceLength; piece++) {
    pieces[piece >> 3] = (pieces[piece >> 3] ?? 0) | 1 << (piece & 7);
  }
  await Deno.writeTextFile(`${output}.part`, "");
  await Deno.truncate(`${output}.part`, size);
  const unverified = new Uint8Array(pieces.length);
  const identity = { size, pieceLength, sha256: null, etags: [etag] };
  const checkpoint = encodeCheckpoint({ ...identity, pieces, unverified });
  await Deno.writeTextFile(`${output}.part.checkpoint`, checkpoint);
}

async function etagOf(address: string): Promise<string> {
  const { headers } = await fetch(`http://${address}/film.mp4`, { method: "HEAD" });
  return headers.get("etag") ?? "";
}
