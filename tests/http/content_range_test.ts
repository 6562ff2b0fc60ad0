import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import {
  formatContentRange,
  formatUnsatisfiedRange,
  parseContentRange,
} from "../../lib/http/content_range.ts";

Deno.test("parseContentRange() reads back what formatContentRange() writes", () => {
  const ranges = fc.tuple(fc.maxSafeNat(), fc.maxSafeNat(), fc.maxSafeNat())
    .map((numbers) => numbers.sort((a, b) => a - b) as [number, number, number])
    .filter(([start, end]) => start < end);
  fc.assert(fc.property(ranges, ([start, end, size]) => {
    const text = formatContentRange({ start, end }, size);
    assertEquals(parseContentRange(text), { start, end, size });
  }));
});

Deno.test("parseContentRange() refuses what is malformed or contradicts itself", () => {
  const refused = [
    "bytes 5-4/*",
    "bytes 0-9007199254740993/*",
    "bytes 5-4/10",
    "bytes 0-10/10",
    "bytes */10",
    "bytes=0-1/2",
    "items 0-1/2",
    "bytes 0-1/9007199254740993",
    "bytes -1/2",
    "bytes 0-1/2 ",
    "",
  ];
  for (const text of refused) assertEquals(parseContentRange(text), undefined, text);
});

Deno.test("parseContentRange() accepts that the size is not said", () => {
  assertEquals(parseContentRange("bytes 10-99/*"), { start: 10, end: 100, size: null });
});

Deno.test("formatUnsatisfiedRange() says only how large the file is", () => {
  assertEquals(formatUnsatisfiedRange(7), "bytes */7");
});
