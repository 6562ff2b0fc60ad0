import { createServer, type Server, type Socket } from "node:net";
import type { Fault, FaultKind, FaultPlan, Purpose } from "./fault.ts";
import { HeadReader } from "./head_reader.ts";
import { freePlace } from "./loopback.ts";
import { Cut, ProxiedAnswer } from "./proxied_answer.ts";
import { ProxiedSocket } from "./proxied_socket.ts";

const READ_LENGTH = 64 * 1024;

/** How many connections a server takes at a time, and what becomes of others. */
export interface ConnectionLimit {
  readonly connections: number;
  /** They are not answered until one of the others ends; or at once, by `503`; or reset. */
  readonly beyond: "wait" | "503" | "reset";
}

const NO_LIMIT: ConnectionLimit = { connections: Infinity, beyond: "wait" };

const TOO_MANY = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n" +
  "Connection: close\r\n\r\n";

/**
 * Stands between the client and one server, and lets go wrong what can go wrong on the way: a plan
 * says what, request by request. A client that ends its side has gone, and its place is free at once,
 * whatever is still being sent to it, as with nginx.
 *
 * @example
 * ```ts
 * await using proxy = await FaultProxy.start(server.addresses[0], onContent({ kind: "reset", after: 1000 }));
 * await using client = new Client(output, [proxy.address]);
 * ```
 */
export class FaultProxy implements AsyncDisposable {
  /** Bytes of content that clients were sent. */
  relayed = 0;
  /** How often each fault was to happen. */
  readonly injected = new Map<FaultKind, number>();
  readonly address: string;
  readonly #target: { hostname: string; port: number };
  readonly #plan: FaultPlan;
  readonly #limit: ConnectionLimit;
  readonly #server: Server;
  readonly #sockets = new Set<ProxiedSocket>();
  readonly #running = new Set<Promise<void>>();
  readonly #asked = new Map<Purpose, number>();
  /** Connections beyond the limit that are kept waiting, in their order. */
  readonly #waiting: (() => void)[] = [];
  #served = 0;

  private constructor(
    target: string,
    plan: FaultPlan,
    address: string,
    server: Server,
    limit: ConnectionLimit,
  ) {
    this.#limit = limit;
    const [hostname = "", port] = target.split(":");
    this.#target = { hostname, port: Number(port) };
    this.#plan = plan;
    this.address = address;
    this.#server = server;
    server.on("connection", (socket) => this.#accept(socket));
  }

  /**
   * @param target `HOST:PORT` of the server.
   * @param limit How many connections there may be at a time; by default any number.
   */
  static async start(
    target: string,
    plan: FaultPlan,
    limit: ConnectionLimit = NO_LIMIT,
  ): Promise<FaultProxy> {
    const { host, ports: [port] } = freePlace(1);
    const server = createServer({ allowHalfOpen: true });
    const proxy = new FaultProxy(target, plan, `${host}:${port}`, server, limit);
    await new Promise<void>((resolve) => server.listen(port, host, resolve));
    return proxy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.close();
    await Promise.all(this.#running);
    await closed;
  }

  #accept(socket: Socket): void {
    const client = new ProxiedSocket(socket);
    this.#sockets.add(client);
    const running = this.#run(client).finally(() => {
      client.close();
      this.#sockets.delete(client);
      this.#running.delete(running);
    });
    this.#running.add(running);
  }

  async #run(client: ProxiedSocket): Promise<void> {
    if (!await this.#enter(client)) return;
    try {
      using server = await Deno.connect(this.#target);
      client.left.then(() => closeQuietly(server));
      await this.#relay(client, server);
    } catch (error) {
      // The client or the server has gone, or the connection was cut as planned.
      if (!(error instanceof Cut) && !isEnd(error)) throw error;
    } finally {
      this.#leave();
    }
  }

  /** Takes a place, or does to a connection what happens to those beyond the limit; answers whether it has one. */
  async #enter(client: ProxiedSocket): Promise<boolean> {
    if (this.#served < this.#limit.connections) {
      this.#served += 1;
      return true;
    }
    switch (this.#limit.beyond) {
      case "reset":
        client.reset();
        return false;
      case "503":
        await new HeadReader(() => client.read()).head();
        await client.write(new TextEncoder().encode(TOO_MANY)).catch(() => {});
        client.end();
        await client.left;
        return false;
      case "wait": {
        const { promise: turn, resolve } = Promise.withResolvers<true>();
        const wake = () => resolve(true);
        this.#waiting.push(wake);
        const isTurn = await Promise.race([turn, client.left.then(() => false)]);
        const at = this.#waiting.indexOf(wake);
        if (at >= 0) this.#waiting.splice(at, 1);
        else if (!isTurn) this.#leave();
        return isTurn;
      }
    }
  }

  /** Frees a place: the first of those that wait takes it over. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#served -= 1;
  }

  async #relay(client: ProxiedSocket, server: Deno.TcpConn): Promise<void> {
    const requests = new HeadReader(() => client.read());
    const answers = new HeadReader(() => read(server));
    let passed = 0;
    for (;;) {
      const request = await requests.head();
      if (request === undefined) return;
      const purpose = purposeOf(request);
      const fault = this.#faultFor(purpose);
      if (fault.kind === "refuse") return client.reset();
      if (fault.kind === "mute") return await client.left;
      await send(server, fault.kind === "whole-file" ? withoutRange(request) : request);
      const answer = new ProxiedAnswer(answers, client, fault, passed);
      try {
        await answer.pass();
      } finally {
        if (purpose === "content") this.relayed += answer.passed - passed;
      }
      if (isLast(request)) {
        // To close at once would take away what Deno 2.7.9 says is written and is not.
        client.end();
        return await client.left;
      }
      passed = answer.passed;
    }
  }

  #faultFor(purpose: Purpose): Fault {
    const earlier = this.#asked.get(purpose) ?? 0;
    this.#asked.set(purpose, earlier + 1);
    const fault = this.#plan({ purpose, earlier });
    this.injected.set(fault.kind, (this.injected.get(fault.kind) ?? 0) + 1);
    return fault;
  }
}

function purposeOf(request: string): Purpose {
  const target = request.split(" ")[1] ?? "";
  if (target.endsWith("/.multiport/info")) return "info";
  if (target.endsWith("/.multiport/events")) return "events";
  return target.endsWith(".meta4") ? "manifest" : "content";
}

/** Whether a client wants the connection closed behind the answer, as servers then do (RFC 9112, 9.6). */
function isLast(request: string): boolean {
  return /^connection: close\r$/im.test(request);
}

function withoutRange(request: string): string {
  return request.replace(/^range: .*\r\n/im, "");
}

async function send(conn: Deno.Conn, text: string): Promise<void> {
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
}

async function read(conn: Deno.Conn): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const buffer = new Uint8Array(READ_LENGTH);
  const count = await conn.read(buffer);
  return count === null ? undefined : buffer.subarray(0, count);
}

function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It was closed already.
  }
}

function isEnd(error: unknown): boolean {
  return [
    Deno.errors.BadResource,
    Deno.errors.BrokenPipe,
    Deno.errors.ConnectionAborted,
    Deno.errors.ConnectionRefused,
    Deno.errors.ConnectionReset,
    Deno.errors.Interrupted,
    Deno.errors.NotConnected,
  ].some((kind) => error instanceof kind);
}
