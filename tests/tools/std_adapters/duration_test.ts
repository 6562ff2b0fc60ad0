import { assertEquals } from "@std/assert";
import { format } from "@std/fmt/duration";

const MS = 99_674;

Deno.test("format() of durations writes short units, all or those that count", () => {
  assertEquals(format(MS), "0d 0h 1m 39s 674ms 0µs 0ns");
  assertEquals(format(MS, { ignoreZero: true }), "1m 39s 674ms");
  assertEquals(format(0, { ignoreZero: true }), "");
});

Deno.test("format() of durations writes out the units", () => {
  assertEquals(
    format(MS, { style: "full", ignoreZero: true }),
    "1 minutes, 39 seconds, 674 milliseconds",
  );
});

Deno.test("format() of durations writes digits, without the zeros at the end if told", () => {
  assertEquals(format(MS, { style: "digital" }), "00:00:01:39:674:000:000");
  assertEquals(format(90_000_000, { style: "digital", ignoreZero: true }), "01:01");
  assertEquals(format(5_000, { style: "digital", ignoreZero: true }), "00:00:00:05");
});

Deno.test("format() of durations ignores the sign and knows parts of a millisecond", () => {
  assertEquals(format(-1_000, { ignoreZero: true }), "1s");
  assertEquals(format(1.001_002, { ignoreZero: true }), "1ms 1µs 2ns");
});
