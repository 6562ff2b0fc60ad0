/** The reasons of the statuses that are used here (RFC 9110, 15). */
const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  206: "Partial Content",
  304: "Not Modified",
  307: "Temporary Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  416: "Range Not Satisfiable",
  421: "Misdirected Request",
  431: "Request Header Fields Too Large",
  503: "Service Unavailable",
  505: "HTTP Version Not Supported",
};

const encoder = new TextEncoder();

/**
 * Writes the head of a response (RFC 9112, 4).
 *
 * @param status The status code.
 * @param headers Names and values; ASCII only, and never anything a client sent.
 * @returns The bytes, up to and with the empty line.
 *
 * @example
 * ```ts
 * formatHead(200, [["Content-Length", "3"]]); // "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
 * ```
 */
export function formatHead(
  status: number,
  headers: Iterable<readonly [name: string, value: string]>,
): Uint8Array<ArrayBuffer> {
  let text = `HTTP/1.1 ${status} ${REASONS[status] ?? ""}\r\n`;
  for (const [name, value] of headers) text += `${name}: ${value}\r\n`;
  return encoder.encode(`${text}\r\n`);
}
