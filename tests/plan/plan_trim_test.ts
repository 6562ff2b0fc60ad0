import { assert, assertEquals } from "@std/assert";
import type { PlanCommand } from "../../lib/plan/plan_event.ts";
import { MIB, PlannedDownload } from "./planned_download.ts";

type Trim = Extract<PlanCommand, { type: "trim" }>;

/**
 * A download in which source 1 is done, and source 2, slow, was asked for all it has in two blocks of
 * which the last is to be trimmed for source 1. Others have come since, and have nothing to do.
 */
function trimming(...others: number[]): { download: PlannedDownload; trim: Trim } {
  const download = new PlannedDownload({ size: 16 * MIB }).start(1, 2);
  download.flow(0.8, { 1: 8 * MIB, 2: MIB });
  download.finish(1).flow(0.1, { 1: 0, 2: MIB });
  const [trim] = download.trims;
  assert(trim, "nothing is to be trimmed");
  for (const other of others) download.joined(other);
  return { download, trim };
}

/** Bytes that any source has; what a trim has not set free yet counts for its victim. */
function owned({ plan }: PlannedDownload): number {
  return [1, 2, 3, 4].reduce((sum, source) => sum + plan.remaining(source), 0);
}

Deno.test("Plan trims the last block of a source that was asked for all it has", () => {
  const { download, trim } = trimming();
  const [, second] = download.asked.get(2) ?? [];
  assertEquals([trim.source, trim.block], [2, second?.id]);
  assert(trim.end >= (second?.start ?? 0) && trim.end < (second?.end ?? 0));
});

Deno.test("Plan moves what a trim sets free once its source has confirmed it", () => {
  const { download, trim } = trimming();
  const before = download.plan.remaining(2);
  assertEquals(download.plan.remaining(1), 0);
  download.trimmed(trim);
  const moved = 16 * MIB - trim.end;
  assertEquals(download.remaining(1, 2), [moved, before - moved]);
  assertEquals(download.asked.get(1)?.at(-1)?.end, 16 * MIB);
});

Deno.test("Plan moves only what a source that was further already leaves", () => {
  const { download, trim } = trimming();
  const before = download.plan.remaining(2);
  download.trimmed(trim, trim.end + 1000);
  assertEquals(download.plan.remaining(1), 16 * MIB - trim.end - 1000);
  assertEquals(owned(download), before);
});

Deno.test("Plan moves nothing when the block was over already", () => {
  const { download, trim } = trimming();
  const before = download.plan.remaining(2);
  download.trimmed(trim, Number.MAX_SAFE_INTEGER);
  assertEquals(owned(download), before);
  assertEquals(download.plan.remaining(1), 0);
});

Deno.test("Plan moves nothing when all of the block has been received meanwhile", () => {
  const { download, trim } = trimming();
  download.received(2, download.plan.remaining(2)).trimmed(trim);
  assertEquals([download.plan.missing, owned(download)], [0, 0]);
});

Deno.test("Plan keeps what has been received beyond the end that it wanted", () => {
  const { download, trim } = trimming();
  const left = download.plan.remaining(2);
  download.received(2, left - 1000).trimmed(trim, 16 * MIB - 500);
  assertEquals(download.plan.missing, 1000);
  assertEquals(owned(download), 1000);
});

Deno.test("Plan trims one block of a source at a time", () => {
  const { download, trim } = trimming(3);
  download.flow(1, { 1: 0, 2: 0, 3: 0 });
  assertEquals(download.trims, [trim]);
});

Deno.test("Plan ignores the answer to a trim that nobody asked for", () => {
  const download = new PlannedDownload({ size: 16 * MIB }).start(1, 2);
  const [block] = download.asked.get(2) ?? [];
  download.tell({ type: "trimmed", source: 2, block: block?.id ?? 0, end: 9 * MIB });
  assertEquals(download.remaining(1, 2), [8 * MIB, 8 * MIB]);
});

// What may happen between the order and the answer -------------------------------------------------

Deno.test("Plan divides all that a source had left that fails while it is trimmed", () => {
  const { download, trim } = trimming();
  const left = download.plan.remaining(2);
  download.failed(2);
  assertEquals(download.remaining(1, 2), [left, 0]);
  download.trimmed(trim);
  assertEquals(download.remaining(1, 2), [left, 0]);
});

