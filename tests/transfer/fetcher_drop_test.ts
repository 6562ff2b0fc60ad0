import { assertEquals } from "@std/assert";
import { PartWriter } from "../../lib/storage/part_writer.ts";
import type { FetchReport } from "../../lib/transfer/fetch_message.ts";
import { contentOf, partHead } from "../client/content.ts";
import { connecting, FetcherRig, serve, SIZE } from "./fetcher_rig.ts";
import { Log } from "../client/log.ts";

const LOST = {
  type: "lost",
  source: 1,
  reason: "paused for ever",
  final: false,
  loss: { kind: "broken" },
} as const;

Deno.test("Fetcher.drop() before there is a connection asks for nothing", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  await connecting();
  source.drop(LOST.reason);
  const peer = await rig.server.peer();
  assertEquals(await peer.request(), undefined);
  assertEquals(rig.reports.entries, [LOST]);
});

Deno.test("Fetcher.drop() while the answer is awaited closes the connection", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  const peer = await rig.server.peer();
  await peer.range();
  source.drop(LOST.reason);
  await peer.gone();
  assertEquals(rig.reports.entries, [LOST]);
});

Deno.test("Fetcher.drop() within the content tells first what has arrived", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  const peer = await rig.server.peer();
  await serve(peer, 30);
  await rig.deliveredUpTo(30);
  await peer.send(contentOf(30, 50));
  await rig.writtenUpTo(50);
  source.drop(LOST.reason);
  await peer.gone();
  assertEquals(rig.delivered, [[0, 50]]);
  assertEquals(rig.reports.entries.at(-1), LOST);
});

Deno.test("Fetcher.drop() ends a source that has nothing to do, once, and for good", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  const block = rig.fetch(source, 0, 100);
  const peer = await rig.server.peer();
  await serve(peer);
  await rig.deliveredUpTo(100);
  source.drop(LOST.reason);
  source.drop("again");
  source.trim(block, 0);
  rig.fetch(source, 100, 200);
  await peer.gone();
  assertEquals(rig.reports.entries.slice(1), [LOST]);
  assertEquals(rig.server.connections, 1);
});

Deno.test("Fetcher.drop() lets nothing come after it, even of what had arrived", async () => {
  for (let round = 0; round < 50; round += 1) {
    await using rig = new FetcherRig();
    const others = new Log<FetchReport>();
    const dropped = rig.source(2, others.add);
    // The first bytes of one source are told while those of the other are on their way to it.
    const source = rig.source(1, (report) => {
      rig.reports.add(report);
      dropped.drop(LOST.reason);
    });
    for (const [at, each] of [source, dropped].entries()) rig.fetch(each, at * 100, at * 100 + 100);
    const peers = [await rig.server.peer(), await rig.server.peer()];
    const ranges = await Promise.all(peers.map((peer) => peer.range()));
    const answers = ranges.map(([start, end]) => {
      const head = new TextEncoder().encode(partHead(start, end, SIZE));
      return Uint8Array.of(...head, ...contentOf(start, end));
    });
    await Promise.all(peers.map((peer, at) => peer.send(answers[at] ?? "")));
    await rig.deliveredUpTo(100);
    for (const peer of peers) peer.close();
    source.drop("over");
    await others.first(({ type }) => type === "lost");
    assertEquals(others.entries.at(-1), { ...LOST, source: 2 });
  }
});

Deno.test("Fetcher reports a defect of the program as what it is, not as a fault of the server", async () => {
  const defect = new TypeError("x is not a function");
  class Writer extends PartWriter {
    override write(): void {
      throw defect;
    }
  }
  await using rig = new FetcherRig({ Writer });
  rig.fetch(rig.source(), 0, 100);
  await serve(await rig.server.peer());
  const report = await rig.reports.first(({ type }) => type === "defect");
  assertEquals(report, { type: "defect", error: defect });
});
