import { assert, assertEquals } from "@std/assert";
import { contentOf, partHead } from "../client/content.ts";
import { connecting, FetcherRig, sendPart, serve, SIZE } from "./fetcher_rig.ts";

Deno.test("Fetcher.trim() before there is a connection asks for less", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  const block = rig.fetch(source, 0, 300);
  source.trim(block, 120);
  assertEquals(rig.reports.entries, [{ type: "trimmed", source: 1, block, end: 120 }]);
  const peer = await rig.server.peer();
  assertEquals(await peer.range(), [0, 120]);
  source.drop("over");
});

Deno.test("Fetcher.trim() to nothing before there is a connection asks for nothing", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  source.trim(rig.fetch(source, 0, 300), 0);
  const second = rig.fetch(source, 300, 400);
  await connecting();
  source.trim(second, 300);
  const unused = await rig.server.peer();
  assertEquals(await unused.request(), undefined);
  rig.fetch(source, 500, 600);
  const peer = await rig.server.peer();
  assertEquals(await peer.range(), [500, 600]);
  await sendPart(peer, 500, 600);
  await rig.deliveredUpTo(600);
  assertEquals(rig.delivered, [[500, 600]]);
  source.drop("over");
});

Deno.test("Fetcher.trim() while the answer is awaited takes the part that is left", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  const block = rig.fetch(source, 0, 300);
  const first = await rig.server.peer();
  await first.range();
  source.trim(block, 120);
  rig.fetch(source, 600, 700);
  await sendPart(first, 0, 300);
  await rig.deliveredUpTo(120);
  await first.gone();
  const second = await rig.server.peer();
  await serve(second);
  await rig.deliveredUpTo(700);
  assertEquals(rig.delivered, [[0, 120], [600, 700]]);
  source.drop("over");
});

Deno.test("Fetcher.trim() to nothing while the answer is awaited does not wait for it", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  const block = rig.fetch(source, 200, 300);
  const first = await rig.server.peer();
  await first.range();
  source.trim(block, 100);
  assertEquals(rig.reports.entries, [{ type: "trimmed", source: 1, block, end: 200 }]);
  assertEquals(await first.request(), undefined);
  rig.fetch(source, 600, 700);
  await serve(await rig.server.peer());
  await rig.deliveredUpTo(700);
  assertEquals(rig.delivered, [[600, 700]]);
  source.drop("over");
});

Deno.test("Fetcher.trim() within the content stops there, and where it is if that is further", async () => {
  for (const [wanted, end] of [[250, 250], [150, 150], [50, 150]] as const) {
    await using rig = new FetcherRig();
    const source = rig.source();
    const block = rig.fetch(source, 100, 300);
    const first = await rig.server.peer();
    await serve(first, 130);
    await rig.deliveredUpTo(130);
    await first.send(contentOf(130, 150));
    await rig.writtenUpTo(150);
    source.trim(block, wanted);
    assertEquals(rig.delivered, [[100, 150]]);
    assertEquals(rig.reports.entries.at(-1), { type: "trimmed", source: 1, block, end });
    if (end > 150) await first.send(contentOf(150, 300));
    await first.gone();
    rig.fetch(source, 800, 900);
    await serve(await rig.server.peer());
    await rig.deliveredUpTo(900);
    assertEquals(rig.delivered, [[100, end], [800, 900]]);
    assertEquals(rig.written(100, end), contentOf(100, end));
    source.drop("over");
  }
});

Deno.test("Fetcher.trim() at the end of a block, or past it, keeps the connection", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  const block = rig.fetch(source, 0, 100);
  const peer = await rig.server.peer();
  await peer.range();
  source.trim(block, 100);
  source.trim(block, 500);
  await sendPart(peer, 0, 100);
  await rig.deliveredUpTo(100);
  rig.fetch(source, 100, 200);
  await serve(peer);
  await rig.deliveredUpTo(200);
  const trims = rig.reports.entries.filter(({ type }) => type === "trimmed");
  assertEquals(trims, Array(2).fill({ type: "trimmed", source: 1, block, end: 100 }));
  source.drop("over");
});

Deno.test("Fetcher.trim() of a block that is over says so", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  const block = rig.fetch(source, 0, 100);
  await serve(await rig.server.peer());
  await rig.deliveredUpTo(100);
  source.trim(block, 50);
  const { end } = await rig.reports.first((report) => report.type === "trimmed");
  assert(end > SIZE);
  source.drop("over");
});

Deno.test("Fetcher.trim() of the second block to nothing costs the first one nothing", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  const second = rig.fetch(source, 100, 200);
  const first = await rig.server.peer();
  await first.range();
  await first.send(partHead(0, 100, SIZE));
  await first.range();
  source.trim(second, 100);
  rig.fetch(source, 500, 600);
  await first.range();
  await first.send(contentOf(0, 100));
  await first.gone();
  const peer = await rig.server.peer();
  assertEquals(await peer.range(), [500, 600]);
  await sendPart(peer, 500, 600);
  await rig.deliveredUpTo(600);
  assertEquals(rig.delivered, [[0, 100], [500, 600]]);
  source.drop("over");
});
