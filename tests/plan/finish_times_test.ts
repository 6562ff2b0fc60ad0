import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ASSUMED_RATE } from "../../lib/plan/limits.ts";
import { SourceWork } from "../../lib/plan/source_work.ts";
import { Standings } from "../../lib/plan/finish_times.ts";

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

Deno.test("Standings orders sources by when each would finish", () => {
  const standings = new Standings();
  standings.place(sourceOf(1, 1000, 100), 1);
  standings.place(sourceOf(2, 1000, 10), 1);
  standings.place(sourceOf(3, 3000, 1000), 1);
  assertEquals(standings.first(3), [3, 1, 2]);
  assertEquals(standings.first(1), [3]);
  assertEquals(standings.last, 2);
});

Deno.test("Standings takes a source whose rate is unknown for an average one", () => {
  const standings = new Standings();
  standings.place(sourceOf(1, 1000, 100), 1);
  standings.place(sourceOf(2, 1000, 300), 1);
  const unknown = sourceOf(3, 1000);
  assertEquals(standings.paceOf(unknown, 1).rate, 200);
  standings.remove(1);
  assertEquals(standings.paceOf(unknown, 1).rate, 300);
});

Deno.test("Standings assumes something as long as no rate is known", () => {
  const standings = new Standings();
  const { rate, isMeasured } = standings.paceOf(sourceOf(1, 1000), 1);
  assertEquals({ rate, isMeasured }, { rate: ASSUMED_RATE, isMeasured: false });
});

Deno.test("Standings takes a source whose rate is unknown for as fast as it was seen", () => {
  const standings = new Standings();
  standings.place(sourceOf(1, 1000, 100), 1);
  const quick = sourceOf(2, 1000);
  quick.meter.expect(0);
  quick.meter.add(50, 0.1);
  assertAlmostEquals(standings.paceOf(quick, 0.1).rate, 500, 1e-6);
  quick.meter.expect(0.2);
  quick.meter.add(1, 0.5);
  assertAlmostEquals(standings.paceOf(quick, 0.5).rate, 500, 1e-6);
  const slow = sourceOf(3, 1000);
  slow.meter.expect(0);
  slow.meter.add(1, 0.1);
  assertAlmostEquals(standings.paceOf(slow, 0.1).rate, 100, 1e-6);
});

Deno.test("Standings takes a source of which nothing is known for what others were seen to do", () => {
  const standings = new Standings();
  const quick = sourceOf(1, 1000);
  quick.meter.expect(0);
  quick.meter.add(50, 0.1);
  standings.place(quick, 0.1);
  assertAlmostEquals(standings.paceOf(sourceOf(2, 1000), 0.1).rate, 500, 1e-6);
});

Deno.test("Standings.last has no source from which nothing can be taken", () => {
  const standings = new Standings();
  const trimmed = sourceOf(1, 1000, 10);
  trimmed.trim = { block: 1, heir: 2 };
  standings.place(trimmed, 1);
  standings.place(sourceOf(2, 0, 10), 1);
  assertEquals(standings.last, undefined);
  trimmed.trim = undefined;
  standings.place(trimmed, 1);
  assertEquals(standings.last, 1);
});

Deno.test("Standings.needy is who soon has nothing to do, and was placed longest ago", () => {
  const standings = new Standings();
  const first = sourceOf(1, 0, 1000);
  const second = sourceOf(2, 100, 1000);
  for (const source of [first, second, sourceOf(3, 900, 1000)]) standings.place(source, 1);
  assertEquals(standings.needy, 1);
  standings.place(first, 1);
  assertEquals(standings.needy, 2);
  second.awaits = 7;
  standings.place(second, 1);
  assertEquals(standings.needy, 1);
});

Deno.test("Standings forgets a source that is removed", () => {
  const standings = new Standings();
  standings.place(sourceOf(1, 10, 100), 1);
  standings.remove(1);
  assertEquals([standings.first(1), standings.last, standings.needy], [[], undefined, undefined]);
});

Deno.test("Standings.paceOf() is the slower the longer a source is silent", () => {
  const standings = new Standings();
  const source = sourceOf(1, 1000, 1000);
  assertAlmostEquals(standings.paceOf(source, 1.1).rate, 1000, 1e-6);
  assertAlmostEquals(standings.paceOf(source, 4).rate, 250, 1e-6);
});

Deno.test("Standings.paceOf() remembers the silence of a source that was relieved of its work", () => {
  const standings = new Standings();
  const source = sourceOf(1, 0, 1000);
  source.meter.rest(1.5);
  assert(standings.paceOf(source, 1.6).latency > 0.5);
});

Deno.test("Standings.paceOf() is never 0 bytes per second", () => {
  const standings = new Standings();
  assertEquals(standings.paceOf(sourceOf(1, 1000, 0), 1).rate > 0, true);
  assertEquals(standings.paceOf(sourceOf(2, 1000), 1).rate > 0, true);
});
