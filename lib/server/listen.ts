import { type ErrorCode, MultiportError } from "../multiport_error.ts";
import { formatAddress } from "../addresses.ts";
import type { Certificate } from "./certificate.ts";

/** A listener, with or without TLS. */
export type AnyListener = Deno.TcpListener | Deno.TlsListener;

/** A connection that was accepted, with or without TLS. */
export type AnyConn = Deno.TcpConn | Deno.TlsConn;

/** The wildcard of IPv6, which most systems take for IPv4 as well. */
const ANY_IPV6 = "::";

/** Attempts to have one port that the system chooses on several addresses. */
const MOST_ATTEMPTS = 16;

/**
 * Listens on one port of one or several addresses. Addresses of a family that this machine does not
 * have are left out as long as others remain, and so is what the IPv6 wildcard covers already.
 *
 * @param port 0 lets the system choose one.
 * @param certificate With it, clients have to speak TLS.
 * @returns At least one listener, all on the same port.
 * @throws {MultiportError} If one of them cannot be had; then none is left open.
 */
export function listenOn(
  hostnames: readonly string[],
  port: number,
  certificate?: Certificate,
): AnyListener[] {
  for (let attempt = 1;; attempt++) {
    const listeners: AnyListener[] = [];
    try {
      listenOnEach(hostnames, port, certificate, listeners);
      return listeners;
    } catch (error) {
      for (const listener of listeners) listener.close();
      const isChosen = port === 0 && listeners.length > 0;
      if (!isChosen || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

function listenOnEach(
  hostnames: readonly string[],
  port: number,
  certificate: Certificate | undefined,
  listeners: AnyListener[],
): void {
  let missing: MultiportError | undefined;
  for (const hostname of hostnames) {
    const [first] = listeners;
    try {
      listeners.push(listen({ hostname, port: first?.addr.port ?? port }, certificate));
    } catch (error) {
      const isCovered = first?.addr.hostname === ANY_IPV6 && error instanceof Deno.errors.AddrInUse;
      if (isCovered) continue;
      const address = formatAddress({ host: hostname, port });
      const [code, why] = whyNot(error, port);
      const message = `Cannot listen on ${address}: ${why}`;
      const failure = new MultiportError(code, message, { cause: error });
      if (!isMissing(error)) throw failure;
      missing ??= failure;
    }
  }
  if (listeners.length === 0 && missing !== undefined) throw missing;
}

function listen(
  address: { hostname: string; port: number },
  certificate: Certificate | undefined,
): AnyListener {
  if (certificate === undefined) return Deno.listen(address);
  return Deno.listenTls({ ...address, ...certificate, alpnProtocols: ["http/1.1"] });
}

/** Whether this machine has no such address, or none of its family. */
function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.AddrNotAvailable ||
    error instanceof Error && "code" in error && error.code === "EAFNOSUPPORT";
}

function whyNot(error: unknown, port: number): [code: ErrorCode, why: string] {
  if (error instanceof Deno.errors.AddrInUse) return ["port-taken", `port ${port} is taken`];
  if (error instanceof Deno.errors.PermissionDenied) {
    return ["port-forbidden", `this user may not take port ${port}`];
  }
  if (isMissing(error)) return ["no-such-address", "this machine has no such address"];
  return ["usage", error instanceof Error ? error.message : String(error)];
}
