import { formatHead } from "../http/format_head.ts";
import { type Allowlist, canonicalAddress } from "./allowlist.ts";
import type { ConnectionSet } from "./connection_set.ts";
import { Notices } from "./notices.ts";
import { sleep } from "./sleep.ts";

/** Milliseconds before accepting is tried again after it failed, as it does without free descriptors. */
const RETRY_MS = 100;

/** Takes the connection of a client, and its address. */
type TakeClient = (conn: Deno.TcpConn, client: string) => void;

/** Lets clients in: those that are allowed to, as long as there is room. */
export class Acceptor {
  readonly #listeners: readonly Deno.TcpListener[];
  readonly #allow: Allowlist;
  readonly #connections: ConnectionSet;
  readonly #turnedAway: Notices;
  readonly #failed: Notices;
  /** Who came last: most often the next one is the same, and addresses take a while to understand. */
  #caller = { hostname: "", client: "", isAllowed: false };

  /**
   * @param connections Where those that were let in before are.
   * @param notice Told, not too often, of who was turned away and of what failed.
   */
  constructor(
    listeners: readonly Deno.TcpListener[],
    allow: Allowlist,
    connections: ConnectionSet,
    notice: (message: string) => void,
  ) {
    this.#listeners = listeners;
    this.#allow = allow;
    this.#connections = connections;
    this.#turnedAway = new Notices(notice);
    this.#failed = new Notices(notice);
  }

  /**
   * Accepts connections.
   *
   * @param onClient Takes the connections of the clients that are let in, and their addresses.
   * @param signal Ends it; the listeners have to be closed as well.
   */
  async run(onClient: TakeClient, signal: AbortSignal): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => this.#listen(listener, onClient, signal)));
  }

  async #listen(
    listener: Deno.TcpListener,
    onClient: TakeClient,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      let conn: Deno.TcpConn | undefined;
      try {
        conn = await listener.accept();
        this.#admit(conn, onClient);
      } catch (error) {
        conn?.close();
        if (signal.aborted) return;
        const reason = error instanceof Error ? error.message : String(error);
        this.#failed.add(`cannot accept a connection: ${reason}`, performance.now());
        // What fails here is most often the lack of descriptors.
        this.#connections.closeLongestIdle();
        await sleep(RETRY_MS, signal);
      }
    }
  }

  #admit(conn: Deno.TcpConn, onClient: TakeClient): void {
    const { client, isAllowed } = this.#callerAt(conn.remoteAddr.hostname);
    if (!isAllowed) {
      conn.close();
      const message = `turned ${client} away; allow it with -a ${client}`;
      this.#turnedAway.add(message, performance.now());
    } else if (this.#connections.makeRoom()) {
      onClient(conn, client);
    } else {
      refuse(conn);
    }
  }

  #callerAt(hostname: string) {
    if (hostname !== this.#caller.hostname) {
      const client = canonicalAddress(hostname);
      this.#caller = { hostname, client, isAllowed: this.#allow.allows(client) };
    }
    return this.#caller;
  }
}

/** Tells a client that there is no room for it, if it takes that at once. */
async function refuse(conn: Deno.TcpConn): Promise<void> {
  const headers = [["Content-Length", "0"], ["Connection", "close"], ["Retry-After", "1"]] as const;
  try {
    await conn.write(formatHead(503, headers));
  } catch {
    // It has gone already.
  }
  conn.close();
}
