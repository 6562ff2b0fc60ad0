import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { NO_FAULT, onContent } from "../../testing/fault.ts";
import { FaultProxy } from "../../testing/fault_proxy.ts";
import { freePlace } from "../../testing/loopback.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { flipByte, MIB, Scratch } from "../../testing/scratch.ts";
import { WebServer } from "../../testing/web_server.ts";
import { Server } from "../../testing/server.ts";

const SIZE = 12 * MIB;
const OUTPUT = "copy";

Deno.test("mpclient fetches a wrong piece again from another server", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  // So slow that the one behind the proxy sends more than a piece, however busy the machine is.
  await using server = await Server.start([file], { at: 2, rate: 2 * MIB });
  const plan = onContent({ kind: "flip", at: MIB + 1 });
  await using proxy = await FaultProxy.start(server.addresses[0] ?? "", plan);
  const addresses = [proxy.address, server.addresses[1] ?? ""];
  await using client = new Client(scratch.path(OUTPUT), addresses);
  const { received, servers } = await client.finishes();
  // What a server on parole leaves unfinished is fetched again with its piece.
  assert(received >= SIZE + MIB && received <= SIZE + 3 * MIB, `${received} bytes`);
  assertEquals(servers.map(({ state }) => state), ["idle", "idle"]);
  await assertSameContent(scratch.path(OUTPUT), file);
});

Deno.test("mpclient fetches a wrong piece again from the only server", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 1 });
  const plan = onContent({ kind: "flip", at: MIB + 1 });
  await using proxy = await FaultProxy.start(
    server.addresses[0] ?? "",
    (exchange) => exchange.earlier === 0 ? plan(exchange) : NO_FAULT,
  );
  await using client = new Client(scratch.path(OUTPUT), [proxy.address]);
  assertEquals((await client.finishes()).received, SIZE + MIB);
  await assertSameContent(scratch.path(OUTPUT), file);
});

Deno.test("mpclient drops a server after three wrong pieces, and names it", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 2, rate: 8 * MIB });
  const plan = onContent({ kind: "flip", at: 1, every: MIB });
  await using proxy = await FaultProxy.start(server.addresses[0] ?? "", plan);
  const addresses = [proxy.address, server.addresses[1] ?? ""];
  await using client = new Client(scratch.path(OUTPUT), addresses);
  const { servers } = await client.finishes();
  assertEquals(servers[0]?.state, "failed");
  assertMatch(JSON.stringify(await client.sees(1, "failed")), /3 wrong pieces/);
  await assertSameContent(scratch.path(OUTPUT), file);
});

Deno.test("mpclient is not held up by servers that spoil a piece and leave the rest of it to others", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", 3 * SIZE);
  await using server = await Server.start([file], { at: 4, rate: 3 * MIB });
  const plan = onContent({ kind: "spoil", after: 300_000 });
  await using first = await FaultProxy.start(server.addresses[0] ?? "", plan);
  await using second = await FaultProxy.start(server.addresses[1] ?? "", plan);
  const addresses = [first.address, second.address, ...server.addresses.slice(2)];
  await using client = new Client(scratch.path(OUTPUT), addresses);
  const { received, servers } = await client.finishes();
  assertEquals(servers.slice(2).map(({ state }) => state), ["idle", "idle"]);
  const wasted = received - 3 * SIZE;
  assert(wasted <= 12 * MIB, `${wasted} bytes were fetched in vain`);
  await assertSameContent(scratch.path(OUTPUT), file);
});

Deno.test("mpclient ends with exit code 5 when all it gets is wrong", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 1 });
  const plan = onContent({ kind: "flip", at: 1, every: MIB });
  await using proxy = await FaultProxy.start(server.addresses[0] ?? "", plan);
  await using client = new Client(scratch.path(OUTPUT), [proxy.address]);
  assertStringIncludes(await client.fails(5), proxy.address);
  assertEquals((await scratch.names()).includes(OUTPUT), false);
});

Deno.test("mpclient goes on without a server whose file was changed meanwhile", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await Deno.copyFile(file, scratch.path("changing.mp4"));
  const copies = [scratch.path("changing.mp4"), file];
  await using server = await Server.start(copies, { at: 2, rate: 2 * MIB });
  await using client = new Client(scratch.path(OUTPUT), server.addresses);
  await client.receives(2 * MIB);
  await flipByte(scratch.path("changing.mp4"), MIB);
  await client.event((event) =>
    event.type === "server" && event.index === 1 && event.reason === "its file has changed"
  );
  await client.finishes();
  await assertSameContent(scratch.path(OUTPUT), file);
});

Deno.test("mpclient ends with exit code 3 when the file of the only server was changed", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 1, rate: 4 * MIB });
  const options = ["--stall-timeout", "1"];
  await using client = new Client(scratch.path(OUTPUT), server.addresses, options);
  await client.receives(2 * MIB);
  await flipByte(file, SIZE - 1);
  assertMatch(await client.fails(3), /its file has changed/);
  assertEquals((await scratch.names()).includes(OUTPUT), false);
});

