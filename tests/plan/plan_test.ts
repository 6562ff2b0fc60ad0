import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { MIN_HEIRS } from "../../lib/plan/limits.ts";
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

// Failures -----------------------------------------------------------------------------------------

for (const balance of ["equal", "adaptive"] as const) {
  Deno.test(`Plan divides what a failed source had left equally among the others (${balance})`, () => {
    const download = new PlannedDownload({ size: 64 * MIB, balance }).start(1, 2, 3, 4);
    download.received(2, 4 * MIB).failed(2);
    assertEquals(download.remaining(1, 2, 3, 4), [20 * MIB, 0, 20 * MIB, 20 * MIB]);
  });
}

Deno.test("Plan puts what a failed source had left behind the others' own portions", () => {
  const download = new PlannedDownload({ size: 64 * MIB, balance: "equal" }).start(1, 2).failed(1);
  download.finish(2);
  const starts = download.asked.get(2)?.map(({ start }) => start / MIB) ?? [];
  assertEquals(starts.indexOf(0), starts.findIndex((start) => start < 32));
  assertEquals(download.plan.missing, 0);
});

Deno.test("Plan counts what a failed source had delivered", () => {
  const download = new PlannedDownload({ size: 8 * MIB }).start(1, 2).received(1, MIB + 7).failed(
    1,
  );
  assertEquals(download.plan.missing, 7 * MIB - 7);
  assertEquals(download.finish(2).plan.missing, 0);
});

Deno.test("Plan divides a little that a failed source had left among all, too", () => {
  const download = new PlannedDownload({ size: 4 * MIB }).start(1, 2, 3, 4).failed(4);
  for (const bytes of download.remaining(1, 2, 3)) assertAlmostEquals(bytes, 4 / 3 * MIB, MIB / 24);
});

Deno.test("Plan divides a little among the first to finish only when there are very many", () => {
  const all = Array.from({ length: 100 }, (_, source) => source);
  const download = new PlannedDownload({ size: 100 * MIB, balance: "equal" }).start(...all);
  for (const source of all.slice(50)) download.received(source, 1000);
  const before = download.remaining(...all);
  download.failed(0);
  const heirs = all.filter((source) => download.plan.remaining(source) > (before[source] ?? 0));
  assertEquals(heirs.length, MIN_HEIRS);
  assert(all.slice(50).every((source) => heirs.includes(source)));
});

Deno.test("Plan gives nothing that a failed source had to one that is paused or lost", () => {
  const download = new PlannedDownload({ size: 64 * MIB }).start(1, 2, 3, 4).failed(1).paused(2);
  const kept = download.plan.remaining(2);
  download.failed(3);
  assertEquals(download.remaining(1, 2, 3), [0, kept, 0]);
  assertEquals(download.plan.remaining(4), 64 * MIB - kept);
});

Deno.test("Plan keeps what is left for the next to come when all are lost", () => {
  const download = new PlannedDownload({ size: 64 * MIB }).start(1, 2).failed(1).failed(2);
  assertEquals(download.remaining(1, 2), [0, 0]);
  assertEquals(download.joined(2).remaining(1, 2), [0, 64 * MIB]);
  assertEquals(download.joined(1).remaining(1, 2), [32 * MIB, 32 * MIB]);
});

Deno.test("Plan keeps what is left for a paused source when nobody else is there", () => {
  const download = new PlannedDownload({ size: 64 * MIB }).start(1, 2).paused(1).failed(2);
  assertEquals(download.remaining(1, 2), [32 * MIB, 0]);
  assertEquals(download.resumed(1).remaining(1, 2), [64 * MIB, 0]);
});

// Pauses -------------------------------------------------------------------------------------------

Deno.test("Plan lets nobody have a paused source's portion", () => {
  const download = new PlannedDownload({ size: 64 * MIB }).start(1, 2).paused(1);
  download.finish(2).flow(5, { 2: 0 });
  assertEquals(download.remaining(1, 2), [32 * MIB, 0]);
  assertEquals(download.trims, []);
  assert(download.plan.isIdle(2));
  assert(!download.plan.isIdle(1));
});

Deno.test("Plan asks a paused source for nothing, and lets it go on when it is resumed", () => {
  const download = new PlannedDownload({ size: 64 * MIB }).start(1, 2).paused(1);
  const asked = download.asked.get(1)?.length ?? 0;
  // What had left the server arrives all the same.
  download.received(1, 6 * MIB);
  assertEquals(download.asked.get(1)?.length, asked);
  download.resumed(1);
  assert((download.asked.get(1)?.length ?? 0) > asked);
});

Deno.test("Plan divides the portion of a source that is lost while it is paused", () => {
  const download = new PlannedDownload({ size: 48 * MIB }).start(1, 2, 3).paused(1).failed(1);
  assertEquals(download.remaining(1, 2, 3), [0, 24 * MIB, 24 * MIB]);
});

Deno.test("Plan takes two pauses for one, and a paused source that joins for a resumed one", () => {
  const download = new PlannedDownload({ size: 8 * MIB }).start(1, 2).paused(1).paused(1).joined(1);
  assertEquals(download.finish(1).finish(2).plan.missing, 0);
});

