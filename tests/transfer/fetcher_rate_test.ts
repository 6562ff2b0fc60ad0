import { assert, assertEquals } from "@std/assert";
import { RateClock, RateTurns } from "../../lib/transfer/download_rate.ts";
import { FetcherRig, sendPart, SIZE } from "./fetcher_rig.ts";
import { contentOf } from "../client/content.ts";

/** A source that may send a byte a millisecond, in turns of 50, and the clock that says when. */
function limited() {
  const clock = new RateClock(1_000, 1, 0);
  return { clock, rig: new FetcherRig({ rate: new RateTurns(clock.share) }) };
}

Deno.test("Fetcher takes no more than the rate allows, and says that it is not the source", async () => {
  const { clock, rig: made } = limited();
  await using rig = made;
  const source = rig.source();
  rig.fetch(source, 0, 300);
  const peer = await rig.server.peer();
  await sendPart(peer, ...await peer.range());
  const held = await rig.reports.first(({ type }) => type === "held");
  assertEquals([held, rig.written(0, SIZE).length], [{ type: "held", source: 1 }, 0]);
  clock.tick(99);
  await rig.writtenUpTo(50);
  await rig.reports.some(3, ({ type }) => type === "held");
  assertEquals(rig.written(0, SIZE).length, 50);
  for (let ms = 150; ms <= 300; ms += 50) {
    clock.tick(ms);
    await rig.writtenUpTo(ms);
    assertEquals(rig.written(0, SIZE), contentOf(0, ms));
  }
  await rig.deliveredUpTo(300);
  source.drop("over");
});

Deno.test("Fetcher that waits for its turn can be dropped at once", async () => {
  const { rig: made } = limited();
  await using rig = made;
  const source = rig.source();
  rig.fetch(source, 0, 300);
  const peer = await rig.server.peer();
  await sendPart(peer, ...await peer.range());
  await rig.reports.first(({ type }) => type === "held");
  source.drop("over");
  await source.ended;
  assertEquals((await rig.lost()).reason, "over");
  assertEquals(rig.delivered, []);
});

Deno.test("Fetcher that is trimmed while it waits for its turn keeps what is there, and waits for it later", async () => {
  const { clock, rig: made } = limited();
  await using rig = made;
  const source = rig.source();
  const block = rig.fetch(source, 0, 300);
  const first = await rig.server.peer();
  await sendPart(first, ...await first.range());
  await rig.reports.first(({ type }) => type === "held");
  source.trim(block, 200);
  assertEquals(rig.reports.entries.at(-1), { type: "trimmed", source: 1, block, end: 300 });
  assertEquals(rig.written(0, SIZE).length, 300);
  await first.gone();
  clock.tick(50);
  rig.fetch(source, 300, 400);
  const second = await rig.server.peer();
  await sendPart(second, ...await second.range());
  // Its turn has come, though not for what it was asked for.
  await rig.writtenUpTo(350);
  clock.tick(399);
  const { length } = rig.reports.entries.filter(({ type }) => type === "held");
  await rig.reports.some(length + 2, ({ type }) => type === "held");
  assertEquals(rig.written(0, SIZE).length, 350);
  clock.tick(400);
  await rig.deliveredUpTo(400);
  assert(rig.reports.entries.every(({ type }) => type !== "lost"));
  source.drop("over");
});

Deno.test("Fetcher counts what it has to skip", async () => {
  const { clock, rig: made } = limited();
  await using rig = made;
  const source = rig.source(1, rig.reports.add, { rangeless: true });
  rig.fetch(source, 100, 150);
  const peer = await rig.server.peer();
  await peer.request();
  await peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${SIZE}\r\n\r\n`);
  await peer.send(contentOf(0, SIZE));
  clock.tick(149);
  await rig.reports.some(3, ({ type }) => type === "held");
  assertEquals(rig.written(0, SIZE).length, 0);
  clock.tick(150);
  await rig.deliveredUpTo(150);
  assertEquals(rig.delivered, [[100, 150]]);
  source.drop("over");
});
