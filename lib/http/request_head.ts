import { type Fields, isToken, readFieldLines } from "./field_lines.ts";
import { HeadError } from "./head_error.ts";
import { readHeadLines } from "./head_lines.ts";

/** The request line and header fields of a request. */
export interface RequestHead {
  /** A token; compared with case, as methods are. */
  readonly method: string;
  /** Path and query, beginning with `/`, as sent; `*` or an authority where the method allows those. */
  readonly target: string;
  /** `host` or `host:port` that the client named; empty if it named none. */
  readonly host: string;
  readonly minorVersion: 0 | 1;
  /** By lower-case name. */
  readonly headers: Fields;
  /** Whether content follows the head; there is no use for it here, so the connection must end. */
  readonly hasContent: boolean;
  /** Whether the client would send another request over this connection (RFC 9112, 9.3). */
  readonly keepAlive: boolean;
  /** Bytes the head took, with the empty line that ends it. */
  readonly byteLength: number;
}

/** Bytes beyond ASCII are no part of a URI, but curl sends what was typed, and UTF-8 does no harm. */
const REQUEST_LINE = /^(\S+) ([!-~\x80-\xff]+) HTTP\/([0-9])\.([0-9])$/;
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]+)([/?].*)?$/i;
/** With the zone of a link-local address, which does not belong there (RFC 6874, 3), but comes. */
const AUTHORITY =
  /^(?:\[[0-9A-Fa-f:.]+(?:%[0-9A-Za-z._~-]+)?\]|[0-9A-Za-z\-._~!$&'()*+,;=%]*)(?::[0-9]{0,5})?$/;

/**
 * Reads the head of a request by the letter of RFC 9112, section 3 and 5: whatever two readers could
 * take for two different requests is refused. One empty line before the request is skipped (2.2).
 *
 * @param bytes What has arrived, from the first byte of the request on; may go on past its head.
 * @returns The head, or undefined while it is incomplete.
 * @throws {HeadError} As soon as the head is malformed or too long; its `status` is the answer.
 *
 * @example
 * ```ts
 * const bytes = new TextEncoder().encode("GET /a.mp4 HTTP/1.1\r\nHost: localhost:60000\r\n\r\n");
 * readRequestHead(bytes)?.target; // "/a.mp4"
 * ```
 */
export function readRequestHead(bytes: Uint8Array): RequestHead | undefined {
  const skipped = bytes[0] === 0x0d && bytes[1] === 0x0a ? 2 : 0;
  const head = readHeadLines(bytes.subarray(skipped));
  if (head === undefined) return undefined;
  const [requestLine = "", ...fieldLines] = head.lines;
  const { method, target, minorVersion } = parseRequestLine(requestLine);
  const headers = readFieldLines(fieldLines);
  const { path, authority } = parseTarget(method, target);
  const host = parseHost(headers, minorVersion);
  return {
    method,
    target: path,
    host: authority ?? host,
    minorVersion,
    headers,
    hasContent: announcesContent(headers, minorVersion),
    keepAlive: staysOpen(headers, minorVersion),
    byteLength: skipped + head.byteLength,
  };
}

function parseRequestLine(line: string) {
  const match = REQUEST_LINE.exec(line);
  if (match === null) throw new HeadError("the request line is malformed");
  const [, method = "", target = "", major, minor] = match;
  if (!isToken(method)) throw new HeadError("the method is not a token");
  if (major !== "1") throw new HeadError("only HTTP/1.0 and HTTP/1.1 are spoken here", 505);
  const minorVersion: 0 | 1 = minor === "0" ? 0 : 1;
  return { method, target, minorVersion };
}

/** The four forms of a request target (RFC 9112, 3.2); the absolute one names a host of its own. */
function parseTarget(method: string, target: string): { path: string; authority?: string } {
  if (target.includes("#")) throw new HeadError("the request target has a fragment");
  if (target.startsWith("/")) return { path: target };
  const [, authority, path = "/"] = ABSOLUTE_FORM.exec(target) ?? [];
  if (authority !== undefined && AUTHORITY.test(authority)) {
    return { path: path.startsWith("/") ? path : `/${path}`, authority };
  }
  const fits = method === "OPTIONS"
    ? target === "*"
    : method === "CONNECT" && AUTHORITY.test(target);
  if (!fits) throw new HeadError("the request target is malformed");
  return { path: target };
}

/** Exactly one valid Host from HTTP/1.1 on (RFC 9112, 3.2); two would have been joined by a comma. */
function parseHost(headers: Fields, minorVersion: 0 | 1): string {
  const host = headers.get("host");
  if (host === undefined) {
    if (minorVersion === 1) throw new HeadError("an HTTP/1.1 request without Host");
    return "";
  }
  if (!AUTHORITY.test(host)) throw new HeadError("Host is invalid, or there more than once");
  return host;
}

/** Every way in which two readers could disagree about the content's length is refused (6.3). */
function announcesContent(headers: Fields, minorVersion: 0 | 1): boolean {
  const length = headers.get("content-length");
  if (length !== undefined && !/^[0-9]+$/.test(length)) {
    throw new HeadError("Content-Length is invalid, or there more than once");
  }
  if (!headers.has("transfer-encoding")) return length !== undefined && Number(length) > 0;
  if (length !== undefined) throw new HeadError("both Content-Length and Transfer-Encoding");
  if (minorVersion === 0) throw new HeadError("Transfer-Encoding in an HTTP/1.0 request");
  return true;
}

function staysOpen(headers: Fields, minorVersion: 0 | 1): boolean {
  const options = (headers.get("connection") ?? "").toLowerCase().split(",").map((o) => o.trim());
  if (options.includes("close")) return false;
  return minorVersion === 1 || options.includes("keep-alive");
}
