import { readRequestHead } from "../lib/http/request_head.ts";

/** An HTTP proxy of a test that knows tunnels only, and remembers who asked for which. */
export class TunnelProxy implements AsyncDisposable {
  /** The head of every request. */
  readonly requests: string[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #running = new Set<Promise<void>>();
  readonly #conns = new Set<Deno.Conn>();
  readonly #target: number;
  readonly #accepting = this.#accept();

  /** @param target The port on 127.0.0.1 that every tunnel leads to. */
  constructor(target: number) {
    this.#target = target;
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async #accept(): Promise<void> {
    try {
      for await (const conn of this.#listener) {
        const running = this.#serve(conn).catch(() => {}).finally(() => {
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
    const buffer = new Uint8Array(16_384);
    let end = 0;
    while (!readRequestHead(buffer.subarray(0, end))) {
      const count = await conn.read(buffer.subarray(end));
      if (count === null) return;
      end += count;
    }
    this.requests.push(new TextDecoder().decode(buffer.subarray(0, end)));
    const server = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
    this.#conns.add(server);
    await conn.write(new TextEncoder().encode("HTTP/1.1 200 Connection established\r\n\r\n"));
    await Promise.allSettled([
      conn.readable.pipeTo(server.writable),
      server.readable.pipeTo(conn.writable),
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#conns) {
      try {
        conn.close();
      } catch {
        // It has ended.
      }
    }
    await this.#accepting;
    await Promise.all(this.#running);
  }
}
