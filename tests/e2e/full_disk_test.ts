import { assertEquals, assertMatch } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { HAS_PRIVATE_DISKS, PrivateDisk } from "../../testing/private_disk.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

const SIZE = 16 * MIB;
const ignore = !HAS_PRIVATE_DISKS;
const suffix = ignore ? " (ignored: needs unshare, nsenter and mount)" : "";

Deno.test({
  name: `mpclient keeps what it has when the disk fills, and goes on when there is room${suffix}`,
  ignore,
  async fn() {
    await using scratch = await Scratch.make();
    await using disk = await PrivateDisk.make(SIZE + MIB);
    const file = await scratch.noise("film.mp4", SIZE);
    await using server = await Server.start([file], { rate: MIB });
    const options = { within: disk.within };
    await using client = new Client(disk.path("copy"), server.addresses, [], options);
    const { received: before } = await client.receives(4 * MIB);
    await disk.fill();

    const message = await client.fails(4);
    assertMatch(message, /the disk is full; the same command goes on: .*copy\.part/);
    assertEquals(client.stderr.entries, []);
    assertEquals((await disk.names())[0], "copy.part");

    await disk.unfill();
    await using fast = await Server.start([file]);
    await using again = new Client(disk.path("copy"), fast.addresses, [], options);
    const { received } = await again.finishes();
    assertEquals(received <= SIZE - before + MIB, true, `${before} before, ${received} after`);
    await assertSameContent(disk.outside("copy"), file);
    assertEquals(await disk.names(), ["copy"]);
  },
});

Deno.test({
  name: `mpclient does not begin what the disk has no room for${suffix}`,
  ignore,
  async fn() {
    await using scratch = await Scratch.make();
    await using disk = await PrivateDisk.make(SIZE / 2);
    const file = await scratch.noise("film.mp4", SIZE);
    await using server = await Server.start([file]);
    const options = { within: disk.within };
    await using client = new Client(disk.path("copy"), server.addresses, [], options);
    assertMatch(await client.fails(4), /the disk has room for .* and 16777216 are needed/);
    assertEquals(client.events.entries.map(({ type }) => type), ["error"]);
  },
});
