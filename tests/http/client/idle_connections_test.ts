import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ClientConnection } from "../../../lib/http/client/client_connection.ts";
import type { Endpoint } from "../../../lib/http/client/endpoint.ts";
import { IdleConnections } from "../../../lib/http/client/idle_connections.ts";
import { MAX_DRAINED_BYTES } from "../../../lib/http/limits.ts";
import { type Peer, ScriptedServer } from "../../sources/scripted_server.ts";

const buffer = () => new Uint8Array(16_384);

/** A server, and the places that its connections are kept at. */
class Rig implements AsyncDisposable {
  readonly server = new ScriptedServer();
  readonly idle: IdleConnections;
  readonly endpoint: Endpoint = { scheme: "http", host: "127.0.0.1", port: this.server.port };

  constructor(idleMs?: number) {
    this.idle = new IdleConnections(idleMs);
  }

  /** Asks, and keeps the connection once the head of the answer has come. */
  async ask(answer: string): Promise<Peer> {
    const connection = await ClientConnection.open(this.endpoint, { buffer: buffer() });
    await connection.ask("GET", "/first");
    const peer = await this.server.peer();
    await peer.request();
    await peer.send(`HTTP/1.1 ${answer}`);
    const head = await connection.head();
    assert(head);
    this.idle.keep(this.endpoint, connection, head);
    return peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.idle[Symbol.dispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

const PART = "206 X\r\nContent-Range: bytes 0-0/1000\r\nContent-Length: 1\r\n\r\n";

Deno.test("IdleConnections has what is asked next go over the connection that a server has kept", async () => {
  await using rig = new Rig();
  const peer = await rig.ask(PART);
  const taking = rig.idle.take({ ...rig.endpoint, fields: { "X-Next": "yes" } }, buffer());
  // What is left of the answer is no part of the next one, however late it comes.
  await peer.send("x");
  using connection = await taking;
  assert(connection);
  await connection.ask("GET", "/second");
  assertStringIncludes(await peer.request() ?? "", "GET /second HTTP/1.1\r\n");
  await peer.answer(200, "y");
  assertEquals((await connection.head())?.status, 200);
  await connection.fill();
  assertEquals([...connection.take(2)], [121]);
  assertEquals(await rig.idle.take(rig.endpoint, buffer()), undefined);
});

Deno.test("IdleConnections sends with each request what is sent to that place now", async () => {
  await using rig = new Rig();
  const peer = await rig.ask(`${PART}x`);
  const now = { ...rig.endpoint, fields: { "X-Next": "yes" } };
  using connection = await rig.idle.take(now, buffer());
  await connection?.ask("GET", "/second");
  assertStringIncludes(await peer.request() ?? "", "\r\nX-Next: yes\r\n");
});

Deno.test("IdleConnections keeps nothing that cannot be asked again", async () => {
  const long = MAX_DRAINED_BYTES + 1;
  const answers = [
    "206 X\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx",
    "200 X\r\n\r\nx",
    `200 X\r\nContent-Length: ${long}\r\n\r\nx`,
    `${PART}xHTTP/1.1 200 X\r\n\r\nevil`,
  ];
  for (const answer of answers) {
    await using rig = new Rig();
    const peer = await rig.ask(answer);
    assertEquals(await rig.idle.take(rig.endpoint, buffer()), undefined, answer);
    await peer.gone();
  }
});

Deno.test("IdleConnections gives no connection to another place", async () => {
  await using rig = new Rig();
  await rig.ask(`${PART}x`);
  const proxy = { host: "p.example", port: 3128 };
  const others: Endpoint[] = [
    { ...rig.endpoint, scheme: "https" },
    { ...rig.endpoint, host: "localhost" },
    { ...rig.endpoint, port: rig.server.port + 1 },
    { ...rig.endpoint, proxy },
  ];
  for (const other of others) assertEquals(await rig.idle.take(other, buffer()), undefined);
  using connection = await rig.idle.take(rig.endpoint, buffer());
  assert(connection);
});

Deno.test("IdleConnections closes what nobody takes: after a while, when it is told to, and at its end", async () => {
  const ways: [idleMs: number | undefined, end: (rig: Rig) => void][] = [
    [0, () => {}],
    [undefined, ({ idle, endpoint }) => idle.close(endpoint)],
    [undefined, ({ idle }) => idle[Symbol.dispose]()],
  ];
  for (const [idleMs, end] of ways) {
    await using rig = new Rig(idleMs);
    const peer = await rig.ask(`${PART}x`);
    end(rig);
    await peer.gone();
    assertEquals(await rig.idle.take(rig.endpoint, buffer()), undefined);
  }
  await using rig = new Rig();
  rig.idle[Symbol.dispose]();
  await (await rig.ask(`${PART}x`)).gone();
});