Deno.test("mpclient mixes no two versions of a web server's file, whatever tells them apart", async () => {
  await using scratch = await Scratch.make();
  const content = await Deno.readFile(await scratch.noise("film.mp4", SIZE));
  const other = await Deno.readFile(await scratch.noise("other.mp4", SIZE, { seed: 2 }));
  const day = (number: number) => ({ "Last-Modified": `Thu, 0${number} Jan 2026 00:00:00 GMT` });
  const versions: [before: Record<string, string>, after: Record<string, string>][] = [
    [day(1), day(2)],
    [{ ETag: 'W/"1"' }, { ETag: 'W/"2"' }],
    [{ ETag: '"1"', ...day(1) }, { ETag: 'W/"2"', ...day(2) }],
  ];
  for (const [before, after] of versions) {
    let isReplaced = false;
    await using server = new WebServer(content, {
      instead: (request) => {
        const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "") ??
          [];
        // The first block is of the old version, all that follows of the new one.
        isReplaced ||= Number(first) > 0;
        const part = (isReplaced ? other : content).slice(Number(first), Number(last) + 1);
        const headers = {
          ...isReplaced ? after : before,
          "Content-Range": `bytes ${first}-${last}/${SIZE}`,
        };
        return new Response(part, { status: 206, headers });
      },
    });
    await using client = new Client(scratch.path(OUTPUT), [server.url()], ["--no-resume"]);
    assertStringIncludes(await client.fails(5), `the file was replaced on ${server.url()}`);
    assertEquals((await scratch.names()).includes(OUTPUT), false);
  }
});

Deno.test("mpclient refuses a server that comes back with another file of the same size", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await Deno.mkdir(scratch.path("other"));
  const other = await scratch.noise("other/film.mp4", SIZE, { seed: 2 });
  await using steady = await Server.start([file], { at: 1, rate: 2 * MIB });
  const place = freePlace(1);
  await using doomed = await Server.start([file], { at: place, rate: 2 * MIB });
  const addresses = [...steady.addresses, ...doomed.addresses];
  await using client = new Client(scratch.path(OUTPUT), addresses);
  await client.receives(2 * MIB);
  doomed.kill("SIGKILL");
  await doomed.end();
  await using _back = await Server.start([other], { at: place });
  const { servers } = await client.finishes();
  assertEquals(servers[1]?.state, "failed");
  await assertSameContent(scratch.path(OUTPUT), file);
});

Deno.test("mpclient cannot tell which file is right when the second server has one of another size", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const longer = await scratch.noise("longer.mp4", SIZE + 1);
  await using early = await Server.start([file], { at: 1, rate: MIB });
  const place = freePlace(1);
  const addresses = [...early.addresses, `${place.host}:${place.ports[0]}`];
  await using client = new Client(scratch.path(OUTPUT), addresses);
  await client.receives(1);
  await using _late = await Server.start([longer], { at: place });
  assertMatch(await client.fails(5), /12582912 bytes.*12582913 bytes.*--checksum/);
  assertEquals((await scratch.names()).includes(OUTPUT), false);
});

Deno.test("mpclient starts over when most servers have another file than the first to answer", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await Deno.mkdir(scratch.path("other"));
  const other = await scratch.noise("other/film.mp4", SIZE, { seed: 2 });
  const output = scratch.path(OUTPUT);
  const places = [freePlace(1), freePlace(1)] as const;
  const honest = await Server.start([file], { at: places[0], rate: 4 * MIB });
  // What an earlier run has of the right file is not lost to the one that answers first.
  await honest.manifest("film.mp4");
  const first = new Client(output, honest.addresses);
  await first.receives(4 * MIB);
  first.kill("SIGINT");
  await first.fails(130);
  await first[Symbol.asyncDispose]();
  await honest[Symbol.asyncDispose]();
  await using hostile = await Server.start([other], { at: 1, rate: MIB });
  await hostile.manifest("film.mp4");
  const addresses = places.map(({ host, ports: [port] }) => `${host}:${port}`);
  await using client = new Client(output, [...hostile.addresses, ...addresses]);
  await client.receives(MIB);
  // Else it could be done before the others are there, on a busy machine.
  await hostile.pause(1);
  await using _one = await Server.start([file], { at: places[0], rate: 4 * MIB });
  await using _two = await Server.start([file], { at: places[1], rate: 4 * MIB });
  const { received, servers: [_, ...honestOnes] } = await client.finishes();
  const right = honestOnes.reduce((sum, { received }) => sum + received, 0);
  assert(right < SIZE, `${right} bytes of the right file were fetched`);
  assertEquals(received, right);
  await assertSameContent(output, file);
  assertEquals((await scratch.names()).filter((name) => name.startsWith("copy")), [OUTPUT]);
});

Deno.test("mpclient loses nothing that was fetched to servers that are outvoted, or outvote others", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", 8 * MIB);
  await Deno.mkdir(scratch.path("other"));
  const other = await scratch.noise("other/film.mp4", 8 * MIB, { seed: 2 });
  const output = scratch.path(OUTPUT);
  await using early = await Server.start([other], { at: 1, rate: MIB });
  await early.manifest("film.mp4");
  const places = [freePlace(1), freePlace(1)] as const;
  const late = places.map(({ host, ports: [port] }) => `${host}:${port}`);
  await using client = new Client(output, [...early.addresses, ...late]);
  const { received: ofOther } = await client.receives(2 * MIB);
  await early.pause(1);
  await using _one = await Server.start([file], { at: places[0], rate: MIB });
  await using _two = await Server.start([file], { at: places[1], rate: MIB });
  const restart = await client.event((event) =>
    event.type === "notice" && event.message.startsWith("Most servers have another file")
  );
  await client.event(
    (event) => event.type === "progress" && event.completed >= 3 * MIB,
    await client.event(({ type }) => type === "start", restart),
  );
  client.kill("SIGINT");
  await client.fails(130);
  // Whichever it is that is wanted in the end, what was fetched of it is there.
  await early.type("r1");
  await using back = new Client(output, early.addresses);
  const { kept } = await back.starts();
  assert(kept >= ofOther, `${kept} of ${ofOther}`);
  await back.receives(MIB);
  back.kill("SIGINT");
  await back.fails(130);
  await using last = new Client(output, late);
  assert((await last.starts()).kept >= 2 * MIB);
  await last.finishes();
  await assertSameContent(output, file);
  assertEquals((await scratch.names()).filter((name) => name.startsWith("copy")), [OUTPUT]);
});
