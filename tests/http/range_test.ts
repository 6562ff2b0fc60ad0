import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { parseRange } from "../../lib/http/range.ts";

const part = (start: number, end: number) => ({ kind: "part", range: { start, end } } as const);

Deno.test("parseRange() reads the three forms of a range", () => {
  assertEquals(parseRange("bytes=0-0", 10), part(0, 1));
  assertEquals(parseRange("bytes=2-5", 10), part(2, 6));
  assertEquals(parseRange("bytes=2-", 10), part(2, 10));
  assertEquals(parseRange("bytes=-3", 10), part(7, 10));
  assertEquals(parseRange("Bytes= 2-5 ", 10), part(2, 6));
});

Deno.test("parseRange() cuts a range at the end of the file", () => {
  assertEquals(parseRange("bytes=2-99", 10), part(2, 10));
  assertEquals(parseRange("bytes=-99", 10), part(0, 10));
  assertEquals(parseRange("bytes=0-99999999999999999999999", 10), part(0, 10));
});

Deno.test("parseRange() tells a range outside the file from one that is malformed", () => {
  for (const outside of ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999-"]) {
    assertEquals(parseRange(outside, 10), { kind: "unsatisfiable" }, outside);
  }
  const ignored = [
    "bytes=5-4",
    "bytes=a-b",
    "bytes=-",
    "bytes",
    "items=0-1",
    "bytes=1",
    "bytes=--1",
  ];
  for (const malformed of ignored) {
    assertEquals(parseRange(malformed, 10), { kind: "whole" }, malformed);
  }
});

Deno.test("parseRange() answers several ranges with the whole file", () => {
  assertEquals(parseRange("bytes=0-1,3-4", 10), { kind: "whole" });
});

Deno.test("parseRange() knows that an empty file has no part", () => {
  assertEquals(parseRange("bytes=0-", 0), { kind: "unsatisfiable" });
  assertEquals(parseRange("bytes=-1", 0), { kind: "whole" });
});

Deno.test("parseRange() never leaves the file, whatever it is given", () => {
  const texts = fc.oneof(
    fc.string(),
    fc.tuple(fc.string(), fc.string()).map(([a, b]) => `bytes=${a}-${b}`),
    fc.tuple(fc.nat(50), fc.nat(50)).map(([a, b]) => `bytes=${a}-${b}`),
    fc.bigInt({ min: 0n }).map((a) => `bytes=${a}-`),
  );
  fc.assert(fc.property(texts, fc.nat(40), (text, size) => {
    const requested = parseRange(text, size);
    if (requested.kind !== "part") return;
    const { start, end } = requested.range;
    assert(0 <= start && start < end && end <= size, `${text} of ${size}`);
  }));
});
