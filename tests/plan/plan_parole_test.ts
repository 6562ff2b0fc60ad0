import { assert, assertEquals } from "@std/assert";
import { MIB, PlannedDownload } from "./planned_download.ts";

/** Whether blocks are made of whole pieces only. */
function areWhole(blocks: readonly { start: number; end: number }[] = []): boolean {
  return blocks.every(({ start, end }) => start % MIB === 0 && end % MIB === 0);
}

Deno.test("Plan gives a source on parole whole pieces", () => {
  const download = new PlannedDownload({ size: 256 * MIB }).start(1, 2).flow(2, { 1: 2e6, 2: 3e6 });
  const before = download.asked.get(1)?.length ?? 0;
  download.onParole(1).flow(20, { 1: 2e6, 2: 3e6 });
  const since = download.asked.get(1)?.slice(before);
  assert(since && since.length > 0 && areWhole(since), JSON.stringify(since));
});

Deno.test("Plan moves what a source on parole had of parts of pieces to those that are trusted", () => {
  const download = new PlannedDownload({ size: 5 * MIB, balance: "equal" }).start(1, 2);
  download.received(1, 256 * 1024).failed(1).joined(1);
  download.rejected(undefined, 0, 256 * 1024);
  const before = download.remaining(1, 2);
  download.onParole(2);
  assertEquals(download.remaining(1, 2).reduce((a, b) => a + b), before.reduce((a, b) => a + b));
});

Deno.test("Plan lets others fetch the whole piece that a source on parole leaves unfinished", () => {
  const download = new PlannedDownload({ size: 8 * MIB, balance: "equal" }).start(1, 2);
  const all = download.plan.missing;
  download.onParole(1).received(1, MIB + 300_000).failed(1);
  assertEquals(download.abandoned, [{ start: MIB, end: MIB + 300_000 }]);
  assertEquals(download.plan.missing, all - MIB);
  assertEquals(download.plan.remaining(2), 7 * MIB);
  download.finish(2);
  assert(areWhole(download.asked.get(2)), JSON.stringify(download.asked.get(2)));
});

Deno.test("Plan does not throw away what the only source has begun", () => {
  const download = new PlannedDownload({ size: 8 * MIB }).start(1);
  download.onParole(1).received(1, 300_000).failed(1).joined(1);
  assertEquals([download.abandoned, download.plan.missing], [[], 8 * MIB - 300_000]);
});

Deno.test("Plan abandons the piece that a slow source on parole is at when another takes it over", () => {
  const download = new PlannedDownload({ size: 2 * MIB }).start(1, 2).onParole(1).finish(2);
  download.flow(8, { 1: 20_000, 2: 0 });
  const [trim] = download.trims.splice(0);
  assert(trim, "no trim");
  const at = download.plan.expects(1)?.start ?? 0;
  download.trimmed(trim, at);
  assertEquals(download.abandoned, [{ start: 0, end: at }]);
  assertEquals(download.remaining(1, 2), [0, MIB]);
});

Deno.test("Plan trims nothing for a source on parole", () => {
  const download = new PlannedDownload({ size: 2 * MIB }).start(1, 2).onParole(2).finish(2);
  download.flow(8, { 1: 20_000, 2: 0 });
  assertEquals([download.trims, download.plan.remaining(2)], [[], 0]);
});

Deno.test("Plan lets a source on parole keep what it has while it is paused", () => {
  const download = new PlannedDownload({ size: 8 * MIB, balance: "equal" }).start(1, 2);
  download.received(1, 100).paused(1);
  const before = download.remaining(1, 2);
  assertEquals(download.onParole(1).remaining(1, 2), before);
});

Deno.test("Plan treats a source that is cleared as any other", () => {
  const download = new PlannedDownload({ size: 8 * MIB, balance: "equal" }).start(1, 2);
  download.onParole(1).tell({ type: "cleared", source: 1 }).received(1, 300_000).failed(1);
  assertEquals(download.abandoned, []);
});
