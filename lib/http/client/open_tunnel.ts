import { authority, type Endpoint, type Proxy } from "./endpoint.ts";
import { MAX_RESPONSE_HEAD_BYTES } from "../limits.ts";
import { ProxyError } from "./proxy_error.ts";
import { readResponseHead, type ResponseHead } from "./response_head.ts";

/**
 * Has a proxy open a tunnel to a server (RFC 9110, 9.3.6): what goes over the connection from then on
 * goes to that server.
 *
 * @param conn A connection to the proxy; it is closed if there is to be no tunnel.
 * @param endpoint The server.
 * @param signal Ends the attempt, by closing the connection.
 * @throws {ProxyError} If the proxy does not open it.
 * @throws {HeadError} If its answer is no HTTP/1 head.
 */
export async function openTunnel(
  conn: Deno.Conn,
  endpoint: Endpoint,
  proxy: Proxy,
  signal: AbortSignal,
): Promise<void> {
  const giveUp = () => conn.close();
  signal.addEventListener("abort", giveUp);
  try {
    if (signal.aborted) giveUp();
    await request(conn, authority(endpoint), proxy);
    check(await answer(conn), proxy);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    conn.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

/** The fields that a request to a proxy has, and that are for it alone. */
export function proxyLines({ authorization }: Proxy): string[] {
  return authorization === undefined ? [] : [`Proxy-Authorization: ${authorization}\r\n`];
}

async function request(conn: Deno.Conn, target: string, proxy: Proxy): Promise<void> {
  const lines = [`CONNECT ${target} HTTP/1.1\r\n`, `Host: ${target}\r\n`, ...proxyLines(proxy)];
  const bytes = new TextEncoder().encode(`${lines.join("")}\r\n`);
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
}

async function answer(conn: Deno.Conn): Promise<ResponseHead> {
  const buffer = new Uint8Array(MAX_RESPONSE_HEAD_BYTES);
  for (let end = 0;;) {
    const count = await conn.read(buffer.subarray(end));
    if (count === null) throw new ProxyError("the proxy closed the connection without an answer");
    end += count;
    const head = readResponseHead(buffer.subarray(0, end));
    if (head === undefined) continue;
    // No server speaks first in TLS: this would be taken for the server's, and is the proxy's.
    const isMore = head.byteLength < end && head.status < 300;
    if (isMore) throw new ProxyError("the proxy sent more than the answer to CONNECT");
    return head;
  }
}

function check({ status }: ResponseHead, { authorization }: Proxy): void {
  if (status >= 200 && status < 300) return;
  if (status !== 407) throw new ProxyError(`the proxy answered with status ${status}`);
  if (authorization === undefined) {
    throw new ProxyError("the proxy wants a name and a password", { wantsCredentials: true });
  }
  throw new ProxyError(
    "the proxy does not accept the name and the password that were given for it",
  );
}
