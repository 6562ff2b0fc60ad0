import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Plan } from "../../lib/plan/plan.ts";
import { MIB, PlannedDownload } from "./planned_download.ts";

Deno.test("Plan.start() gives every source an equal portion on piece boundaries", () => {
  const download = new PlannedDownload({ size: 64 * MIB }).start(1, 2, 3, 4);
  assertEquals(download.remaining(1, 2, 3, 4), [16 * MIB, 16 * MIB, 16 * MIB, 16 * MIB]);
  const starts = [1, 2, 3, 4].map((source) => (download.asked.get(source)?.[0]?.start ?? 0) / MIB);
  assertEquals(starts, [0, 16, 32, 48]);
});

Deno.test("Plan.start() gives a small file to all sources too", () => {
  const download = new PlannedDownload({ size: 100_000 }).start(1, 2, 3, 4);
  for (const bytes of download.remaining(1, 2, 3, 4)) assertAlmostEquals(bytes, 25_000, 2_048);
});

Deno.test("Plan.start() divides what an interrupted download has left", () => {
  const missing = [{ start: 0, end: 10 * MIB }, { start: 30 * MIB, end: 40 * MIB }];
  const download = new PlannedDownload({ missing }).start(1, 2);
  assertEquals(download.remaining(1, 2), [10 * MIB, 10 * MIB]);
  assertEquals(download.asked.get(2)?.[0]?.start, 30 * MIB);
});

Deno.test("Plan.start() without sources keeps everything for the first that joins", () => {
  const download = new PlannedDownload({ size: 8 * MIB }).start().joined(1);
  assertEquals(download.remaining(1), [8 * MIB]);
});

Deno.test("Plan has nothing to do for an empty file", () => {
  const download = new PlannedDownload({ size: 0 }).start(1, 2);
  assertEquals([download.plan.missing, download.asked.size], [0, 0]);
  assert(download.plan.isIdle(1));
});

Deno.test("Plan asks one source for one byte", () => {
  const download = new PlannedDownload({ size: 1 }).start(1, 2, 3, 4);
  download.flow(0.3, { 1: 0, 2: 0, 3: 0, 4: 0 });
  assertEquals([...download.asked.values()].flat().length, 1);
  assertEquals(download.trims, []);
  assertEquals(download.received(1, 1).plan.missing, 0);
});

Deno.test("Plan asks a source for its portion front to back", () => {
  const download = new PlannedDownload({ size: 256 * MIB }).start(1, 2).flow(10, { 1: 10 * MIB });
  const blocks = download.asked.get(1) ?? [];
  assert(blocks.length > 3);
  blocks.slice(1).forEach(({ start }, at) => assertEquals(start, blocks[at]?.end));
});

Deno.test("Plan asks for the next block before the last one has ended", () => {
  const download = new PlannedDownload({ size: 256 * MIB }).start(1);
  assertEquals(download.asked.get(1)?.length, 2);
  download.received(1, 1);
  assertEquals(download.asked.get(1)?.length, 2);
  download.received(1, 4 * MIB - 1);
  assertEquals(download.asked.get(1)?.length, 3);
});

Deno.test("Plan.expects() is what a source sends next", () => {
  const download = new PlannedDownload({ size: 8 * MIB }).start(1, 2).received(2, 1000);
  assertEquals(download.plan.expects(2), { start: 4 * MIB + 1000, end: 8 * MIB });
  assertEquals(download.finish(2).plan.expects(9), undefined);
});

Deno.test("Plan.missing falls with what is received", () => {
  const download = new PlannedDownload({ size: 8 * MIB }).start(1, 2).received(2, 1000);
  assertEquals(download.plan.missing, 8 * MIB - 1000);
});

Deno.test("Plan refuses bytes that nobody asked for, and sources that it does not know", () => {
  const download = new PlannedDownload({ size: 2 * MIB }).start(1);
  assertThrows(() => download.received(1, 2 * MIB + 1), RangeError);
  assertThrows(() => download.received(5, 0), RangeError, "Source 5 has not joined");
});

Deno.test("Plan decides the same when the same happens", () => {
  const orders = () => {
    const download = new PlannedDownload({ size: 64 * MIB }).start(1, 2, 3);
    download.flow(2, { 1: 9 * MIB, 2: 3 * MIB, 3: MIB }).failed(2).flow(1, { 1: 9 * MIB, 3: MIB });
    return [...download.asked, ...download.trims];
  };
  assertEquals(orders(), orders());
});

// Balance ------------------------------------------------------------------------------------------

Deno.test("Plan moves nothing to a source that is done when portions are to stay equal", () => {
  const download = new PlannedDownload({ size: 64 * MIB, balance: "equal" }).start(1, 2);
  download.finish(1).flow(3, { 1: 0, 2: 1_000_000 });
  assertEquals(download.remaining(1, 2), [0, 32 * MIB - 3_000_000]);
  assertEquals(download.trims, []);
});