Deno.test("Plan takes no notice of a pause, or its end, of a source that is lost", () => {
  const download = new PlannedDownload({ size: 8 * MIB }).start(1, 2).failed(1).paused(1).resumed(
    1,
  );
  download.failed(2).joined(1);
  assertEquals(download.remaining(1, 2), [8 * MIB, 0]);
  download.failed(1).paused(1).resumed(1).failed(1);
  assertEquals(download.joined(2).remaining(1, 2), [0, 8 * MIB]);
});

// Sources that come late, or again -----------------------------------------------------------------

for (const balance of ["equal", "adaptive"] as const) {
  Deno.test(`Plan gives a source that joins half of the longest portion at once (${balance})`, () => {
    const download = new PlannedDownload({ size: 64 * MIB, balance }).start(1, 2);
    download.received(1, 8 * MIB).joined(3);
    assertEquals(download.remaining(1, 2, 3), [24 * MIB, 16 * MIB, 16 * MIB]);
    assertEquals(download.asked.get(3)?.[0]?.start, 48 * MIB);
  });

  Deno.test(`Plan gives a source that returns work again (${balance})`, () => {
    const download = new PlannedDownload({ size: 64 * MIB, balance }).start(1, 2).failed(1);
    assertEquals(download.remaining(1, 2), [0, 64 * MIB]);
    assertEquals(download.joined(1).remaining(1, 2), [32 * MIB, 32 * MIB]);
  });
}

Deno.test("Plan does not hold it against a source how slow it was before it was lost", () => {
  const download = new PlannedDownload({ size: 640 * MIB }).start(1, 2);
  download.flow(3, { 1: 1000, 2: 10 * MIB }).failed(1).flow(1, { 2: 10 * MIB });
  const left = download.plan.missing;
  download.joined(1);
  assertAlmostEquals(download.plan.remaining(1), left / 2, left / 16);
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

// Wrong pieces -------------------------------------------------------------------------------------

Deno.test("Plan has wrong bytes fetched again, first of all, by another source", () => {
  const download = new PlannedDownload({ size: 64 * MIB, balance: "equal" }).start(1, 2).finish(1);
  download.rejected(1, 0, MIB);
  assertEquals(download.remaining(1, 2), [0, 33 * MIB]);
  assertEquals(download.plan.missing, 33 * MIB);
  const ahead = download.asked.get(2)?.length ?? 0;
  download.finish(2);
  assertEquals(download.asked.get(2)?.[ahead]?.start, 0);
  assertEquals(download.plan.missing, 0);
});

Deno.test("Plan has bytes without a culprit fetched by whoever is done first", () => {
  const download = new PlannedDownload({ size: 8 * MIB, balance: "equal" }).start(1, 2).finish(2);
  download.rejected(undefined, 4 * MIB, 5 * MIB);
  assertEquals(download.remaining(1, 2), [4 * MIB, MIB]);
  assertEquals(download.plan.expects(2), { start: 4 * MIB, end: 5 * MIB });
});

Deno.test("Plan never lets the culprit take its wrong bytes back", () => {
  const download = new PlannedDownload({ size: 8 * MIB }).start(1).finish(1).joined(2);
  download.rejected(1, 0, 8 * MIB).flow(4, { 1: 0, 2: 100_000 });
  assertEquals(download.remaining(1, 2), [0, 8 * MIB - 400_000]);
  assertEquals(download.trims, []);
});

Deno.test("Plan lets a third source take what the culprit may not", () => {
  const download = new PlannedDownload({ size: 8 * MIB }).start(1).finish(1).joined(2).joined(3);
  download.rejected(1, 0, 8 * MIB).flow(1, { 1: 0, 2: 100_000, 3: 0 });
  for (const trim of download.trims.splice(0)) download.trimmed(trim);
  assertEquals(download.plan.remaining(1), 0);
  assert(download.plan.remaining(3) > 0);
});

Deno.test("Plan gives wrong bytes of a source that is lost on, but not to the culprit", () => {
  const download = new PlannedDownload({ size: 9 * MIB, balance: "equal" }).start(1, 2, 3);
  download.finish(1).finish(2).finish(3).rejected(1, 0, MIB);
  const again = download.plan.remaining(2) > 0 ? 2 : 3;
  download.failed(again);
  assertEquals(download.remaining(1, 5 - again), [0, MIB]);
});

Deno.test("Plan asks the culprit again when there is nobody else", () => {
  const download = new PlannedDownload({ size: 8 * MIB }).start(1, 2).finish(1).finish(2);
  assertEquals(download.paused(2).rejected(1, 0, MIB).remaining(1, 2), [MIB, 0]);
});

Deno.test("Plan keeps wrong bytes for the next to come when nobody is there", () => {
  const download = new PlannedDownload({ size: 2 * MIB }).start(1).finish(1).failed(1);
  download.rejected(1, 0, MIB);
  assertEquals(download.plan.missing, MIB);
  assertEquals(download.joined(2).remaining(1, 2), [0, MIB]);
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
