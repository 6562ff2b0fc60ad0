import { assertEquals, assertGreater, assertMatch } from "@std/assert";
import { delay } from "../../lib/delay.ts";
import { MAX_INLINE_LENGTH } from "../../lib/transfer/limits.ts";
import { Client, type ClientLine } from "../../testing/client.ts";
import { freePlace } from "../../testing/loopback.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

const SIZE = 12 * MIB;
const RATE = 2 * MIB;
const OUTPUT = "copy.bin";

/** One that the client's main thread fetches, and one that it starts workers for. */
const KILLS = [
  { threads: "one thread", size: SIZE, rate: RATE },
  { threads: "several threads", size: MAX_INLINE_LENGTH + 12 * MIB, rate: 32 * RATE },
];

for (const { threads, size, rate } of KILLS) {
  Deno.test(`mpclient, with ${threads}, finishes from other processes when one is killed`, async () => {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", size, { every: size === SIZE ? 1 : 8 });
    await using doomed = await Server.start([file], { at: 2, rate });
    await using steady = await Server.start([file], { at: 2, rate });
    const addresses = [...doomed.addresses, ...steady.addresses];
    await using client = new Client(scratch.path(OUTPUT), addresses);
    await client.receives(rate);
    doomed.kill("SIGKILL");
    for (const index of [1, 2]) await client.sees(index, "failed");
    await client.finishes();
    await assertSameContent(scratch.path(OUTPUT), file);
  });
}

for (const { threads, size, rate } of KILLS) {
  Deno.test(`mpclient, with ${threads}, blames no server for having been stopped itself`, async () => {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", size, { every: size === SIZE ? 1 : 8 });
    await using server = await Server.start([file], { at: 2, rate });
    const patience = ["--stall-timeout", "2"];
    await using client = new Client(scratch.path(OUTPUT), server.addresses, patience);
    await client.receives(rate / 2);
    client.kill("SIGSTOP");
    await delay(4_000, new AbortController().signal);
    client.kill("SIGCONT");
    await client.finishes();
    const failed = client.events.entries.filter((event) =>
      event.type === "server" && event.state === "failed"
    );
    assertEquals(failed, []);
    await assertSameContent(scratch.path(OUTPUT), file);
  });
}

Deno.test("mpclient takes a server in again that comes back", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const place = freePlace(1);
  await using doomed = await Server.start([file], { at: place, rate: RATE });
  // There is work left for the other one when it comes back, however long that takes.
  await using steady = await Server.start([file], { at: 1, rate: RATE / 8 });
  const addresses = [...doomed.addresses, ...steady.addresses];
  await using client = new Client(scratch.path(OUTPUT), addresses);
  await client.receives(2 * MIB);
  doomed.kill("SIGKILL");
  const failed = await client.sees(1, "failed");
  const before = receivedFrom(1, client.events.entries);
  await using _back = await Server.start([file], { at: place, rate: 4 * RATE });
  await client.sees(1, "downloading", failed);
  const { servers } = await client.finishes();
  assertGreater(servers[0]?.received ?? 0, before);
  await assertSameContent(scratch.path(OUTPUT), file);
});

Deno.test("mpclient takes a server in that comes late", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const place = freePlace(1);
  await using early = await Server.start([file], { at: 1, rate: RATE / 4 });
  const addresses = [...early.addresses, `${place.host}:${place.ports[0]}`];
  await using client = new Client(scratch.path(OUTPUT), addresses);
  await client.receives(1);
  await using _late = await Server.start([file], { at: place, rate: 4 * RATE });
  await client.sees(2, "downloading");
  const { servers } = await client.finishes();
  assertGreater(servers[1]?.received ?? 0, 0);
  await assertSameContent(scratch.path(OUTPUT), file);
});

Deno.test("mpclient finishes without a server that froze, and with it when it thaws", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using frozen = await Server.start([file], { at: 1, rate: 2 * RATE });
  await using steady = await Server.start([file], { at: 1, rate: RATE / 4 });
  const addresses = [...frozen.addresses, ...steady.addresses];
  const options = ["--stall-timeout", "2"];
  await using client = new Client(scratch.path(OUTPUT), addresses, options);
  await client.receives(2 * MIB);
  frozen.kill("SIGSTOP");
  const failed = await client.sees(1, "failed");
  assertMatch(JSON.stringify(failed), /sent nothing for 2 s/);
  frozen.kill("SIGCONT");
  await client.sees(1, "downloading", failed);
  await client.finishes();
  await assertSameContent(scratch.path(OUTPUT), file);
});

Deno.test("mpclient ends with exit code 3 when its only server froze", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 2, rate: RATE });
  const options = ["--stall-timeout", "2"];
  await using client = new Client(scratch.path(OUTPUT), server.addresses, options);
  await client.receives(2 * MIB);
  server.kill("SIGSTOP");
  const message = await client.fails(3);
  for (const address of server.addresses) assertEquals(message.includes(address), true, message);
});

function receivedFrom(index: number, events: readonly ClientLine[]): number {
  const last = events.findLast(({ type }) => type === "progress");
  return last?.type === "progress" ? last.servers[index - 1]?.received ?? 0 : 0;
}
