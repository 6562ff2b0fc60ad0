import { HeadError } from "./head_error.ts";
import { MAX_FIELD_LINES } from "./limits.ts";

/** Header fields by lower-case name; values of a name that came more than once are joined by `, `. */
export type Fields = ReadonlyMap<string, string>;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Whether text is a token: the form of methods and field names (RFC 9110, 5.6.2).
 *
 * @example
 * ```ts
 * isToken("Content-Length"); // true
 * isToken("Content Length"); // false
 * ```
 */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * Reads the field lines of a head (RFC 9112, 5). White space before the colon and lines continued
 * over a line end (`obs-fold`) are refused: other readers of the same bytes disagree about them.
 *
 * @param lines The lines between the first line of the head and its end.
 * @throws {HeadError} A line is not a field line, or there are more than {@linkcode MAX_FIELD_LINES}.
 */
export function readFieldLines(lines: readonly string[]): Fields {
  if (lines.length > MAX_FIELD_LINES) {
    throw new HeadError(`more than ${MAX_FIELD_LINES} header fields`, 431);
  }
  const fields = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0));
    if (!isToken(name)) throw new HeadError("a header field without a valid name");
    const key = name.toLowerCase();
    const value = trimBlanks(line.slice(colon + 1));
    const before = fields.get(key);
    fields.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return fields;
}

/** Without the spaces and tabs around it; `trim()` would take U+00A0 as well, which is part of a value. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text, start)) start++;
  while (end > start && isBlank(text, end - 1)) end--;
  return text.slice(start, end);
}

function isBlank(text: string, at: number): boolean {
  return text[at] === " " || text[at] === "\t";
}
