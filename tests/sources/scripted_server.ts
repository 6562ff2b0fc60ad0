import { ClientConnection } from "../../lib/http/client/client_connection.ts";
import { beforeDeadline } from "../../testing/deadline.ts";
import { Log } from "../client/log.ts";

const encoder = new TextEncoder();

/** A server that does what a test says, step by step, on a loopback port of its own. */
export class ScriptedServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #peers = new Log<Peer>();
  readonly #accepting = this.#accept();
  #taken = 0;

  get port(): number {
    return this.#listener.addr.port;
  }

  /** How many connections have been made. */
  get connections(): number {
    return this.#peers.entries.length;
  }

  /** The next connection that is made, or was made and not asked for yet. */
  async peer(): Promise<Peer> {
    this.#taken += 1;
    const peers = await this.#peers.some(this.#taken);
    return peers.at(-1) as Peer;
  }

  async #accept(): Promise<void> {
    try {
      for await (const conn of this.#listener) this.#peers.add(new Peer(conn));
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    for (const peer of this.#peers.entries) peer.close();
  }
}

/** A client's connection to it. */
export async function connectTo(server: ScriptedServer): Promise<ClientConnection> {
  const endpoint = { scheme: "http", host: "127.0.0.1", port: server.port } as const;
  return await ClientConnection.open(endpoint, {
    buffer: new Uint8Array(16_384),
    timeoutMs: 60_000,
  });
}

/** The server's end of one connection. */
export class Peer {
  readonly #conn: Deno.TcpConn;
  #received = "";
  #closed = false;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** The head of the next request; undefined if the client ended the connection instead. */
  async request(): Promise<string | undefined> {
    const buffer = new Uint8Array(4096);
    while (!this.#received.includes("\r\n\r\n")) {
      const count = await beforeDeadline(this.#read(buffer), () => "a request");
      if (count === null) return undefined;
      this.#received += new TextDecoder().decode(buffer.subarray(0, count));
    }
    const end = this.#received.indexOf("\r\n\r\n") + 4;
    const head = this.#received.slice(0, end);
    this.#received = this.#received.slice(end);
    return head;
  }

  /** Whether another request has come with the one before. */
  get hasRequest(): boolean {
    return this.#received !== "";
  }

  /** The half-open range that the next request asks for. */
  async range(): Promise<[start: number, end: number]> {
    const head = await this.request() ?? "no request";
    const [, first, last] = /^range: bytes=(\d+)-(\d+)\r$/im.exec(head) ?? [];
    if (last === undefined) throw new Error(`No range in ${head}`);
    return [Number(first), Number(last) + 1];
  }

  /** The next byte that comes; for what is no HTTP. */
  async byte(): Promise<number> {
    const buffer = new Uint8Array(1);
    await beforeDeadline(this.#read(buffer), () => "a byte");
    return buffer[0] ?? 0;
  }

  /** Waits until the client has ended the connection. */
  async gone(): Promise<void> {
    while (await this.request() !== undefined);
  }

  async send(content: string | Uint8Array): Promise<void> {
    const bytes = typeof content === "string" ? encoder.encode(content) : content;
    for (let sent = 0; sent < bytes.length;) sent += await this.#conn.write(bytes.subarray(sent));
  }

  /** Sends a whole answer with text in it. */
  async answer(status: number, text: string, fields = ""): Promise<void> {
    const { length } = encoder.encode(text);
    await this.send(`HTTP/1.1 ${status} X\r\nContent-Length: ${length}\r\n${fields}\r\n${text}`);
  }

  /** Ends the connection; with a reset if a request has come that was not read. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }

  async #read(buffer: Uint8Array): Promise<number | null> {
    try {
      return await this.#conn.read(buffer);
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionReset) return null;
      throw error;
    }
  }
}
