import type { Fields } from "./field_lines.ts";
import { parseHttpDate } from "./http_date.ts";

/** What identifies one version of a file (RFC 9110, 8.8). */
export interface Validators {
  /** A strong entity tag, with its quotes. */
  readonly etag: string;
  /** When its content was last written, in milliseconds since 1970. */
  readonly lastModifiedMs: number;
  /** When the file was last changed in any way, the time above among them; whoever writes cannot set it. */
  readonly changedMs: number;
}

/** What the conditions of a request come to. */
export type PreconditionResult =
  /** All of them hold, or there are none. */
  | "holds"
  /** The client has this version already: status 304. */
  | "not modified"
  /** The client wants another version: status 412. */
  | "failed";

/** A date of the same second as the last change says nothing about a second change within it. */
const STRONG_DATE_AFTER_MS = 1000;

const ENTITY_TAGS = /^[ \t]*(?:(?:W\/)?"[!#-~\x80-\xff]*"[ \t]*(?:,[ \t]*|$))+$/;
const ENTITY_TAG = /(?:W\/)?"[^"]*"/g;

/**
 * Evaluates the conditions of a GET or HEAD request in the order that RFC 9110, 13.2.2 gives them.
 * `If-Range` is not one of them: see {@linkcode allowsRange}.
 *
 * @param headers The request's fields.
 * @param current The file as it is.
 * @param nowMs The present, in milliseconds since 1970.
 */
export function checkPreconditions(
  headers: Fields,
  current: Validators,
  nowMs: number,
): PreconditionResult {
  const modified = wholeSeconds(current.lastModifiedMs);
  const ifMatch = headers.get("if-match");
  if (ifMatch !== undefined) {
    if (!listsTag(ifMatch, current.etag, "strong")) return "failed";
  } else {
    const since = parseHttpDate(headers.get("if-unmodified-since") ?? "", nowMs);
    if (since !== undefined && modified > since) return "failed";
  }
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch !== undefined) {
    return listsTag(ifNoneMatch, current.etag, "weak") ? "not modified" : "holds";
  }
  const since = parseHttpDate(headers.get("if-modified-since") ?? "", nowMs);
  return since !== undefined && modified <= since ? "not modified" : "holds";
}

/**
 * Whether a request's `If-Range` (RFC 9110, 13.1.5) lets its `Range` be answered with a part: without
 * one, or if it names exactly this version. Otherwise the whole file is the answer.
 */
export function allowsRange(headers: Fields, current: Validators, nowMs: number): boolean {
  const ifRange = headers.get("if-range");
  if (ifRange === undefined || ifRange === current.etag) return true;
  return parseHttpDate(ifRange, nowMs) === wholeSeconds(current.lastModifiedMs) &&
    isStrongDate(current, nowMs);
}

/** Whether no other version can have had this date: neither one of the same second, nor one before its time was put back. */
function isStrongDate({ lastModifiedMs, changedMs }: Validators, nowMs: number): boolean {
  return nowMs - lastModifiedMs >= STRONG_DATE_AFTER_MS &&
    changedMs < wholeSeconds(lastModifiedMs) + STRONG_DATE_AFTER_MS;
}

/** Whether a list such as `"a", W/"b"` or `*` names a tag; a malformed one names nothing. */
function listsTag(list: string, etag: string, comparison: "strong" | "weak"): boolean {
  if (list === "*") return true;
  if (!ENTITY_TAGS.test(list)) return false;
  const tags = list.match(ENTITY_TAG) ?? [];
  return tags.some((tag) => tag === etag || comparison === "weak" && tag === `W/${etag}`);
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
