import { assert, assertEquals } from "@std/assert";
import { MIB, PlannedDownload } from "./planned_download.ts";

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