Deno.test("Plan lets a source that has little left take so much that both end together", () => {
  const download = new PlannedDownload({ size: 800 * MIB }).start(1, 2);
  const rates = { 1: 30 * MIB, 2: 10 * MIB };
  download.flow(15, rates);
  assert(download.asked.get(1)?.some(({ start }) => start > 400 * MIB));
  // Both together can have delivered all of it after 20 s; equal portions alone take 40.
  assert(download.flow(4.7, rates).plan.remaining(1) > 0);
  assert(download.plan.remaining(2) > 0);
  assertEquals(download.flow(0.6, rates).plan.missing, 0);
});

Deno.test("Plan takes from the source that would finish last", () => {
  const download = new PlannedDownload({ size: 600 * MIB }).start(1, 2, 3);
  download.flow(2, { 1: 20 * MIB, 2: 10 * MIB, 3: 2 * MIB });
  const [, middle, last = 0] = download.remaining(1, 2, 3);
  download.finish(1);
  assertEquals(download.plan.remaining(2), middle);
  assert(download.plan.remaining(3) < last / 2);
});

Deno.test("Plan has what a source took fetched front to back", () => {
  const missing = Array.from({ length: 64 }, (_, at) => at)
    .map((at) => ({ start: 2 * at * MIB, end: (2 * at + 1) * MIB }));
  const download = new PlannedDownload({ missing }).start(1, 2);
  download.flow(1, { 1: 8 * MIB, 2: 8 * MIB }).finish(1);
  const blocks = download.asked.get(1) ?? [];
  const taken = blocks.map(({ start }) => start).filter((start) => start >= 64 * MIB);
  assert(taken.length > 1);
  assertEquals(taken, taken.toSorted((a, b) => a - b));
});

Deno.test("Plan lets a source take before it has nothing to do", () => {
  const download = new PlannedDownload({ size: 80 * MIB }).start(1, 2);
  download.flow(3.9, { 1: 10 * MIB, 2: MIB });
  assert(download.plan.remaining(1) > 10 * MIB);
  assert(download.asked.get(1)?.some(({ start }) => start >= 40 * MIB));
});

Deno.test("Plan lets a source that waits for work have some as soon as there is any", () => {
  const download = new PlannedDownload({ size: 64 * MIB }).start(1, 2).paused(1).finish(2);
  assertEquals(download.resumed(1).remaining(1, 2), [16 * MIB, 16 * MIB]);
});

Deno.test("Plan relieves a source that fell silent of its work", () => {
  const download = new PlannedDownload({ size: 8 * MIB }).start(1, 2);
  download.flow(0.5, { 1: 2 * MIB, 2: 7 * MIB }).finish(1);
  assertEquals(download.trims, []);
  download.flow(0.2, { 1: 0, 2: 0 });
  const [trim] = download.trims;
  assertEquals(trim?.source, 2);
  if (trim) download.trimmed(trim);
  assert(download.plan.remaining(1) > 0);
});

Deno.test("Plan tries a slow source again after a while", () => {
  const download = new PlannedDownload({ size: 20 * MIB }).start(1, 2);
  download.flow(1, { 1: MIB, 2: 1000 }).finish(2);
  assertEquals(download.plan.isIdle(2), true);
  download.flow(1.9, { 1: MIB, 2: 0 });
  assertEquals(download.plan.isIdle(2), true);
  download.flow(0.2, { 1: MIB, 2: 0 });
  assertEquals(download.plan.isIdle(2), false);
});

// The example of the documentation -----------------------------------------------------------------

Deno.test("Plan works as its documentation shows", () => {
  const plan = new Plan({
    pieceLength: 1 << 20,
    missing: [{ start: 0, end: 8 << 20 }],
    balance: "adaptive",
  });
  assertEquals(plan.start([1, 2], 0).map(({ type, source }) => [type, source]), [
    ["fetch", 1],
    ["fetch", 2],
  ]);
  assertEquals(plan.remaining(1), 4 << 20);
  assertEquals(plan.apply({ type: "received", source: 1, bytes: 4 << 20 }, 0.5), []);
});

Deno.test("Plan gives what is added to the source that would finish first, behind what it has", () => {
  const download = new PlannedDownload({ size: 8 * MIB }).start(1, 2);
  download.flow(2, { 1: MIB, 2: 1000 });
  const before = download.plan.missing;
  const range = { start: 8 * MIB, end: 9 * MIB };
  download.plan.apply({ type: "added", range }, 3);
  assertEquals(download.plan.missing, before + MIB);
  assertEquals(download.plan.portion(1).at(-1)?.end, 9 * MIB);
});

Deno.test("Plan keeps what is added while no source is up for the first that joins", () => {
  const download = new PlannedDownload({ size: 0 }).start();
  download.plan.apply({ type: "added", range: { start: 0, end: MIB } }, 1);
  assertEquals(download.plan.missing, MIB);
  assertEquals(download.joined(1).remaining(1), [MIB]);
});
