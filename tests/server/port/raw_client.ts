import { readResponseHead, type ResponseHead } from "../../../lib/http/client/response_head.ts";

/** One end of a connection, for tests: sends whatever it is told to, and waits for what must come. */
export class RawClient implements Disposable {
  readonly conn: Deno.TcpConn;
  #received = new Uint8Array(0);
  #closed = false;

  private constructor(conn: Deno.TcpConn) {
    this.conn = conn;
  }

  static async connect(port: number, hostname = "127.0.0.1"): Promise<RawClient> {
    return new RawClient(await Deno.connect({ hostname, port }));
  }

  async send(what: string | Uint8Array): Promise<void> {
    const bytes = typeof what === "string" ? new TextEncoder().encode(what) : what;
    for (let sent = 0; sent < bytes.length;) sent += await this.conn.write(bytes.subarray(sent));
  }

  /** Sends a request, with the given fields. */
  async ask(target: string, fields: Record<string, string> = {}, method = "GET"): Promise<void> {
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join("");
    await this.send(`${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines}\r\n`);
  }

  async head(): Promise<ResponseHead> {
    for (;;) {
      const head = readResponseHead(this.#received);
      if (head !== undefined) {
        this.#received = this.#received.slice(head.byteLength);
        return head;
      }
      if (!await this.#receive()) throw new Error("the connection ended before a head");
    }
  }

  /** Exactly that many bytes. */
  async bytes(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (true) {
      const part = this.#received.subarray(0, length - filled);
      bytes.set(part, filled);
      filled += part.length;
      this.#received = this.#received.slice(part.length);
      if (filled === length) return bytes;
      if (!await this.#receive()) throw new Error(`the connection ended after ${filled} bytes`);
    }
  }

  /** The head of an answer, and the content that it announces. */
  async answer(): Promise<ResponseHead & { content: Uint8Array }> {
    const head = await this.head();
    return { ...head, content: await this.bytes(Number(head.headers.get("content-length") ?? 0)) };
  }

  /** Text up to and with the given end. */
  async textUntil(end: string): Promise<string> {
    let text = "";
    while (!text.endsWith(end)) text += String.fromCharCode(...await this.bytes(1));
    return text;
  }

  /** Everything until the connection ends, also if it is cut off. */
  async rest(): Promise<Uint8Array> {
    const parts = [this.#received];
    this.#received = new Uint8Array(0);
    while (await this.#receive()) {
      parts.push(this.#received);
      this.#received = new Uint8Array(0);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.conn.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #receive(): Promise<boolean> {
    const buffer = new Uint8Array(65_536);
    const count = await this.conn.read(buffer).catch(() => null);
    if (count === null) return false;
    const joined = new Uint8Array(this.#received.length + count);
    joined.set(this.#received);
    joined.set(buffer.subarray(0, count), this.#received.length);
    this.#received = joined;
    return true;
  }
}
