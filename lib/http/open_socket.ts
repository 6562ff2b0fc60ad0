import { dial } from "./dial.ts";
import type { Endpoint } from "./endpoint.ts";

/**
 * Connects to a server; over `https`, the server has proved by then that it goes by that name.
 *
 * @param signal Ends the attempt.
 * @throws What {@linkcode dial} and `Deno.startTls` throw; the reason of `signal` when it ended the attempt.
 */
export async function openSocket(endpoint: Endpoint, signal: AbortSignal): Promise<Deno.Conn> {
  const { scheme, host, port, caCerts } = endpoint;
  const conn = await dial(host, port, signal);
  // A handshake takes 40 ms more while the system waits to send more at once.
  conn.setNoDelay(true);
  return scheme === "https" ? await startTls(conn, host, caCerts, signal) : conn;
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
