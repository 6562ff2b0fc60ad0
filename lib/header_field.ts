/** What a field may be called (RFC 9110, section 5.6.2). */
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
/** What a field may hold: visible ASCII, blanks and tabs (RFC 9110, section 5.5). */
const FIELD_VALUE = /^[\t\x20-\x7e]*$/;
/** Fields that every request sets itself: with others nobody could say which bytes are which. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-length",
  "expect",
  "host",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "keep-alive",
  "range",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** What is wrong with a header field that somebody wants to be sent. */
export type FieldFault =
  /** Its name is none. */
  | "name"
  /** It is one that requests set themselves. */
  | "own"
  /** Its value has characters that no field may have. */
  | "value";

/**
 * What is wrong with a header field that somebody wants to be sent with every request.
 *
 * @returns Undefined if nothing is.
 *
 * @example
 * ```ts
 * fieldFault("Referer", "https://example.org/"); // undefined
 * fieldFault("Range", "bytes=0-0"); // "own"
 * ```
 */
export function fieldFault(name: string, value: string): FieldFault | undefined {
  if (!FIELD_NAME.test(name)) return "name";
  if (OWN_FIELDS.has(name.toLowerCase())) return "own";
  return FIELD_VALUE.test(value) ? undefined : "value";
}
