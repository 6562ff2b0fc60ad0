import type { ByteRange } from "../byte_range.ts";

/** What a `Range` field asks for, given how large the file is. */
export type RequestedRange =
  /** No usable range: the whole file is the answer, with status 200. */
  | { readonly kind: "whole" }
  | { readonly kind: "part"; readonly range: ByteRange }
  /** A valid range that lies outside the file: status 416. */
  | { readonly kind: "unsatisfiable" };

const WHOLE: RequestedRange = { kind: "whole" };
const UNSATISFIABLE: RequestedRange = { kind: "unsatisfiable" };
const ONE_RANGE = /^bytes=[ \t]*(?:([0-9]+)-([0-9]*)|-([0-9]+))[ \t]*$/i;

/**
 * Reads a `Range` field (RFC 9110, 14.2). Malformed ranges and units other than bytes are ignored as
 * that section requires; several ranges in one request are ignored as it permits, because whoever
 * wants many parts does better with many requests.
 *
 * @param value The field's value, such as `bytes=0-99`, `bytes=100-` or `bytes=-500`.
 * @param size Bytes in the file.
 *
 * @example
 * ```ts
 * parseRange("bytes=0-99", 1000); // { kind: "part", range: { start: 0, end: 100 } }
 * parseRange("bytes=1000-", 1000); // { kind: "unsatisfiable" }
 * parseRange("bytes=5-4", 1000); // { kind: "whole" }
 * ```
 */
export function parseRange(value: string, size: number): RequestedRange {
  const match = ONE_RANGE.exec(value);
  if (match === null) return WHOLE;
  const [, first, last, suffix] = match;
  if (first === undefined) return suffixOf(Number(suffix), size);
  const start = Number(first);
  const end = last === "" ? Infinity : Number(last) + 1;
  if (end <= start) return WHOLE;
  if (start >= size) return UNSATISFIABLE;
  return { kind: "part", range: { start, end: Math.min(end, size) } };
}

/** The last bytes of a file. Of an empty one that is everything, which no Content-Range can say. */
function suffixOf(length: number, size: number): RequestedRange {
  if (length === 0) return UNSATISFIABLE;
  if (size === 0) return WHOLE;
  return { kind: "part", range: { start: Math.max(0, size - length), end: size } };
}
