import { assertEquals } from "@std/assert";
import { allowsRange, checkPreconditions } from "../../lib/http/preconditions.ts";

const MODIFIED = Date.UTC(2026, 0, 1, 12, 0, 0, 500);
const NOW = MODIFIED + 60_000;
const SAME = "Thu, 01 Jan 2026 12:00:00 GMT";
const BEFORE = "Thu, 01 Jan 2026 11:59:59 GMT";
const CURRENT = { etag: '"v1"', lastModifiedMs: MODIFIED, changedMs: MODIFIED };

function check(fields: Record<string, string>, expected: string): void {
  const headers = new Map(Object.entries(fields));
  assertEquals(checkPreconditions(headers, CURRENT, NOW), expected, JSON.stringify(fields));
}

Deno.test("checkPreconditions() compares If-Match strongly", () => {
  check({}, "holds");
  check({ "if-match": '"v1"' }, "holds");
  check({ "if-match": '"v0", "v1"' }, "holds");
  check({ "if-match": "*" }, "holds");
  check({ "if-match": '"a,b", "v1"' }, "holds");
  check({ "if-match": 'W/"v1"' }, "failed");
  check({ "if-match": '"v2"' }, "failed");
  check({ "if-match": "v1" }, "failed");
  check({ "if-match": '"x" "v1"' }, "failed");
});

Deno.test("checkPreconditions() compares If-None-Match weakly", () => {
  check({ "if-none-match": '"v1"' }, "not modified");
  check({ "if-none-match": 'W/"v1"' }, "not modified");
  check({ "if-none-match": '"v0",W/"v1"' }, "not modified");
  check({ "if-none-match": "*" }, "not modified");
  check({ "if-none-match": '"v2"' }, "holds");
});

Deno.test("checkPreconditions() compares dates by the second and ignores invalid ones", () => {
  check({ "if-modified-since": SAME }, "not modified");
  check({ "if-modified-since": BEFORE }, "holds");
  check({ "if-modified-since": "yesterday" }, "holds");
  check({ "if-unmodified-since": SAME }, "holds");
  check({ "if-unmodified-since": BEFORE }, "failed");
  check({ "if-unmodified-since": "yesterday" }, "holds");
});

Deno.test("checkPreconditions() prefers tags to dates, and matching to not matching", () => {
  check({ "if-match": '"v1"', "if-unmodified-since": BEFORE }, "holds");
  check({ "if-none-match": '"v2"', "if-modified-since": SAME }, "holds");
  check({ "if-match": '"v2"', "if-none-match": '"v1"' }, "failed");
  check({ "if-match": '"v1"', "if-none-match": '"v1"' }, "not modified");
});

Deno.test("allowsRange() lets a part through for exactly the version in If-Range", () => {
  const allows = (ifRange: string, nowMs = NOW, current = CURRENT) =>
    allowsRange(new Map([["if-range", ifRange]]), current, nowMs);
  assertEquals(allowsRange(new Map(), CURRENT, NOW), true);
  assertEquals(allows('"v1"'), true);
  assertEquals(allows('W/"v1"'), false);
  assertEquals(allows('"v2"'), false);
  assertEquals(allows(SAME), true);
  assertEquals(allows(BEFORE), false);
  assertEquals(allows(SAME, MODIFIED + 999), false);
  assertEquals(allows("nonsense"), false);
  const putBack = { ...CURRENT, changedMs: MODIFIED + 500 };
  assertEquals([allows(SAME, NOW, putBack), allows('"v1"', NOW, putBack)], [false, true]);
});
