import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { RangeUnion } from "../../lib/server/range_union.ts";

Deno.test("RangeUnion covers what its ranges cover, in whatever order they come", () => {
  const size = 30;
  const ranges = fc.array(fc.tuple(fc.nat(size), fc.nat(size)), { maxLength: 30 });
  fc.assert(fc.property(ranges, (ranges) => {
    const union = new RangeUnion();
    const covered = new Set<number>();
    for (const [start, end] of ranges) {
      union.add({ start, end });
      for (let at = start; at < end; at++) covered.add(at);
      let reached = 0;
      while (covered.has(reached)) reached++;
      assertEquals(union.coversAll(reached), true);
      assertEquals(union.coversAll(reached + 1), false);
    }
  }));
});

Deno.test("RangeUnion covers an empty file from the beginning", () => {
  assertEquals(new RangeUnion().coversAll(0), true);
});
