import { byteCount } from "../../byte_count.ts";
import type { Exchange } from "../../client/download_event.ts";

/**
 * A request or an answer in one line, marked as curl marks them.
 *
 * @example
 * ```ts
 * exchangeLine({ type: "request", server: 2, method: "GET", url: "http://a/f", range: "bytes=0-9" });
 * // "> Server2 GET http://a/f bytes=0-9"
 * exchangeLine({ type: "response", server: 2, url: "http://a/f", status: 206, range: "bytes 0-9/90", length: 10 });
 * // "< Server2 206 http://a/f bytes 0-9/90, 10 bytes"
 * ```
 */
export function exchangeLine(exchange: Exchange & { readonly omitted?: number }): string {
  const { server, url, range, omitted } = exchange;
  const what = exchange.type === "request"
    ? [">", whom(server), exchange.method, url, range]
    : ["<", whom(server), exchange.status, url, answered(exchange)];
  const left = omitted === undefined ? undefined : `(${omitted} lines left out before this one)`;
  return [...what, left].filter((part) => part !== undefined && part !== "").join(" ");
}

function whom(server: number | undefined): string | undefined {
  return server === undefined ? undefined : `Server${server}`;
}

function answered(
  { range, length, location }: Extract<Exchange, { type: "response" }>,
): string {
  const bytes = length === undefined ? undefined : byteCount(length);
  const elsewhere = location === undefined ? undefined : `→ ${location}`;
  return [range, bytes, elsewhere].filter((part) => part !== undefined).join(", ");
}
