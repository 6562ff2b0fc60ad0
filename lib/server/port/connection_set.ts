import type { Connection } from "./connection.ts";
import type { ConnectionQuota } from "./connection_quota.ts";
import { SURE_CONNECTIONS } from "../limits.ts";

/** How many connections a port may have. */
export interface ConnectionLimits {
  /** Those that take requests; as many more may be closed here and still be held by their clients. */
  readonly connections: number;
  /** Those that only follow the port's state. */
  readonly streams: number;
}

/**
 * The connections of one port, and who has to go when there is no room: always one of the client
 * address that holds most, so that nobody can keep others out. Those that follow the port's state
 * are counted by themselves, as they never end.
 */
export class ConnectionSet {
  readonly #limits: ConnectionLimits;
  readonly #quota: ConnectionQuota | undefined;
  /** Those that take requests, from the oldest to the newest. */
  readonly #connections = new Set<Connection>();
  /** Those that follow the port's state. */
  readonly #streams = new Set<Connection>();
  /**
   * Those that were closed and still have their descriptor, as long as the system has bytes for a
   * client that takes nothing.
   */
  readonly #leaving = new Set<Connection>();
  /** Descriptors that this port may have, once the process was short of them. */
  #mostDescriptors = Infinity;

  /** @param quota What all ports of the process have together; absent where there are no others. */
  constructor(limits: ConnectionLimits, quota?: ConnectionQuota) {
    this.#limits = limits;
    this.#quota = quota;
  }

  /** Descriptors in use. */
  get descriptors(): number {
    return this.#connections.size + this.#streams.size + this.#leaving.size;
  }

  /** Client addresses with an open connection. */
  get clients(): number {
    return new Set(Array.from(this.#open(), ({ client }) => client)).size;
  }

  /**
   * Makes room for one more connection: idle ones go first, then one of the client that holds most.
   *
   * @returns False if there is no room: this client has its share, or every connection is needed.
   */
  makeRoom(client: string): boolean {
    const { connections: limit } = this.#limits;
    if (this.#quota?.hasRoom === false) return this.#makeWay(client);
    const given = this.#connections.size + this.#leaving.size;
    const hasDescriptors = given < 2 * limit && this.descriptors < this.#mostDescriptors;
    if (hasDescriptors && given < limit) return true;
    const held = this.#countByClient(this.#connections, this.#leaving);
    const own = held.get(client) ?? 0;
    // Up to twice the limit is held, with what is closed and not yet taken; one client has at most 3/4 of it.
    if (own >= 1.5 * limit) return this.#closeIdle((other) => other === client);
    if (hasDescriptors && this.#connections.size < limit) return true;
    const mayGo = (other: string) => other === client || (held.get(other) ?? 0) > own;
    if (this.#closeIdle(mayGo)) return true;
    // What a connection has under way may keep its descriptor after it was closed.
    return hasDescriptors && this.#closeNewestOfHeaviest(held, own + 1);
  }

  /** Closes the connection that has been longest without a request; false if there is none. */
  closeLongestIdle(): boolean {
    return this.#closeIdle(() => true);
  }

  add(connection: Connection): void {
    this.#connections.add(connection);
    this.#tellQuota();
  }

  /** A connection takes no more requests: it follows the port's state from now on. */
  becomeStream(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    this.#streams.add(connection);
    if (this.#streams.size > this.#limits.streams) this.#closeOldestStreamOfHeaviest();
  }

  /** Takes out a connection that has ended; resolves when the system has let go of it. */
  async remove(connection: Connection): Promise<void> {
    this.#leave(connection);
    await connection.released;
    this.#leaving.delete(connection);
    this.#tellQuota();
  }

  /** Closes the connections that have run out of time. */
  closeOverdue(nowMs: number): void {
    for (const connection of this.#open()) {
      if (connection.isOverdue(nowMs)) connection.close();
    }
    if (this.descriptors < this.#mostDescriptors / 2) this.#mostDescriptors = Infinity;
  }

  /** Closes connections to give descriptors back, and takes no more than are left until it has half of them. */
  giveWay(descriptors: number): void {
    this.#mostDescriptors = Math.max(SURE_CONNECTIONS, this.descriptors - descriptors);
    const over = this.descriptors - this.#mostDescriptors;
    for (let closed = 0; closed < over; closed++) {
      const held = this.#countByClient(this.#connections, this.#leaving);
      if (
        !this.closeLongestIdle() && !this.#closeOldestStreamOfHeaviest() &&
        !this.#closeNewestOfHeaviest(held, 0)
      ) return;
    }
  }

  /** The process has as many connections as it may: one of the client that has most here is closed. */
  #makeWay(client: string): boolean {
    const held = this.#countByClient(this.#connections, this.#streams, this.#leaving);
    const own = held.get(client) ?? 0;
    const mayGo = (other: string) => other === client || (held.get(other) ?? 0) > own;
    return this.#closeIdle(mayGo) || this.#closeOldestStreamOfHeaviest(own + 1) ||
      this.#closeNewestOfHeaviest(held, own + 1);
  }

  #tellQuota(): void {
    if (this.#quota !== undefined) this.#quota.count = this.descriptors;
  }

  closeAll(): void {
    for (const connection of this.#open()) connection.close();
  }

  *#open(): Iterable<Connection> {
    yield* this.#connections;
    yield* this.#streams;
  }

  #countByClient(...sets: readonly ReadonlySet<Connection>[]): Map<string, number> {
    const counts = new Map<string, number>();
    for (const set of sets) {
      for (const { client } of set) counts.set(client, (counts.get(client) ?? 0) + 1);
    }
    return counts;
  }

  #closeIdle(mayGo: (client: string) => boolean): boolean {
    let longest: Connection | undefined;
    let sinceMs = Infinity;
    for (const connection of this.#connections) {
      const { idleSinceMs = Infinity, client } = connection;
      if (idleSinceMs >= sinceMs || !mayGo(client)) continue;
      longest = connection;
      sinceMs = idleSinceMs;
    }
    return this.#close(longest);
  }

  /** @param least Only a client that holds more than that has to give way. */
  #closeNewestOfHeaviest(held: ReadonlyMap<string, number>, least: number): boolean {
    let newest: Connection | undefined;
    let most = least;
    for (const connection of this.#connections) {
      const holds = held.get(connection.client) ?? 0;
      if (holds <= most && connection.client !== newest?.client) continue;
      newest = connection;
      most = holds;
    }
    return this.#close(newest);
  }

  /** @param least Only a client that holds more than that has to give way. */
  #closeOldestStreamOfHeaviest(least = 0): boolean {
    const held = this.#countByClient(this.#streams);
    const most = Math.max(...held.values());
    if (most <= least) return false;
    return this.#close([...this.#streams].find(({ client }) => held.get(client) === most));
  }

  /** Its room is there at once; whoever runs it notices, and calls {@linkcode remove}. */
  #close(connection: Connection | undefined): boolean {
    if (connection === undefined) return false;
    this.#leave(connection);
    connection.close();
    return true;
  }

  #leave(connection: Connection): void {
    this.#connections.delete(connection);
    this.#streams.delete(connection);
    this.#leaving.add(connection);
  }
}
