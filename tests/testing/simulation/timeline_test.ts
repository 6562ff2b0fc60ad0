import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { Timeline } from "../../../testing/simulation/timeline.ts";

Deno.test("Timeline does what was appointed in order of time, then of appointment", () => {
  fc.assert(fc.property(fc.array(fc.nat({ max: 20 })), (times) => {
    const timeline = new Timeline();
    const done: [number, number][] = [];
    times.forEach((time, at) => timeline.at(time, () => done.push([timeline.now, at])));
    timeline.run(() => false, Infinity);
    const expected = times.map((time, at): [number, number] => [time, at])
      .sort(([a, x], [b, y]) => a - b || x - y);
    assertEquals(done, expected);
  }));
});

Deno.test("Timeline does what is appointed on the way, and nothing in the past", () => {
  const timeline = new Timeline();
  const done: number[] = [];
  timeline.at(5, () => timeline.at(1, () => done.push(timeline.now)));
  timeline.at(5, () => timeline.after(2, () => done.push(timeline.now)));
  timeline.run(() => false, Infinity);
  assertEquals(done, [5, 7]);
});

Deno.test("Timeline stops when that is said, and at the limit", () => {
  const timeline = new Timeline();
  let ticks = 0;
  const tick = () => {
    ticks += 1;
    timeline.after(1, tick);
  };
  tick();
  timeline.run(() => ticks === 3, Infinity);
  assertEquals(timeline.now, 2);
  timeline.run(() => false, 10);
  assertEquals([timeline.now, ticks], [10, 11]);
});
