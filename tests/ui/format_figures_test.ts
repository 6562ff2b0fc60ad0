import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  BYTES_WIDTH,
  comparableUnits,
  formatBytes,
  formatClock,
  formatDuration,
  formatPercent,
  formatRate,
  formatSize,
  sharedUnit,
  steadyUnit,
} from "../../lib/ui/format_figures.ts";

Deno.test("formatBytes() uses the largest unit that leaves something before the point", () => {
  assertEquals([0, 1, 1023, 1024, 1536].map((bytes) => formatBytes(bytes)), [
    "0 B",
    "1 B",
    "1023 B",
    "1.0 KiB",
    "1.5 KiB",
  ]);
  assertEquals([2 ** 20 - 1, 2 ** 20, 2 ** 30, 2 ** 53].map((bytes) => formatBytes(bytes)), [
    "1.0 MiB",
    "1.0 MiB",
    "1.0 GiB",
    "8.0 PiB",
  ]);
});

Deno.test("formatBytes() always fits its columns", () => {
  fc.assert(fc.property(fc.maxSafeNat(), (bytes) => {
    assert(formatBytes(bytes).length <= BYTES_WIDTH, formatBytes(bytes));
  }));
});

Deno.test("formatRate() is bytes a second", () => {
  assertEquals(formatRate(1_572_864), "1.5 MiB/s");
  assertEquals(formatRate(0.4), "0 B/s");
});

Deno.test("formatPercent() says 100% only when nothing is missing", () => {
  assertEquals(formatPercent(999_999, 1_000_000), "99%");
  assertEquals(formatPercent(1, 1), "100%");
  assertEquals(formatPercent(0, 0), "100%");
  assertEquals(formatPercent(0, 5), "0%");
});

Deno.test("formatClock() grows from minutes to days", () => {
  assertEquals([0, 59.9, 60, 3599, 3600, 86_399, 90_060].map(formatClock), [
    "0:00",
    "0:59",
    "1:00",
    "59:59",
    "1:00:00",
    "23:59:59",
    "1d 01:01",
  ]);
});

Deno.test("formatDuration() has tenths within the first minute", () => {
  assertEquals([0, 5.64, 59.9, 59.96, 61].map(formatDuration), [
    "0.0 s",
    "5.6 s",
    "59.9 s",
    "0:59",
    "1:01",
  ]);
});

Deno.test("sharedUnit() gives all amounts of a file a unit in which none gets too long", () => {
  assertEquals(formatBytes(12_345_678, sharedUnit(2 ** 30)), "11.8 MiB");
  fc.assert(
    fc.property(fc.nat(2 ** 50), fc.double({ min: 0, max: 1, noNaN: true }), (size, part) => {
      assert(formatBytes(size * part, sharedUnit(size)).length <= BYTES_WIDTH);
    }),
  );
});

Deno.test("steadyUnit() does not go back and forth between two units", () => {
  const MIB = 2 ** 20;
  let unit = 0;
  const said = [0.5, 1.01, 0.99, 1.01, 0.3, 0.05, 0.99].map((rate) => {
    unit = steadyUnit(rate * MIB, unit);
    return formatRate(rate * MIB, unit);
  });
  assertEquals(said, [
    "512.0 KiB/s",
    "1.0 MiB/s",
    "1.0 MiB/s",
    "1.0 MiB/s",
    "0.3 MiB/s",
    "51.2 KiB/s",
    "1013.8 KiB/s",
  ]);
});

Deno.test("comparableUnits() gives rates one unit, but for those that are far smaller", () => {
  const units = (...rates: number[]) => comparableUnits(rates.map((rate) => ({ rate, before: 0 })));
  assertEquals(units(1.2 * 2 ** 20, 960 * 1024, 12), [2, 2, 0]);
  assertEquals(units(), []);
  // What a rate had a moment ago is kept.
  assertEquals(comparableUnits([{ rate: 960 * 1024, before: 2 }]), [2]);
});

Deno.test("formatSize() says a size once where the rounded one would be the same", () => {
  assertEquals([0, 1, 1023, 1024].map(formatSize), [
    "0 bytes",
    "1 byte",
    "1023 bytes",
    "1.0 KiB (1024 bytes)",
  ]);
});
