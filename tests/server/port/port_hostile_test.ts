import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { DEADLINE_MS } from "../../../testing/deadline.ts";
import { requestNoise } from "../../http/request_noise.ts";
import { heldDescriptors } from "../held_descriptors.ts";
import type { RawClient } from "./raw_client.ts";
import { TestPort } from "./test_port.ts";
import { randomBytes } from "../temporary_file.ts";

const CONTENT = randomBytes(16 * 1024 * 1024);

/** Honest clients get their bytes, and nothing happened that is worth a notice. */
async function assertUnharmed(server: TestPort): Promise<void> {
  using client = await server.connect();
  await client.ask(server.target, { Range: "bytes=1000-1999" });
  assertEquals((await client.answer()).content, CONTENT.slice(1000, 2000));
  assertEquals(server.notices, []);
}

/** Waits until a port has no more open than it had: the system closes sockets in its own time. */
async function assertLetGo(server: TestPort, before: number): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (heldDescriptors(server) > before && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assertEquals(heldDescriptors(server), before);
}

/** Waits until the server has told of that many connections' ends. */
async function disconnected(server: TestPort, count: number): Promise<void> {
  for (let at = 0; at < count; at++) await server.told("disconnected");
}

Deno.test("Port survives any bytes, in any pieces", async () => {
  await using server = await TestPort.serve(CONTENT);
  const before = heldDescriptors(server);
  const pieces = fc.array(requestNoise(), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(pieces, async (pieces) => {
      using client = await server.connect();
      const sending = (async () => {
        for (const piece of pieces) await client.send(piece);
        await client.conn.closeWrite();
      })().catch(() => {});
      const received = await client.rest();
      await sending;
      client.close();
      await disconnected(server, 1);
      const answered = new TextDecoder().decode(received.subarray(0, 9));
      return received.length === 0 || answered === "HTTP/1.1 ";
    }),
    { numRuns: Number(Deno.env.get("FUZZ_RUNS") ?? 150) },
  );
  await assertLetGo(server, before);
  await assertUnharmed(server);
});

Deno.test("Port answers honest clients behind hundreds of idle ones", async () => {
  await using server = await TestPort.serve(CONTENT);
  const before = heldDescriptors(server);
  const idle: RawClient[] = [];
  for (let at = 0; at < 600; at++) idle.push(await server.connect());
  await assertUnharmed(server);
  const { figures } = await server.told("figures", ({ figures }) => figures.clients > 0);
  assertEquals(figures.clients, 1);
  assert(figures.descriptors <= 2 * server.port.service.limits.connections);
  for (const client of idle) client.close();
  await disconnected(server, 601);
  await assertLetGo(server, before);
});

Deno.test("Port survives clients that go away in the middle of an answer", async () => {
  await using server = await TestPort.serve(CONTENT);
  const before = heldDescriptors(server);
  await Promise.all(Array.from({ length: 100 }, async (_, at) => {
    using client = await server.connect();
    await client.ask(server.target);
    await client.bytes(1 + at * 1000);
  }));
  await disconnected(server, 100);
  await assertLetGo(server, before);
  await assertUnharmed(server);
});

Deno.test("Port answers thousands of requests sent at once, in their order", async () => {
  await using server = await TestPort.serve(CONTENT);
  using client = await server.connect();
  const count = 3000;
  const requests = Array.from(
    { length: count },
    (_, at) =>
      `GET ${server.target} HTTP/1.1\r\nHost: localhost\r\nRange: bytes=${at}-${at}\r\n\r\n`,
  );
  const sending = client.send(requests.join(""));
  for (let at = 0; at < count; at++) {
    assertEquals((await client.answer()).content[0], CONTENT[at]);
  }
  await sending;
});

Deno.test("Port does not hoard requests of a client that takes no answers", async () => {
  await using server = await TestPort.serve(CONTENT, { stallMs: 100 });
  using client = await server.connect();
  const flood = `GET /.multiport/info HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(1000);
  let sentBytes = 0;
  const flooding = (async () => {
    for (;;) {
      await client.send(flood);
      sentBytes += flood.length;
    }
  })();
  await server.told("disconnected");
  await client.rest();
  assertEquals(await flooding.catch(() => "cut off"), "cut off");
  assert(sentBytes < 64 * 1024 * 1024, `${sentBytes} bytes`);
  await assertUnharmed(server);
});

Deno.test("Port gives up on slow readers to have room again", async () => {
  await using server = await TestPort.serve(CONTENT, { stallMs: 100, connections: 20 });
  const before = heldDescriptors(server);
  const slow: RawClient[] = [];
  for (const count of [20, 10]) {
    await assertUnharmed(server);
    for (let at = 0; at < count; at++) {
      const client = await server.connect();
      await client.ask(server.target);
      slow.push(client);
    }
    await disconnected(server, count + 1);
  }
  for (const client of slow) client.close();
  await assertLetGo(server, before);
  let status = 503;
  while (status === 503) {
    using client = await server.connect();
    await client.ask(server.target, { Range: "bytes=0-9" });
    status = (await client.head()).status;
  }
  assertEquals(status, 206);
});
