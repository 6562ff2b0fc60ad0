import { assert, assertEquals } from "@std/assert";
import type { RawClient } from "./raw_client.ts";
import { TestPort } from "./test_port.ts";
import { randomBytes } from "../temporary_file.ts";

const CONTENT = randomBytes(32 * 1024 * 1024);

Deno.test("Port closes a connection that asks for nothing", async () => {
  await using server = await TestPort.serve(CONTENT, { idleMs: 20 });
  using client = await server.connect();
  assertEquals((await client.rest()).length, 0);
});

Deno.test("Port closes a connection that asks for nothing more", async () => {
  await using server = await TestPort.serve(CONTENT, { idleMs: 1_000 });
  using client = await server.connect();
  await client.ask(server.target, { Range: "bytes=0-9" });
  await client.answer();
  assertEquals((await client.rest()).length, 0);
});

Deno.test("Port closes a connection that takes too long over a head, whatever it sends", async () => {
  await using server = await TestPort.serve(CONTENT, { headMs: 100 });
  using client = await server.connect();
  await client.send("GET / HTTP/1.1\r\n");
  const trickle = setInterval(() => client.send("X: y\r\n").catch(() => {}), 10);
  assertEquals((await client.rest()).length, 0);
  clearInterval(trickle);
});

Deno.test("Port closes a connection that takes none of its answer", async () => {
  await using server = await TestPort.serve(CONTENT, { stallMs: 50 });
  using client = await server.connect();
  await client.ask(server.target);
  assert((await server.told("served")).record.bytes < CONTENT.length);
});

Deno.test("Port keeps a connection that takes its answer slowly but steadily", async () => {
  const limits = { stallMs: 20, slowestBytesPerSec: 500_000 };
  await using server = await TestPort.serve(CONTENT, limits);
  using client = await server.connect();
  await client.ask(server.target);
  await client.head();
  const received = new Uint8Array(CONTENT.length / 2);
  for (let at = 0; at < received.length; at += 65_536) {
    received.set(await client.bytes(65_536), at);
    // 13 MB/s: the system needs 100 ms to have room for more.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assertEquals(received, CONTENT.subarray(0, received.length));
});

Deno.test("Port never gives up on a client while it is paused itself", async () => {
  await using server = await TestPort.serve(CONTENT, { stallMs: 20, idleMs: 20, headMs: 20 });
  server.port.service.pause();
  using client = await server.connect();
  await client.ask(server.target, { Range: "bytes=0-9" });
  await client.head();
  for (let at = 0; at < 10; at++) await server.told("figures");
  server.port.service.resume();
  assertEquals(await client.bytes(10), CONTENT.slice(0, 10));
});

Deno.test("Port does not count the time in which it did not run, but what comes after", async () => {
  await using server = await TestPort.serve(CONTENT, { idleMs: 300, sweepMs: 100 });
  using client = await server.connect();
  await client.ask(server.target, { Range: "bytes=0-9" });
  await client.answer();
  const asking = client.ask(server.target, { Range: "bytes=10-19" });
  for (const since = performance.now(); performance.now() - since < 1_000;);
  await asking;
  assertEquals((await client.answer()).content, CONTENT.slice(10, 20));
  assertEquals((await client.rest()).length, 0);
});

Deno.test("Port has time for others as soon as those leave who wait for their turn", async () => {
  await using server = await TestPort.serve(CONTENT, {}, { limitRate: 1000 });
  const clients = await Promise.all(Array.from({ length: 200 }, () => server.connect()));
  for (const client of clients) await client.ask(server.target);
  const rate = server.port.service.rate;
  while ((rate?.waiting ?? 0) < 190) await server.told("figures");
  for (const connection of clients) connection.close();
  await server.port.close();
  assertEquals(rate?.waiting, 0);
  // A head takes a third of a second.
  assert((rate?.reserve(0, performance.now()) ?? 0) < 2_000);
});

Deno.test("Port makes room for a new client by closing who has been idle longest", async () => {
  await using server = await TestPort.serve(CONTENT, { connections: 3 });
  server.port.service.pause();
  using busy = await server.connect();
  await busy.ask(server.target, { Range: "bytes=0-9" });
  await busy.head();
  using oldest = await server.connect();
  await oldest.ask("/.multiport/info");
  await oldest.answer();
  using idle = await server.connect();
  await idle.ask("/.multiport/info");
  await idle.answer();
  using fourth = await server.connect();
  await fourth.ask("/.multiport/info");
  assertEquals((await fourth.answer()).status, 200);
  assertEquals((await oldest.rest()).length, 0);
  await idle.ask("/.multiport/info");
  assertEquals((await idle.answer()).status, 200);
  server.port.service.resume();
  assertEquals(await busy.bytes(10), CONTENT.slice(0, 10));
});

Deno.test("Port counts a half-sent head as idle: slow heads cannot keep others out", async () => {
  await using server = await TestPort.serve(CONTENT, { connections: 3 });
  const slow: RawClient[] = [];
  for (let at = 0; at < 10; at++) {
    const client = await server.connect();
    await client.send("GET /");
    slow.push(client);
  }
  using honest = await server.connect();
  await honest.ask(server.target, { Range: "bytes=0-9" });
  assertEquals((await honest.answer()).status, 206);
  for (const client of slow) client.close();
});

Deno.test("Port answers 503 when all its connections are busy", async () => {
  await using server = await TestPort.serve(CONTENT, { connections: 1 });
  server.port.service.pause();
  using busy = await server.connect();
  await busy.ask(server.target);
  await busy.head();
  using client = await server.connect();
  assertEquals((await client.answer()).status, 503);
});
