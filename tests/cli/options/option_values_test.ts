import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { MultiportError } from "../../../lib/multiport_error.ts";
import {
  parseChecksum,
  parseCount,
  parseRate,
  parseSeconds,
  parseSize,
  splitAtCommas,
} from "../../../lib/cli/options/option_values.ts";

const SPEC = { name: "it" };

Deno.test("parseCount() takes decimal digits within its range", () => {
  const parse = (text: string) => parseCount(text, SPEC, { min: 1, max: 10 });
  assertEquals([parse("1"), parse("010")], [1, 10]);
  for (const no of ["0", "11", "-1", "+1", "1.0", "1e1", "0x1", " 1", "", "NaN", "१"]) {
    assertThrows(() => parse(no), MultiportError, "it takes a whole number from 1 to 10");
  }
});

Deno.test("parseSeconds() takes fractions within its range", () => {
  const parse = (text: string) => parseSeconds(text, SPEC, { min: 0.1, zero: false });
  assertEquals([parse("1"), parse("0.5"), parse(".5"), parse("2.")], [1, 0.5, 0.5, 2]);
  for (const no of ["0", "0.09", "-1", "1e3", "1s", ".", "", "NaN", "Infinity", "1000001"]) {
    assertThrows(() => parse(no), MultiportError, "it takes seconds, from 0.1 to 1000000");
  }
});

Deno.test("parseSeconds() takes zero where that means something", () => {
  assertEquals(parseSeconds("0.0", SPEC, { min: 0.1, zero: true }), 0);
  assertThrows(
    () => parseSeconds("0.05", SPEC, { min: 0.1, zero: true }),
    MultiportError,
    "0, or from",
  );
  assertThrows(
    () => parseSeconds("x", SPEC, { min: 0, zero: true }),
    MultiportError,
    "it takes seconds, from 0 to 1000000",
  );
});

Deno.test("parseRate() counts in 1024s, as curl does", () => {
  const rates = { "1": 1, "500k": 512_000, "10M": 10_485_760, "1.5m": 1_572_864, "1G": 2 ** 30 };
  for (const [text, rate] of Object.entries(rates)) assertEquals(parseRate(text, SPEC), rate);
  assertEquals(parseRate("10MiB", SPEC), 10_485_760);
  assertEquals(parseRate("10KB/s", SPEC), 10_240);
  assertEquals(parseRate("0", SPEC), 0);
});

Deno.test("parseRate() refuses what is no rate", () => {
  for (const no of ["", "k", "10x", "-1", "1e6", "10 M", "0.5", "0.0001k", "99999999T", "10Mi"]) {
    assertThrows(() => parseRate(no, SPEC), MultiportError, "such as 500k or 10M");
  }
});

Deno.test("parseChecksum() takes SHA-256 in either case", () => {
  assertEquals(parseChecksum(`sha-256=${"Ab".repeat(32)}`, SPEC), "ab".repeat(32));
  assertEquals(parseChecksum(`SHA256=${"00".repeat(32)}`, SPEC), "00".repeat(32));
  for (const no of [`md5=${"0".repeat(32)}`, `sha-256=${"0".repeat(63)}`, "0".repeat(64)]) {
    assertThrows(() => parseChecksum(no, SPEC), MultiportError, "64 hexadecimal digits");
  }
});

Deno.test("splitAtCommas() gives the same list wherever the commas are", () => {
  const items = fc.array(fc.stringMatching(/^[a-z0-9:.]+$/), { minLength: 1 });
  const separator = fc.constantFrom(",", ", ", ",,", " ,");
  fc.assert(fc.property(items, separator, (list, comma) => {
    assertEquals(splitAtCommas([list.join(comma)], SPEC), list);
    assertEquals(splitAtCommas(list, SPEC), list);
  }));
});

Deno.test("splitAtCommas() refuses commas alone", () => {
  assertThrows(() => splitAtCommas(["1", ","], SPEC), MultiportError, "its value is empty");
});

Deno.test("parseSize() takes bytes, but not none", () => {
  assertEquals([parseSize("1", SPEC), parseSize("4G", SPEC)], [1, 4 * 1024 ** 3]);
  for (const no of ["0", "", "4X", "1/s", "-1"]) {
    assertThrows(() => parseSize(no, SPEC), MultiportError, "it takes bytes");
  }
});
