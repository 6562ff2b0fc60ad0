import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ASSUMED_RATE } from "../../lib/plan/limits.ts";
import { SourceWork } from "../../lib/plan/source_work.ts";
import { FinishTimes } from "../../lib/plan/finish_times.ts";

/** A source with so many bytes left, and a rate if it is known, at time 1. */
function sourceOf(id: number, remaining: number, rate?: number): SourceWork {
  const source = new SourceWork(id);
  source.queue.push({ start: 0, end: remaining });
  if (rate !== undefined) {
    source.meter.expect(0);
    for (const at of [0, 1]) source.meter.add(rate, at);
  }
  return source;
}

Deno.test("FinishTimes orders sources by when each would finish", () => {
  const finishTimes = new FinishTimes();
  finishTimes.place(sourceOf(1, 1000, 100), 1);
  finishTimes.place(sourceOf(2, 1000, 10), 1);
  finishTimes.place(sourceOf(3, 3000, 1000), 1);
  assertEquals(finishTimes.first(3), [3, 1, 2]);
  assertEquals(finishTimes.first(1), [3]);
  assertEquals(finishTimes.last, 2);
});

Deno.test("FinishTimes takes a source whose rate is unknown for an average one", () => {
  const finishTimes = new FinishTimes();
  finishTimes.place(sourceOf(1, 1000, 100), 1);
  finishTimes.place(sourceOf(2, 1000, 300), 1);
  const unknown = sourceOf(3, 1000);
  assertEquals(finishTimes.paceOf(unknown, 1).rate, 200);
  finishTimes.remove(1);
  assertEquals(finishTimes.paceOf(unknown, 1).rate, 300);
});

Deno.test("FinishTimes assumes something as long as no rate is known", () => {
  const finishTimes = new FinishTimes();
  const { rate, isMeasured } = finishTimes.paceOf(sourceOf(1, 1000), 1);
  assertEquals({ rate, isMeasured }, { rate: ASSUMED_RATE, isMeasured: false });
});

Deno.test("FinishTimes takes a source whose rate is unknown for as fast as it was seen", () => {
  const finishTimes = new FinishTimes();
  finishTimes.place(sourceOf(1, 1000, 100), 1);
  const quick = sourceOf(2, 1000);
  quick.meter.expect(0);
  quick.meter.add(50, 0.1);
  assertAlmostEquals(finishTimes.paceOf(quick, 0.1).rate, 500, 1e-6);
  quick.meter.expect(0.2);
  quick.meter.add(1, 0.5);
  assertAlmostEquals(finishTimes.paceOf(quick, 0.5).rate, 500, 1e-6);
  const slow = sourceOf(3, 1000);
  slow.meter.expect(0);
  slow.meter.add(1, 0.1);
  assertAlmostEquals(finishTimes.paceOf(slow, 0.1).rate, 100, 1e-6);
});

Deno.test("FinishTimes takes a source of which nothing is known for what others were seen to do", () => {
  const finishTimes = new FinishTimes();
  const quick = sourceOf(1, 1000);
  quick.meter.expect(0);
  quick.meter.add(50, 0.1);
  finishTimes.place(quick, 0.1);
  assertAlmostEquals(finishTimes.paceOf(sourceOf(2, 1000), 0.1).rate, 500, 1e-6);
});

Deno.test("FinishTimes.last has no source from which nothing can be taken", () => {
  const finishTimes = new FinishTimes();
  const trimmed = sourceOf(1, 1000, 10);
  trimmed.trim = { block: 1, recipient: 2 };
  finishTimes.place(trimmed, 1);
  finishTimes.place(sourceOf(2, 0, 10), 1);
  assertEquals(finishTimes.last, undefined);
  trimmed.trim = undefined;
  finishTimes.place(trimmed, 1);
  assertEquals(finishTimes.last, 1);
});

Deno.test("FinishTimes.needy is who soon has nothing to do, and was placed longest ago", () => {
  const finishTimes = new FinishTimes();
  const first = sourceOf(1, 0, 1000);
  const second = sourceOf(2, 100, 1000);
  for (const source of [first, second, sourceOf(3, 900, 1000)]) finishTimes.place(source, 1);
  assertEquals(finishTimes.needy, 1);
  finishTimes.place(first, 1);
  assertEquals(finishTimes.needy, 2);
  second.awaits = 7;
  finishTimes.place(second, 1);
  assertEquals(finishTimes.needy, 1);
});

Deno.test("FinishTimes forgets a source that is removed", () => {
  const finishTimes = new FinishTimes();
  finishTimes.place(sourceOf(1, 10, 100), 1);
  finishTimes.remove(1);
  assertEquals([finishTimes.first(1), finishTimes.last, finishTimes.needy], [
    [],
    undefined,
    undefined,
  ]);
});

Deno.test("FinishTimes.paceOf() is the slower the longer a source is silent", () => {
  const finishTimes = new FinishTimes();
  const source = sourceOf(1, 1000, 1000);
  assertAlmostEquals(finishTimes.paceOf(source, 1.1).rate, 1000, 1e-6);
  assertAlmostEquals(finishTimes.paceOf(source, 4).rate, 250, 1e-6);
});

Deno.test("FinishTimes.paceOf() remembers the silence of a source that was relieved of its work", () => {
  const finishTimes = new FinishTimes();
  const source = sourceOf(1, 0, 1000);
  source.meter.rest(1.5);
  assert(finishTimes.paceOf(source, 1.6).latency > 0.5);
});

Deno.test("FinishTimes.paceOf() is never 0 bytes per second", () => {
  const finishTimes = new FinishTimes();
  assertEquals(finishTimes.paceOf(sourceOf(1, 1000, 0), 1).rate > 0, true);
  assertEquals(finishTimes.paceOf(sourceOf(2, 1000), 1).rate > 0, true);
});
