import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { IndexedHeap } from "../../lib/plan/indexed_heap.ts";

Deno.test("IndexedHeap has the item with the smallest key on top", () => {
  const heap = new IndexedHeap();
  assertEquals(heap.top, undefined);
  heap.set(7, 0.5);
  heap.set(3, 0.2);
  assertEquals(heap.top, 3);
  heap.set(3, 0.9);
  assertEquals(heap.top, 7);
  heap.delete(7);
  heap.delete(7);
  assertEquals([heap.top, heap.size], [3, 1]);
});

Deno.test("IndexedHeap orders equal keys by item, whatever came first", () => {
  const heap = new IndexedHeap();
  for (const item of [5, 2, 9]) heap.set(item, 1);
  assertEquals(heap.smallest(3), [2, 5, 9]);
});

Deno.test("IndexedHeap.smallest() leaves everything in", () => {
  const heap = new IndexedHeap();
  for (const item of [1, 2, 3]) heap.set(item, -item);
  assertEquals(heap.smallest(2), [3, 2]);
  assertEquals(heap.smallest(9), [3, 2, 1]);
  assertEquals(heap.size, 3);
});

Deno.test("IndexedHeap answers as a sorted list would, after any changes", () => {
  const step = fc.record({
    item: fc.nat({ max: 30 }),
    key: fc.option(fc.integer({ max: 9, min: 0 })),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const heap = new IndexedHeap();
    const model = new Map<number, number>();
    for (const { item, key } of steps) {
      if (key === null) (heap.delete(item), model.delete(item));
      else (heap.set(item, key), model.set(item, key));
      const sorted = [...model].sort(([a, x], [b, y]) => x - y || a - b).map(([id]) => id);
      assertEquals(heap.top, sorted[0]);
      assertEquals(heap.size, sorted.length);
      assertEquals(heap.smallest(5), sorted.slice(0, 5));
    }
  }));
});
