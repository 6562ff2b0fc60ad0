import { parseHttpDate } from "../http_date.ts";
import { MAX_RETRY_AFTER_MS } from "../limits.ts";

/**
 * Reads a `Retry-After` field (RFC 9110, 10.2.3), which says when a server that is too busy may be asked
 * again: in so many seconds, or at a date.
 *
 * @param nowMs The present, in milliseconds since 1970.
 * @returns Milliseconds from now, never negative and at most {@linkcode MAX_RETRY_AFTER_MS}; undefined
 * if the field is malformed.
 *
 * @example
 * ```ts
 * parseRetryAfter("120", Date.now()); // 120000
 * ```
 */
export function parseRetryAfter(value: string, nowMs: number): number | undefined {
  const waitMs = /^[0-9]+$/.test(value)
    ? Number(value) * 1_000
    : (parseHttpDate(value, nowMs) ?? NaN) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, waitMs), MAX_RETRY_AFTER_MS);
}
