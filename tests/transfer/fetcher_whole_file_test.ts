import { assertEquals } from "@std/assert";
import { contentOf } from "../client/content.ts";
import { FetcherRig, serve, SIZE } from "./fetcher_rig.ts";

// The whole file comes instead of a part of it.

const WHOLE = `HTTP/1.1 200 OK\r\nContent-Length: ${SIZE}\r\n\r\n`;

Deno.test("Fetcher reads block after block from a whole file that comes instead of its first part", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  rig.fetch(source, 100, 300);
  const peer = await rig.server.peer();
  assertEquals(await peer.range(), [0, 100]);
  await peer.send(WHOLE);
  await peer.send(contentOf(0, 650));
  await rig.deliveredUpTo(300);
  rig.fetch(source, 300, SIZE);
  await rig.writtenUpTo(650);
  await peer.send(contentOf(650, SIZE));
  await rig.deliveredUpTo(SIZE);
  assertEquals(rig.delivered, [[0, SIZE]]);
  assertEquals(rig.written(0, SIZE), contentOf(0, SIZE));
  assertEquals(rig.server.connections, 1);
  source.drop("over");
});

Deno.test("Fetcher asks for the next part again when a whole file was of use only at its start", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  rig.fetch(source, 500, 600);
  const first = await rig.server.peer();
  await first.range();
  await first.send(WHOLE);
  await first.send(contentOf(0, 300));
  const second = await rig.server.peer();
  await serve(second);
  await rig.deliveredUpTo(600);
  assertEquals(rig.delivered, [[0, 100], [500, 600]]);
  source.drop("over");
});

Deno.test("Fetcher is lost to a server that sends the whole file for a later part", async () => {
  await using rig = new FetcherRig();
  rig.fetch(rig.source(), 100, 200);
  const peer = await rig.server.peer();
  await peer.range();
  await peer.send(WHOLE);
  const { reason, final, loss } = await rig.lost();
  assertEquals({ reason, final, loss }, {
    reason: "it does not serve parts of files",
    final: false,
    loss: { kind: "rangeless" },
  });
  assertEquals(rig.delivered, []);
});

Deno.test("Fetcher takes a server that has sent parts for one that does, though a whole file comes once", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  rig.fetch(source, 100, 200);
  const peer = await rig.server.peer();
  await serve(peer);
  await peer.range();
  await peer.send(WHOLE);
  const { final, loss } = await rig.lost();
  assertEquals({ final, loss }, { final: false, loss: { kind: "broken" } });
  assertEquals(rig.delivered, [[0, 100]]);
});

Deno.test("Fetcher asks a source without parts for everything, and drops what is not wanted", async () => {
  await using rig = new FetcherRig();
  const source = rig.source(1, rig.reports.add, { rangeless: true });
  rig.fetch(source, 150, 250);
  rig.fetch(source, 600, 700);
  const first = await rig.server.peer();
  assertEquals((await first.request() ?? "").includes("Range:"), false);
  await first.send(WHOLE);
  await first.send(contentOf(0, SIZE));
  await rig.deliveredUpTo(700);
  assertEquals(rig.delivered, [[150, 250], [600, 700]]);
  assertEquals(rig.written(150, 250), contentOf(150, 250));
  assertEquals(rig.written(600, 700), contentOf(600, 700));
  // What lies before costs the whole way again.
  rig.fetch(source, 0, 100);
  const second = await rig.server.peer();
  await second.request();
  await second.send(WHOLE);
  await second.send(contentOf(0, SIZE));
  await rig.deliveredUpTo(100);
  source.drop("over");
});

Deno.test("Fetcher says that bytes come which are not wanted", async () => {
  await using rig = new FetcherRig();
  const source = rig.source(1, rig.reports.add, { rangeless: true });
  rig.fetch(source, 900, SIZE);
  const peer = await rig.server.peer();
  await peer.request();
  await peer.send(WHOLE);
  await peer.send(contentOf(0, 500));
  await rig.reports.first(({ type }) => type === "skipped");
  await peer.send(contentOf(500, SIZE));
  await rig.deliveredUpTo(SIZE);
  assertEquals(rig.delivered, [[900, SIZE]]);
  source.drop("over");
});

Deno.test("Fetcher that is trimmed in a whole file stops there, and may go on there", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  const block = rig.fetch(source, 0, 500);
  const peer = await rig.server.peer();
  await peer.range();
  await peer.send(WHOLE);
  await peer.send(contentOf(0, 100));
  await rig.deliveredUpTo(100);
  source.trim(block, 300);
  await peer.send(contentOf(100, 700));
  await rig.deliveredUpTo(300);
  rig.fetch(source, 300, 400);
  await rig.deliveredUpTo(400);
  assertEquals([rig.delivered, rig.server.connections], [[[0, 400]], 1]);
  source.drop("over");
});
