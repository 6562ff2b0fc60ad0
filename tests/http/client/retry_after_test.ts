import { assertEquals } from "@std/assert";
import { MAX_RETRY_AFTER_MS } from "../../../lib/http/limits.ts";
import { parseRetryAfter } from "../../../lib/http/client/retry_after.ts";

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);

Deno.test("parseRetryAfter() reads seconds and dates, bounded on both sides", () => {
  const expected: [value: string, waitMs: number | undefined][] = [
    ["0", 0],
    ["7", 7_000],
    ["999999999999999999999999", MAX_RETRY_AFTER_MS],
    ["Thu, 01 Jan 2026 12:00:05 GMT", 5_000],
    ["Thursday, 01-Jan-26 12:00:05 GMT", 5_000],
    ["Thu Jan  1 12:00:05 2026", 5_000],
    ["Thu, 01 Jan 2026 11:00:00 GMT", 0],
    ["Thu, 01 Jan 2099 12:00:00 GMT", MAX_RETRY_AFTER_MS],
    ["-1", undefined],
    ["1.5", undefined],
    ["soon", undefined],
    ["", undefined],
  ];
  for (const [value, waitMs] of expected) assertEquals(parseRetryAfter(value, NOW), waitMs, value);
});
