/** The client closed its connection, or was cut off: nobody is there to be told anything. */
export class ClientGoneError extends Error {
  override readonly name = "ClientGoneError";
}

/** The connection of one client, with a time by which something has to happen on it. */
export class ClientSocket {
  /** When to give up on this connection, in milliseconds of `performance.now()`. */
  deadlineMs = Infinity;
  readonly #conn: Deno.TcpConn;
  readonly #stallMs: number;
  readonly #ended = new AbortController();

  /**
   * @param conn Owned by this object from now on.
   * @param stallMs How long the client may take no byte of what is written.
   */
  constructor(conn: Deno.TcpConn, stallMs: number) {
    this.#conn = conn;
    this.#stallMs = stallMs;
    conn.setNoDelay(true);
  }

  /** Aborted once the connection is closed on this side. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  read(buffer: Uint8Array): Promise<number | null> {
    return this.#conn.read(buffer);
  }

  /**
   * Writes what the client takes at once.
   *
   * @returns How many bytes it took, at least one.
   * @throws {ClientGoneError} The connection has ended.
   */
  async writeSome(bytes: Uint8Array): Promise<number> {
    this.deadlineMs = performance.now() + this.#stallMs;
    try {
      return await this.#conn.write(bytes);
    } catch {
      throw new ClientGoneError();
    } finally {
      this.deadlineMs = Infinity;
    }
  }

  /**
   * Writes all of it.
   *
   * @throws {ClientGoneError} The connection has ended.
   */
  async write(bytes: Uint8Array): Promise<void> {
    let written = 0;
    while (written < bytes.length) written += await this.writeSome(bytes.subarray(written));
  }

  /**
   * Ends this side of the connection, and gives the client a while to end its own.
   *
   * @throws {ClientGoneError} It has done so already.
   */
  async closeWrite(lingerMs: number): Promise<void> {
    this.deadlineMs = performance.now() + lingerMs;
    try {
      await this.#conn.closeWrite();
    } catch {
      throw new ClientGoneError();
    }
  }

  /** Closes the connection; reads and writes under way fail. */
  close(): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    try {
      this.#conn.close();
    } catch {
      // Closed already.
    }
  }
}
