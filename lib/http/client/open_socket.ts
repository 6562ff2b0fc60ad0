import { describeFault } from "./describe_fault.ts";
import { dial } from "./dial.ts";
import { ProxyError } from "./proxy_error.ts";
import type { Endpoint } from "./endpoint.ts";
import { openTunnel } from "./open_tunnel.ts";
import { prepareTls } from "../prepare_tls.ts";

/**
 * Connects to a server, or to the proxy before it; over `https`, the server has proved by then that it goes by that name.
 *
 * @param signal Ends the attempt.
 * @throws What {@linkcode dial} and `Deno.startTls` throw; the reason of `signal` when it ended the attempt.
 */
export async function openSocket(endpoint: Endpoint, signal: AbortSignal): Promise<Deno.Conn> {
  const { scheme, host, caCerts, proxy } = endpoint;
  const prepared = scheme === "https" ? prepareTls() : undefined;
  const conn = await dialThrough(endpoint, signal).finally(() => prepared);
  // A handshake takes 40 ms more while the system waits to send more at once.
  conn.setNoDelay(true);
  if (scheme === "http") return conn;
  if (proxy) await openTunnel(conn, endpoint, proxy, signal);
  return await startTls(conn, host, caCerts, signal);
}

async function dialThrough({ host, port, proxy }: Endpoint, signal: AbortSignal) {
  if (!proxy) return await dial(host, port, signal);
  try {
    return await dial(proxy.host, proxy.port, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ProxyError(`the proxy ${proxy.host}:${proxy.port}: ${describeFault(error)}`, {
      cause: error,
    });
  }
}

async function startTls(
  conn: Deno.TcpConn,
  hostname: string,
  caCerts: readonly string[] = [],
  signal: AbortSignal,
): Promise<Deno.TlsConn> {
  // It takes over the connection, which is closed from now on through it alone.
  const secured = await Deno.startTls(conn, {
    hostname,
    caCerts: [...caCerts],
    alpnProtocols: ["http/1.1"],
  });
  const giveUp = () => secured.close();
  signal.addEventListener("abort", giveUp);
  try {
    if (signal.aborted) giveUp();
    await secured.handshake();
    return secured;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    secured.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}
