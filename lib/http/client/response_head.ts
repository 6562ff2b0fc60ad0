import { type Fields, readFieldLines } from "../field_lines.ts";
import { HeadError } from "../head_error.ts";
import { readHeadLines } from "../head_lines.ts";
import { MAX_RESPONSE_HEAD_BYTES } from "../limits.ts";

/** The status line and header fields of a response. */
export interface ResponseHead {
  readonly status: number;
  /** 1 for HTTP/1.1; 0 for HTTP/1.0, where a connection stays open only if the head says so. */
  readonly minorVersion: 0 | 1;
  /** By lower-case name; `content-length` is one decimal number if it is there. */
  readonly headers: Fields;
  /** Bytes the head took, with the empty line that ends it: content begins there. */
  readonly byteLength: number;
}

const HTTP = new TextEncoder().encode("HTTP/1.");
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5][0-9]{2})(?: .*)?$/;

/**
 * Reads the head of a response (RFC 9112, 4). A head of status 1xx is one like any other here: who
 * called has to drop it and read the next one.
 *
 * @param bytes What has arrived, from the first byte of the response on; may go on past its head.
 * @param most Bytes that a head may have.
 * @returns The head, or undefined while it is incomplete.
 * @throws {HeadError} As soon as the head is malformed, too long, or says two different lengths.
 *
 * @example
 * ```ts
 * const bytes = new TextEncoder().encode("HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\n\r\nabc");
 * const head = readResponseHead(bytes);
 * // { status: 206, minorVersion: 1, headers: Map { "content-length" => "3" }, byteLength: 51 }
 * ```
 */
export function readResponseHead(
  bytes: Uint8Array,
  most = MAX_RESPONSE_HEAD_BYTES,
): ResponseHead | undefined {
  if (HTTP.some((byte, at) => at < bytes.length && bytes[at] !== byte)) {
    throw new HeadError("this is not an HTTP/1 response");
  }
  const head = readHeadLines(bytes, most);
  if (head === undefined) return undefined;
  const [statusLine = "", ...fieldLines] = head.lines;
  const match = STATUS_LINE.exec(statusLine);
  if (match === null) throw new HeadError("the status line is malformed");
  return {
    status: Number(match[2]),
    minorVersion: match[1] === "1" ? 1 : 0,
    headers: withOneLength(readFieldLines(unfolded(fieldLines))),
    byteLength: head.byteLength,
  };
}

/** Whether a `Content-Type` field is that of a page, such as servers send to say what went wrong. */
export function isHtml(contentType: string | undefined): boolean {
  return /^(?:text\/html|application\/xhtml\+xml)\b/i.test(contentType ?? "");
}

/** A user agent must read a folded field line as one line (RFC 9112, 5.2). */
function unfolded(lines: readonly string[]): string[] {
  const joined: string[] = [];
  for (const line of lines) {
    const isFolded = line.startsWith(" ") || line.startsWith("\t");
    if (isFolded && joined.length > 0) joined.push(`${joined.pop()} ${line.trim()}`);
    else joined.push(line);
  }
  return joined;
}

/** The same length said twice is taken once (RFC 9112, 6.3); anything else about it must be right. */
function withOneLength(fields: Fields): Fields {
  const value = fields.get("content-length");
  if (value === undefined) return fields;
  const [length = "", ...others] = value.split(",").map((part) => part.trim());
  if (!/^[0-9]+$/.test(length) || others.some((other) => other !== length)) {
    throw new HeadError("an invalid Content-Length");
  }
  if (!Number.isSafeInteger(Number(length))) throw new HeadError("a Content-Length beyond 2^53");
  return new Map([...fields, ["content-length", length]]);
}
