import type { Connection } from "./connection.ts";

/**
 * The connections of one port: never more than its limit, and as many more that were given up but are
 * still held by clients that take nothing.
 */
export class ConnectionSet {
  readonly #connections = new Set<Connection>();
  #unreleased = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#connections.size;
  }

  /**
   * Makes room for one more connection. At the limit, the one that has been longest without a request
   * under way has to go, so that idle ones cannot keep others out.
   *
   * @returns False if there is no room: requests are being answered on all of them.
   */
  makeRoom(): boolean {
    const { size } = this.#connections;
    const hasRoom = size < this.#limit && size + this.#unreleased < 2 * this.#limit;
    return hasRoom || this.closeLongestIdle();
  }

  /** Closes the connection that has been longest without a request; false if there is none. */
  closeLongestIdle(): boolean {
    let longest: Connection | undefined;
    for (const connection of this.#connections) {
      if (connection.idleSinceMs === undefined) continue;
      if (connection.idleSinceMs < (longest?.idleSinceMs ?? Infinity)) longest = connection;
    }
    if (longest === undefined) return false;
    this.#connections.delete(longest);
    longest.close();
    return true;
  }

  add(connection: Connection): void {
    this.#connections.add(connection);
  }

  /** Takes out a connection that was closed. */
  async remove(connection: Connection): Promise<void> {
    this.#connections.delete(connection);
    if (connection.released === undefined) return;
    this.#unreleased++;
    await connection.released;
    this.#unreleased--;
  }

  /** Closes the connections that have run out of time. */
  closeOverdue(nowMs: number): void {
    for (const connection of this.#connections) {
      if (connection.isOverdue(nowMs)) connection.close();
    }
  }

  closeAll(): void {
    for (const connection of this.#connections) connection.close();
  }
}
