import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { missingRanges } from "../../lib/client/missing_ranges.ts";

Deno.test("missingRanges() is what lies before, between and behind", () => {
  assertEquals(missingRanges(100, [{ start: 20, end: 30 }, { start: 50, end: 60 }]), [
    { start: 0, end: 20 },
    { start: 30, end: 50 },
    { start: 60, end: 100 },
  ]);
  assertEquals(missingRanges(100, []), [{ start: 0, end: 100 }]);
  assertEquals(missingRanges(100, [{ start: 0, end: 100 }]), []);
  assertEquals(missingRanges(0, []), []);
});

Deno.test("missingRanges() has every byte that is not there once, in order, in one piece", () => {
  const size = 40;
  const range = fc.tuple(fc.nat({ max: size }), fc.nat({ max: size }))
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
  fc.assert(fc.property(fc.array(range, { maxLength: 6 }), (there) => {
    const expected = Array.from({ length: size }, (_, at) => at)
      .filter((at) => !there.some(({ start, end }) => start <= at && at < end));
    const missing = missingRanges(size, there);
    const bytes = missing.flatMap(({ start, end }) =>
      Array.from({ length: end - start }, (_, at) => start + at)
    );
    assertEquals(bytes, expected);
    for (const [at, { start }] of missing.entries()) {
      if (at > 0) assertEquals((missing[at - 1]?.end ?? start) < start, true);
    }
  }));
});
