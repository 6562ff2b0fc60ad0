import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import type { Work } from "../../lib/byte_range.ts";
import { RangeQueue } from "../../lib/plan/range_queue.ts";

const EXACT = ({ end }: { end: number }, wanted: number) => end - wanted;

/** A queue of ranges given as [start, end]. */
function queueOf(...ranges: [number, number][]): RangeQueue {
  const queue = new RangeQueue();
  for (const [start, end] of ranges) queue.push({ start, end });
  return queue;
}

Deno.test("RangeQueue.push() grows the last range where they touch", () => {
  const queue = queueOf([0, 10], [10, 20], [30, 40]);
  assertEquals(queue.bytes, 30);
  assertEquals(queue.takeAll(), [{ start: 0, end: 20 }, { start: 30, end: 40 }]);
  assertEquals(queue.bytes, 0);
  assertEquals(queue.first, undefined);
});

Deno.test("RangeQueue.unshift() grows the first range where they touch", () => {
  const queue = queueOf([10, 20]);
  queue.unshift({ start: 5, end: 10 });
  queue.unshift({ start: 90, end: 95 });
  assertEquals(queue.bytes, 20);
  assertEquals(queue.takeAll(), [{ start: 90, end: 95 }, { start: 5, end: 20 }]);
});

Deno.test("RangeQueue keeps ranges apart that are not to come from the same source", () => {
  const queue = queueOf([0, 10]);
  queue.push({ start: 10, end: 20, notFrom: 1 });
  queue.push({ start: 20, end: 30, notFrom: 1 });
  queue.unshift({ start: -10, end: 0, notFrom: 2 });
  assertEquals(queue.takeAll(), [
    { start: -10, end: 0, notFrom: 2 },
    { start: 0, end: 10 },
    { start: 10, end: 30, notFrom: 1 },
  ]);
});

Deno.test("RangeQueue takes no empty ranges in", () => {
  const queue = queueOf([5, 5]);
  queue.unshift({ start: 7, end: 7 });
  assertEquals(queue.first, undefined);
});

Deno.test("RangeQueue.takeFront() takes part of the first range, or all of it", () => {
  const queue = queueOf([0, 10], [20, 30]);
  assertEquals(queue.takeFront(4), { start: 0, end: 4 });
  assertEquals(queue.takeFront(10), { start: 4, end: 10 });
  assertEquals(queue.first, { start: 20, end: 30 });
  assertEquals(queue.bytes, 10);
});

Deno.test("RangeQueue.takeFront() refuses what the first range does not reach", () => {
  const queue = queueOf([10, 20]);
  for (const end of [10, 21]) assertThrows(() => queue.takeFront(end), RangeError);
  assertThrows(() => new RangeQueue().takeFront(1), RangeError);
});

Deno.test("RangeQueue.takeBack() takes from the back, in order", () => {
  const queue = queueOf([0, 10], [20, 30], [40, 50]);
  assertEquals(queue.takeBack(15, 1, EXACT), [{ start: 25, end: 30 }, { start: 40, end: 50 }]);
  assertEquals(queue.takeAll(), [{ start: 0, end: 10 }, { start: 20, end: 25 }]);
});

Deno.test("RangeQueue.takeBack() leaves what is not to come from the taker, and what is before", () => {
  const queue = queueOf([0, 10]);
  queue.push({ start: 20, end: 30, notFrom: 1 });
  queue.push({ start: 40, end: 50 });
  assertEquals(queue.takeBack(100, 1, EXACT), [{ start: 40, end: 50 }]);
  assertEquals(queue.bytes, 20);
  assertEquals(queue.takeBack(100, 2, EXACT).length, 2);
});

Deno.test("RangeQueue.takeBack() takes nothing when no cut fits", () => {
  const queue = queueOf([0, 100]);
  assertEquals(queue.takeBack(10, 1, () => 128), []);
  assertEquals(queue.bytes, 100);
});

Deno.test("RangeQueue.takeBack() takes a whole range when the cut would be in front of it", () => {
  const queue = queueOf([0, 10], [100, 200]);
  assertEquals(queue.takeBack(60, 1, () => 64), [{ start: 100, end: 200 }]);
});

Deno.test("RangeQueue hands out what it took in, whatever is taken in which order", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 10 });
  const step = fc.record({
    front: fc.boolean(),
    bytes: fc.integer({ min: 1, max: 150 }),
    boundary: fc.constantFrom(1, 8, 64),
  });
  fc.assert(fc.property(lengths, fc.array(step), (given, steps) => {
    const queue = new RangeQueue();
    const all: Work[] = [];
    given.reduce((start, length) => {
      all.push({ start, end: start + length });
      queue.push({ start, end: start + length });
      return start + length + 1;
    }, 0);
    const fronts: Work[] = [];
    const backs: Work[] = [];
    for (const { front, bytes, boundary } of steps) {
      const before = queue.bytes;
      const first = queue.first;
      const taken = !front
        ? queue.takeBack(
          bytes,
          1,
          ({ end }, wanted) => Math.round((end - wanted) / boundary) * boundary,
        )
        : first
        ? [queue.takeFront(Math.min(first.end, first.start + bytes))]
        : [];
      if (front) fronts.push(...taken);
      else backs.unshift(...taken);
      assertEquals(before - queue.bytes, bytesOf(taken).length);
    }
    const left = queue.takeAll();
    assertEquals(bytesOf([...fronts, ...left, ...backs]), bytesOf(all));
    assert(backs.every(({ start, end }) => start < end));
  }));
});

function bytesOf(ranges: readonly Work[]): number[] {
  return ranges.flatMap(({ start, end }) =>
    Array.from({ length: end - start }, (_, at) => start + at)
  );
}