Deno.test("Plan does not take a late answer for one to a later trim", () => {
  const { download, trim } = trimming();
  download.failed(2).joined(2);
  download.flow(3, { 1: MIB / 2, 2: 8 * MIB }).flow(3, { 1: MIB / 2, 2: 0 });
  const later = download.trims.at(-1);
  assert(later && later.block !== trim.block);
  const before = owned(download);
  download.trimmed(trim, 0);
  assertEquals(owned(download), before);
  download.trimmed(later);
  assertEquals(owned(download), before);
  assert(download.plan.remaining(later.source === 1 ? 2 : 1) > 0);
});

Deno.test("Plan gives a source its block back that was paused while it was trimmed", () => {
  const { download, trim } = trimming();
  const left = download.plan.remaining(2);
  download.paused(2).trimmed(trim);
  assertEquals(download.remaining(1, 2), [0, left]);
  download.flow(1, { 1: 0 });
  assertEquals(download.remaining(1, 2), [0, left]);
  download.resumed(2).finish(2).finish(2);
  assert(download.plan.missing < left);
});

Deno.test("Plan moves the work of a source that was paused and resumed while it was trimmed", () => {
  const { download, trim } = trimming();
  download.paused(2).resumed(2).trimmed(trim);
  assertEquals(download.plan.remaining(1), 16 * MIB - trim.end);
});

Deno.test("Plan shares what is set free out when the one that it was for has failed", () => {
  const { download, trim } = trimming(3, 4);
  const before = owned(download);
  download.failed(1).trimmed(trim);
  assertEquals(owned(download), before);
  assert(download.remaining(2, 3, 4).every((bytes) => bytes > 0));
});

Deno.test("Plan gives nothing to a source that was paused while it waited for a trim", () => {
  const { download, trim } = trimming();
  const before = download.plan.remaining(2);
  download.paused(1).trimmed(trim);
  assertEquals(download.remaining(1, 2), [0, before]);
});

Deno.test("Plan gives what is set free to a source that was lost and came back meanwhile", () => {
  const { download, trim } = trimming();
  const before = owned(download);
  download.failed(1).joined(1).trimmed(trim);
  assertEquals(owned(download), before);
  assert(download.plan.remaining(1) > 0);
});

Deno.test("Plan keeps what is set free when nobody is left", () => {
  const { download, trim } = trimming();
  const left = download.plan.remaining(2);
  download.failed(1).failed(2).trimmed(trim);
  assertEquals(owned(download), 0);
  assertEquals(download.joined(3).plan.remaining(3), left);
});

Deno.test("Plan does not wait for the answer of a source that failed", () => {
  const { download } = trimming();
  download.failed(2).finish(1).joined(2);
  // Nobody answers for the connection that is gone, and both go on giving and taking.
  download.rejected(undefined, 0, 8 * MIB).flow(1, { 1: MIB, 2: MIB });
  const [giver, taker] = download.plan.remaining(1) > 0 ? [1, 2] : [2, 1];
  download.trims.length = 0;
  download.finish(taker).flow(0.3, { [giver]: MIB, [taker]: 0 });
  assert(download.trims.length > 0 || download.plan.remaining(taker) > 0);
});

Deno.test("Plan has a source wait for one trim at a time", () => {
  const download = new PlannedDownload({ size: 24 * MIB }).start(1, 2, 3);
  download.flow(0.8, { 1: 8 * MIB, 2: MIB, 3: MIB });
  download.trims.length = 0;
  download.finish(1).flow(0.5, { 1: 0, 2: MIB, 3: MIB });
  assertEquals(download.trims.length, 1);
});

// Sources that are not asked -------------------------------------------------------------------

Deno.test("Plan does not take a source for silent that is not asked", () => {
  const begin = () => new PlannedDownload({ size: 8 * MIB }).start(1, 2);
  const rates = { 1: 8 * MIB, 2: 0 };
  assertEquals(begin().flow(3, rates).trims.length, 1);
  const download = begin().tell({ type: "deferred", source: 2 }).flow(3, rates);
  assertEquals(download.trims, []);
  download.tell({ type: "admitted", source: 2 }).flow(1, rates);
  assertEquals(download.trims.map(({ source }) => source), [2]);
});
