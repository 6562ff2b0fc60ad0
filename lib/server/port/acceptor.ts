import { formatHead } from "../../http/format_head.ts";
import { type Allowlist, canonicalAddress } from "./allowlist.ts";
import type { ConnectionSet } from "./connection_set.ts";
import type { FileService } from "./file_service.ts";
import type { AnyConn, AnyListener } from "../listen.ts";
import { Notices } from "../notices.ts";
import { delay } from "../../delay.ts";

/** Milliseconds before accepting is tried again after it failed, as it does without free descriptors. */
const RETRY_MS = 100;

const NO_ROOM = formatHead(503, [
  ["Content-Length", "0"],
  ["Connection", "close"],
  ["Retry-After", "1"],
]);

/** Takes the connection of a client, and its address. */
type TakeClient = (conn: AnyConn, client: string) => void;

/** Lets clients in: those that are allowed to, as long as there is room. */
export class Acceptor {
  readonly #allow: Allowlist;
  readonly #connections: ConnectionSet;
  readonly #service: FileService;
  readonly #turnedAway: Notices;
  readonly #failed: Notices;
  /** Who came last: most often the next one is the same, and addresses take a while to understand. */
  #caller = { hostname: "", client: "", isAllowed: false };

  /**
   * @param connections Where those that were let in before are.
   * @param service Tells the operator, not too often, who was turned away and what failed.
   */
  constructor(
    allow: Allowlist,
    connections: ConnectionSet,
    service: FileService,
  ) {
    this.#allow = allow;
    this.#connections = connections;
    this.#service = service;
    this.#turnedAway = new Notices((message, details) => service.notice(message, details));
    this.#failed = new Notices((message) => service.notice(message));
  }

  /**
   * Accepts connections.
   *
   * @param listeners Where.
   * @param onClient Takes the connections of the clients that are let in, and their addresses.
   * @param signal Ends it; the listeners have to be closed as well.
   */
  async run(
    listeners: readonly AnyListener[],
    onClient: TakeClient,
    signal: AbortSignal,
  ): Promise<void> {
    await Promise.all(listeners.map((listener) => this.#listen(listener, onClient, signal)));
  }

  async #listen(
    listener: AnyListener,
    onClient: TakeClient,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      let conn: AnyConn | undefined;
      try {
        conn = await listener.accept();
        this.#admit(conn, onClient);
      } catch (error) {
        conn?.close();
        if (signal.aborted) return;
        const reason = error instanceof Error ? error.message : String(error);
        this.#failed.add(`cannot accept a connection: ${reason}`, performance.now());
        // What fails here is most often the lack of descriptors: this port and its siblings share them.
        this.#connections.closeLongestIdle();
        this.#service.tellShortage();
        await delay(RETRY_MS, signal);
      }
    }
  }

  #admit(conn: AnyConn, onClient: TakeClient): void {
    const { client, isAllowed } = this.#callerAt(conn.remoteAddr.hostname);
    if (!isAllowed) {
      conn.close();
      const about = { about: "turned-away", client } as const;
      this.#turnedAway.add(`turned ${client} away`, performance.now(), about);
    } else if (this.#connections.makeRoom(client)) {
      onClient(conn, client);
    } else {
      // Goes on by itself: it ends at once, and never rejects.
      this.#refuse(conn);
    }
  }

  #callerAt(hostname: string) {
    if (hostname !== this.#caller.hostname) {
      const client = canonicalAddress(hostname);
      this.#caller = { hostname, client, isAllowed: this.#allow.allows(client) };
    }
    return this.#caller;
  }

  /**
   * Tells a client that there is no room for it, if it takes that at once. Where the rate is limited and
   * others wait to send, it is told nothing: nobody can use up the rate with what is refused.
   */
  async #refuse(conn: AnyConn): Promise<void> {
    const { rate } = this.#service;
    const nowMs = performance.now();
    if (rate === undefined || rate.isFree(nowMs)) {
      rate?.reserve(NO_ROOM.length, nowMs);
      // It may have gone already.
      await conn.write(NO_ROOM).catch(() => {});
    }
    conn.close();
  }
}
