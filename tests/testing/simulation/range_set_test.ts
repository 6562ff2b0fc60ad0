import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { RangeSet } from "../../../testing/simulation/range_set.ts";

Deno.test("RangeSet joins ranges that touch", () => {
  const set = new RangeSet();
  for (const [start, end] of [[0, 10], [20, 30], [10, 20]] as const) set.add({ start, end });
  assert(set.equals([{ start: 0, end: 30 }]));
  assert(!set.equals([{ start: 0, end: 29 }]));
  assert(!set.equals([]));
});

Deno.test("RangeSet notices bytes that are put in or taken out twice", () => {
  const range = fc.tuple(fc.nat({ max: 40 }), fc.integer({ min: 1, max: 20 }))
    .map(([start, length]) => ({ start, end: start + length }));
  fc.assert(fc.property(fc.array(fc.record({ range, isAdded: fc.boolean() })), (steps) => {
    const set = new RangeSet();
    const model: boolean[] = Array.from({ length: 60 }, () => false);
    for (const { range, isAdded } of steps) {
      const act = () => isAdded ? set.add(range) : set.delete(range);
      if (model.slice(range.start, range.end).includes(isAdded)) {
        assertThrows(act, Error, isAdded ? "are in already" : "are not in");
      } else {
        act();
        model.fill(isAdded, range.start, range.end);
      }
    }
    assert(set.equals(rangesOf(model)));
  }));
});

Deno.test("RangeSet takes empty ranges for nothing", () => {
  const set = new RangeSet();
  set.delete({ start: 5, end: 5 });
  assertEquals(set.equals([]), true);
});

function rangesOf(model: readonly boolean[]) {
  const starts = [...model.keys()].filter((at) => model[at] && !model[at - 1]);
  const ends = [...model.keys()].filter((at) => model[at] && !model[at + 1]);
  return starts.map((start, at) => ({ start, end: (ends[at] ?? 0) + 1 }));
}
