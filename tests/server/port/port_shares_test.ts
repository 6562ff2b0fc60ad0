import { assert, assertEquals } from "@std/assert";
import { FAVOURED_CONNECTIONS, PROVEN_BYTES } from "../../../lib/server/limits.ts";
import { SendTurns } from "../../../lib/server/port/send_turns.ts";
import type { RawClient } from "./raw_client.ts";
import { randomBytes } from "../temporary_file.ts";
import { TestPort } from "./test_port.ts";

const CONTENT = randomBytes(16 * 1024 * 1024);
const EVENTS = "/.multiport/events";

/** The hostile client's address, and the honest one's. */
const HOSTILE = "127.0.0.1";
const HONEST = "::1";

function serve(
  limits: Parameters<typeof TestPort.serve>[1],
  options: Parameters<typeof TestPort.serve>[2] = {},
  turns?: SendTurns,
): Promise<TestPort> {
  const addresses = { hostnames: [HOSTILE, HONEST], allow: [HOSTILE, HONEST] };
  return TestPort.serve(CONTENT, limits, { ...options, ...addresses }, turns);
}

/** Connects as often as the hostile client likes, and asks every time. */
async function ask(server: TestPort, target: string, times: number): Promise<AsyncDisposable> {
  const clients: RawClient[] = [];
  for (let at = 0; at < times; at++) {
    const client = await server.connect(HOSTILE);
    await client.ask(target);
    clients.push(client);
    // Refused or let in: the server has decided.
    await client.head().catch(() => {});
  }
  return {
    [Symbol.asyncDispose]() {
      for (const client of clients) client.close();
      return Promise.resolve();
    },
  };
}

/** Takes a part of the file, as a client that is alone would. */
async function takePart(client: RawClient, server: TestPort): Promise<void> {
  await client.ask(server.target, { Range: "bytes=1000-1999" });
  const { status, content } = await client.answer();
  assertEquals([status, content], [206, CONTENT.slice(1000, 2000)]);
}

Deno.test("Port has room for another address beside one that follows its state without end", async () => {
  await using server = await serve({ connections: 4, streams: 4 });
  await using _hostile = await ask(server, EVENTS, 12);
  using follower = await server.connect(HONEST);
  await follower.ask(EVENTS);
  assertEquals((await follower.head()).status, 200);
  await follower.textUntil("\n\n");
  using client = await server.connect(HONEST);
  await takePart(client, server);
  await using _more = await ask(server, EVENTS, 12);
  server.port.service.pause();
  const told = await follower.textUntil('"paused"}\n\n');
  const states = [...told.matchAll(/"state":"(\w+)"/g)].map(([, state]) => state);
  // Whether it was quiet for long enough in between is a matter of time.
  assertEquals(states.filter((state) => state !== "listening"), ["sending", "paused"]);
});

Deno.test("Port takes a place from the address that holds most of them, all of them busy", async () => {
  await using server = await serve({ connections: 8 });
  await using _hostile = await ask(server, server.target, 12);
  using client = await server.connect(HONEST);
  await takePart(client, server);
  await using _more = await ask(server, server.target, 12);
  await takePart(client, server);
});

Deno.test("Port keeps room for others, however much one address is sent and does not take", async () => {
  await using server = await serve({ connections: 8 });
  await using stack = new AsyncDisposableStack();
  // Each time a place is taken from the hostile client, which then wants it back.
  for (let round = 0; round < 20; round++) {
    stack.use(await ask(server, server.target, 8));
    using client = await server.connect(HONEST);
    await takePart(client, server);
  }
});

Deno.test("Port has no fewer places for requests where many follow its state", async () => {
  await using server = await serve({ connections: 2, streams: 8 });
  await using _followers = await ask(server, EVENTS, 8);
  server.port.service.pause();
  await using _first = await ask(server, server.target, 1);
  using second = await server.connect(HOSTILE);
  await second.ask(server.target, { Range: "bytes=0-9" });
  assertEquals((await second.head()).status, 206);
});

Deno.test("Port answers 503 when every address has its share", async () => {
  await using server = await serve({ connections: 2 });
  server.port.service.pause();
  await using _first = await ask(server, server.target, 1);
  using second = await server.connect(HONEST);
  await second.ask(server.target);
  await second.head();
  using third = await server.connect(HONEST);
  assertEquals((await third.answer()).status, 503);
});

Deno.test("Port gives each address its share of a limited rate, however many connections it has", async () => {
  await using server = await serve({}, { limitRate: 2_000_000 });
  const { rate } = server.port.service;
  const hostile = await Promise.all(Array.from({ length: 100 }, () => server.connect(HOSTILE)));
  for (const client of hostile) await client.ask(server.target);
  while ((rate?.waiting ?? 0) < 90) await server.told("figures");
  using client = await server.connect(HONEST);
  const before = server.port.service.sentBytes;
  for (let part = 0; part < 3; part++) await takePart(client, server);
  const others = server.port.service.sentBytes - before - 3_000;
  assert(others < 20 * (rate?.chunkBytes ?? 0), `${others} bytes for others`);
  for (const client of hostile) client.close();
});

Deno.test("Port lets one address have little sent that it does not take, whatever it asks for", async () => {
  const turns = new SendTurns(0.001);
  await using server = await serve({}, {}, turns);
  const hostile = await Promise.all(Array.from({ length: 200 }, () => server.connect(HOSTILE)));
  const targets = [server.target, "/.multiport/info", "/nothing"];
  for (const [at, client] of hostile.entries()) await client.ask(targets[at % 3] as string);
  // One turn is free.
  while (turns.waiting < 200 - FAVOURED_CONNECTIONS - 1) await server.told("figures");
  using client = await server.connect(HONEST);
  await client.ask(server.target);
  assertEquals((await client.answer()).content.length, CONTENT.length);
  const others = server.port.service.sentBytes - CONTENT.length;
  assert(others < (FAVOURED_CONNECTIONS + 1) * PROVEN_BYTES, `${others} bytes for others`);
  for (const client of hostile) client.close();
});
