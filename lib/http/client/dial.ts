import { delay } from "../../delay.ts";
import { isIpAddress } from "./endpoint.ts";
import { describeFault } from "./describe_fault.ts";
import { CONNECT_STAGGER_MS, MAX_ADDRESSES_TRIED } from "../limits.ts";
import { resolveHost } from "./resolve_host.ts";

/** What {@linkcode dial} makes use of; for tests. */
export interface DialOptions {
  /** All addresses of a name, best first. */
  readonly resolve?: (name: string, signal: AbortSignal) => Promise<string[]>;
  /** Milliseconds until the next address is tried besides those that have not answered yet. */
  readonly staggerMs?: number;
}

/** An abort reason that is no error: nobody sees it. */
const OUTRUN = "another address was faster";
const ENDED = "the attempt has ended";

/**
 * Connects to a host by whichever of its addresses answers first ("Happy Eyeballs", RFC 8305, 5): they
 * are tried in turn, both families alternately, each a moment after the one before, or as soon as that
 * one has failed.
 *
 * @param host A name or an IP address.
 * @param signal Ends the attempt, which throws its reason then if that is an error.
 * @throws What `Deno.connect` throws where there is one address; else an error that names them all.
 *
 * @example
 * ```ts
 * using conn = await dial("localhost", 60000, AbortSignal.timeout(5_000));
 * ```
 */
export async function dial(
  host: string,
  port: number,
  signal: AbortSignal,
  { resolve = resolveHost, staggerMs = CONNECT_STAGGER_MS }: DialOptions = {},
): Promise<Deno.TcpConn> {
  if (isIpAddress(host)) return await connect(host, port, signal);
  const addresses = alternating(await resolve(host, signal)).slice(0, MAX_ADDRESSES_TRIED);
  const [first] = addresses;
  return first !== undefined && addresses.length === 1
    ? await connect(first, port, signal)
    : await connectToFastest(addresses, port, signal, staggerMs);
}

/**
 * Connects to an address.
 *
 * When its signal is aborted at the moment at which the connection has been made, `Deno.connect` throws
 * and leaves that open, out of anybody's reach (seen in 2.7). So it gets a signal of its own, which ends
 * the attempt but does not make it throw, and the connection is closed here.
 */
async function connect(hostname: string, port: number, signal: AbortSignal): Promise<Deno.TcpConn> {
  signal.throwIfAborted();
  const attempt = new AbortController();
  const ending = Object.defineProperty(attempt.signal, "throwIfAborted", { value: () => {} });
  const end = () => attempt.abort(ENDED);
  signal.addEventListener("abort", end);
  try {
    const conn = await Deno.connect({ hostname, port, signal: ending });
    if (signal.aborted) conn.close();
    signal.throwIfAborted();
    return conn;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", end);
  }
}

async function connectToFastest(
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
  staggerMs: number,
): Promise<Deno.TcpConn> {
  const race = new AbortController();
  const over = AbortSignal.any([signal, race.signal]);
  const attempts: Promise<Deno.TcpConn>[] = [];
  let winner: Deno.TcpConn | undefined;
  const settle = (conn: Deno.TcpConn) => winner ??= conn;
  try {
    for (const address of addresses) {
      const attempt = connect(address, port, over);
      attempts.push(attempt);
      const failed = new AbortController();
      attempt.then(settle, () => failed.abort(OUTRUN));
      const pause = delay(staggerMs, AbortSignal.any([failed.signal, over]));
      await Promise.race([pause, Promise.any(attempts).catch(() => {})]);
      if (winner || over.aborted) break;
    }
    return winner = await Promise.any(attempts);
  } catch (error) {
    throw error instanceof AggregateError ? allFailed(addresses, error.errors) : error;
  } finally {
    race.abort(OUTRUN);
    // None of them outlasts this: one that was given up may have come about all the same.
    await Promise.all(attempts.map((attempt) => closeUnless(attempt, winner)));
  }
}

async function closeUnless(
  attempt: Promise<Deno.TcpConn>,
  winner: Deno.TcpConn | undefined,
): Promise<void> {
  const conn = await attempt.catch(() => undefined);
  if (conn !== winner) conn?.close();
}

function allFailed(addresses: readonly string[], faults: readonly unknown[]): Error {
  const each = faults.map((fault, at) => `${addresses[at]}: ${describeFault(fault)}`);
  return new Error(each.join("; "), { cause: faults[0] });
}

/** The families in turn, beginning with the one of the first address (RFC 8305, 4). */
function alternating(addresses: readonly string[]): string[] {
  const isFirst = (address: string) => address.includes(":") === addresses[0]?.includes(":");
  const [ones, others] = [addresses.filter(isFirst), addresses.filter((other) => !isFirst(other))];
  const order: string[] = [];
  for (let at = 0; at < Math.max(ones.length, others.length); at += 1) {
    order.push(...ones.slice(at, at + 1), ...others.slice(at, at + 1));
  }
  return order;
}
