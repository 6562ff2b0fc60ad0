/** What a second connection gets while there is one. */
export type Refusal = "503" | "silence";

/** Stands before a server that bears one connection at a time. */
export class NarrowProxy implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: Deno.ConnectOptions;
  readonly #refusal: Refusal;
  readonly #conns = new Set<Deno.Conn>();
  readonly #running = new Set<Promise<void>>();
  /** The end of the connection that there is. */
  #present: Promise<void> | undefined;
  /** How many connections found another one there. */
  refused = 0;
  readonly #accepting = this.#accept();

  /** @param target `HOST:PORT` of the server. */
  constructor(target: string, refusal: Refusal) {
    const [hostname = "", port] = target.split(":");
    this.#target = { hostname, port: Number(port) };
    this.#refusal = refusal;
  }

  get address(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  async #accept(): Promise<void> {
    try {
      for await (const conn of this.#listener) {
        const running = this.#serve(conn).catch(() => {}).finally(() => {
          close(conn);
          this.#running.delete(running);
        });
        this.#running.add(running);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #serve(conn: Deno.TcpConn): Promise<void> {
    this.#conns.add(conn);
    if (this.#present) {
      this.refused += 1;
      if (this.#refusal === "503") {
        await conn.read(new Uint8Array(16_384));
        const answer = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        await conn.write(new TextEncoder().encode(answer));
        return;
      }
    }
    while (this.#present) await this.#present;
    const over = Promise.withResolvers<void>();
    this.#present = over.promise;
    try {
      const server = await Deno.connect(this.#target);
      this.#conns.add(server);
      // Whichever end goes first, the other one has to follow.
      const either = [conn.readable.pipeTo(server.writable), server.readable.pipeTo(conn.writable)];
      await Promise.race(either.map((way) => way.catch(() => {})));
      close(server);
      close(conn);
      await Promise.allSettled(either);
    } finally {
      this.#present = undefined;
      over.resolve();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#conns) close(conn);
    await this.#accepting;
    await Promise.all(this.#running);
  }
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It is closed already.
  }
}
