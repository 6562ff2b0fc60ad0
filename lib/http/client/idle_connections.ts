import { DRAIN_TIMEOUT_MS, MAX_DRAINED_BYTES, MAX_IDLE_MS } from "../limits.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Endpoint } from "./endpoint.ts";
import { readContent } from "./read_content.ts";
import { keepsConnection } from "./response_content.ts";
import type { ResponseHead } from "./response_head.ts";

/** A connection that waits for its next request. */
interface Idle {
  readonly key: string;
  readonly connection: ClientConnection;
  /** Whether the answer that came over it has been read to its end, and it can be used. */
  readonly isReady: Promise<boolean>;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * Connections that a server has kept open behind an answer (RFC 9112, 9.3), for whatever is asked of the
 * same server next: a round trip less, over TLS two or three. Some servers take a new connection only every
 * few seconds, or no second one.
 *
 * One that has been idle may be closed by its server at any time: whoever takes it has to be ready to ask
 * again over a new one.
 *
 * @example
 * ```ts
 * using idle = new IdleConnections();
 * idle.keep(endpoint, connection, head);
 * const next = await idle.take(endpoint, buffer) ?? await ClientConnection.open(endpoint, { buffer });
 * ```
 */
export class IdleConnections implements Disposable {
  readonly #idle = new Set<Idle>();
  readonly #idleMs: number;
  #isOver = false;

  /** @param idleMs Milliseconds after which a connection that nobody has taken is closed. */
  constructor(idleMs = MAX_IDLE_MS) {
    this.#idleMs = idleMs;
  }

  /**
   * Keeps a connection over which an answer has come; it is closed if the server does not keep it open.
   *
   * @param endpoint What it leads to.
   * @param unread The head of that answer if its content has not been read: that is read now, unless it is
   * too much.
   */
  keep(endpoint: Endpoint, connection: ClientConnection, unread?: ResponseHead): void {
    if (this.#isOver || unread && !keepsConnection(unread)) return connection.close();
    const idle: Idle = {
      key: keyOf(endpoint),
      connection,
      isReady: drain(connection, unread),
      timer: setTimeout(() => this.#drop(idle), this.#idleMs),
    };
    this.#idle.add(idle);
  }

  /**
   * Takes a connection out, if there is one to the same place.
   *
   * @param endpoint What its requests are sent with from now on.
   * @param buffer What it receives passes through from now on.
   */
  async take(
    endpoint: Endpoint,
    buffer: Uint8Array<ArrayBuffer>,
  ): Promise<ClientConnection | undefined> {
    for (const idle of this.#to(endpoint)) {
      this.#idle.delete(idle);
      clearTimeout(idle.timer);
      const { connection } = idle;
      if (!await idle.isReady || connection.closed) continue;
      connection.use(endpoint, buffer);
      return connection;
    }
    return undefined;
  }

  /** Closes those to one place: it is about to be asked in another way. */
  close(endpoint: Endpoint): void {
    this.#to(endpoint).forEach((idle) => this.#drop(idle));
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#idle.forEach((idle) => this.#drop(idle));
  }

  #to(endpoint: Endpoint): Idle[] {
    if (this.#idle.size === 0) return [];
    const key = keyOf(endpoint);
    return [...this.#idle].filter((idle) => idle.key === key);
  }

  #drop(idle: Idle): void {
    this.#idle.delete(idle);
    clearTimeout(idle.timer);
    idle.connection.close();
  }
}

/** Whether a connection is good for another request; else it is closed. */
async function drain(
  connection: ClientConnection,
  unread: ResponseHead | undefined,
): Promise<boolean> {
  try {
    if (unread) await readContent(connection, unread, MAX_DRAINED_BYTES, DRAIN_TIMEOUT_MS);
    if (connection.drained) return true;
  } catch {
    // Whatever is wrong with it says nothing of what is asked next.
  }
  connection.close();
  return false;
}

function keyOf({ scheme, host, port, proxy }: Endpoint): string {
  return JSON.stringify([scheme, host, port, proxy?.host, proxy?.port]);
}
