import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { formatHttpDate, parseHttpDate } from "../../lib/http/http_date.ts";

const NOW = Date.UTC(2026, 0, 1);
const EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37);

Deno.test("parseHttpDate() reads the three forms of RFC 9110", () => {
  assertEquals(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT", NOW), EXAMPLE);
  assertEquals(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT", NOW), EXAMPLE);
  assertEquals(parseHttpDate("Sun Nov  6 08:49:37 1994", NOW), EXAMPLE);
});

Deno.test("parseHttpDate() takes two digits for a year at most 50 years ahead", () => {
  assertEquals(parseHttpDate("Friday, 01-Jan-76 00:00:00 GMT", NOW), Date.UTC(2076, 0, 1));
  assertEquals(parseHttpDate("Friday, 01-Jan-77 00:00:00 GMT", NOW), Date.UTC(1977, 0, 1));
});

Deno.test("parseHttpDate() refuses everything else", () => {
  const refused = [
    "",
    "1994-11-06T08:49:37Z",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37 CET",
    "Sun, 31 Feb 1994 08:49:37 GMT",
    "Sun, 06 Foo 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:49:37 GMT",
    "0",
  ];
  for (const text of refused) assertEquals(parseHttpDate(text, NOW), undefined, text);
});

Deno.test("parseHttpDate() reads back what formatHttpDate() writes, in whole seconds", () => {
  const dates = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });
  fc.assert(fc.property(dates, (ms) => {
    assertEquals(parseHttpDate(formatHttpDate(ms), NOW), Math.floor(ms / 1000) * 1000);
  }));
});
