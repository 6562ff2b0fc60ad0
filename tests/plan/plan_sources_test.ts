import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { MIN_RECIPIENTS } from "../../lib/plan/limits.ts";
import { MIB, PlannedDownload } from "./planned_download.ts";

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
  assertEquals(heirs.length, MIN_RECIPIENTS);
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
