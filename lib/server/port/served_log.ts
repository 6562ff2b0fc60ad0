import { MAX_SERVED_INTERVAL_MS, SERVED_INTERVAL_MS } from "../limits.ts";

/** What a client took over one connection, or over several that ended shortly after each other. */
export interface ServedRecord {
  /** The client's `host:port`; its address alone if there were several connections. */
  readonly client: string;
  /** Bytes of content. */
  readonly bytes: number;
  readonly connections: number;
}

interface Client {
  /** When the next record may be told. */
  dueMs: number;
  intervalMs: number;
  /** What has not been told yet. */
  untold: ServedRecord | undefined;
}

/**
 * The records of what clients took. A client's first one is told at once; those that follow are added
 * up, and told together less and less often, so that nobody can fill a log. The clock is passed in.
 */
export class ServedLog {
  readonly #tell: (record: ServedRecord) => void;
  readonly #clients = new Map<string, Client>();

  constructor(tell: (record: ServedRecord) => void) {
    this.#tell = tell;
  }

  /**
   * A connection over which content was sent has ended.
   *
   * @param client The client's IP address.
   * @param address Its `host:port`.
   * @param nowMs The present, on any clock that does not go back.
   */
  add(client: string, address: string, bytes: number, nowMs: number): void {
    const known = this.#clients.get(client);
    if (known === undefined) {
      const intervalMs = SERVED_INTERVAL_MS;
      this.#clients.set(client, { dueMs: nowMs + intervalMs, intervalMs, untold: undefined });
      this.#tell({ client: address, bytes, connections: 1 });
    } else if (known.untold === undefined) {
      known.untold = { client: address, bytes, connections: 1 };
    } else {
      const { untold } = known;
      const connections = untold.connections + 1;
      known.untold = { client, bytes: untold.bytes + bytes, connections };
    }
  }

  /** Tells what is due; to be called regularly. */
  tellDue(nowMs: number): void {
    for (const [address, client] of this.#clients) {
      if (nowMs < client.dueMs) continue;
      if (client.untold === undefined) {
        this.#clients.delete(address);
        continue;
      }
      this.#tell(client.untold);
      client.untold = undefined;
      client.intervalMs = Math.min(2 * client.intervalMs, MAX_SERVED_INTERVAL_MS);
      client.dueMs = nowMs + client.intervalMs;
    }
  }

  /** Tells everything, due or not. */
  tellAll(): void {
    for (const { untold } of this.#clients.values()) {
      if (untold !== undefined) this.#tell(untold);
    }
    this.#clients.clear();
  }
}
