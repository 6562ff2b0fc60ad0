import { assertEquals, assertThrows } from "@std/assert";
import { format } from "@std/fmt/bytes";

Deno.test("format() of bytes rounds to three digits", () => {
  assertEquals(format(0), "0 B");
  assertEquals(format(999), "999 B");
  assertEquals(format(1337), "1.34 kB");
  assertEquals(format(123_456_789), "123 MB");
  assertEquals(format(-1001), "-1 kB");
});

Deno.test("format() of bytes does not go on to the next unit when it rounds", () => {
  assertEquals(format(999_999), "1000 kB");
});

Deno.test("format() of bytes knows powers of 1024", () => {
  assertEquals(format(1024, { binary: true }), "1 kiB");
  assertEquals(format(1_100_000, { binary: true }), "1.05 MiB");
});

Deno.test("format() of bytes shows as many digits as it is told, zero meaning not told", () => {
  assertEquals(format(1900, { maximumFractionDigits: 1, minimumFractionDigits: 1 }), "1.9 kB");
  assertEquals(format(2000, { minimumFractionDigits: 2 }), "2.00 kB");
  assertEquals(format(18_717, { maximumFractionDigits: 2, binary: true }), "18.28 kiB");
  assertEquals(format(1_234_567, { maximumFractionDigits: 0 }), "1.23 MB");
});

Deno.test("format() of bytes knows bits, signs and languages", () => {
  assertEquals(format(1337, { bits: true }), "1.34 kbit");
  assertEquals(format(42, { signed: true }), "+42 B");
  assertEquals(format(1337, { locale: "de" }), "1,34 kB");
  assertEquals(format(1337, { locale: false }), "1.34 kB");
});

Deno.test("format() of bytes refuses what is no finite number", () => {
  assertThrows(() => format(Infinity), TypeError);
  assertThrows(() => format(NaN), TypeError);
});
