import { assertEquals } from "@std/assert";
import { TestPort } from "./test_port.ts";
import { randomBytes } from "../temporary_file.ts";

const CONTENT = randomBytes(32 * 1024 * 1024);
const EVENTS = "/.multiport/events";
const event = (state: string) => `event: state\ndata: {"state":"${state}"}\n\n`;

Deno.test("Port sends no content while paused, and goes on with the same answer", async () => {
  await using server = await TestPort.serve(CONTENT);
  using client = await server.connect();
  await client.ask(server.target);
  await client.head();
  await server.told("state", ({ state }) => state === "sending");
  server.port.service.pause();
  const before = await server.told("figures");
  const later = await server.told("figures");
  const latest = await server.told("figures");
  assertEquals(latest.figures.sent, later.figures.sent);
  assertEquals(before.figures.sent < CONTENT.length, true);
  server.port.service.resume();
  assertEquals(await client.bytes(CONTENT.length), CONTENT);
});

Deno.test("Port sends nothing of what waits for its turn under a rate limit, once paused", async () => {
  const limitRate = 10_000;
  await using server = await TestPort.serve(CONTENT, {}, { limitRate });
  const clients = await Promise.all(Array.from({ length: 20 }, () => server.connect()));
  for (const client of clients) await client.ask(server.target);
  await server.told("figures", ({ figures }) => figures.sent > 0);
  server.port.service.pause();
  const { figures: before } = await server.told("figures");
  let { figures: after } = await server.told("figures");
  while (after.atMs - before.atMs < 200) after = (await server.told("figures")).figures;
  assertEquals(after.sent, before.sent);
  for (const client of clients) client.close();
});

Deno.test("Port answers heads, info and events while paused", async () => {
  await using server = await TestPort.serve(CONTENT);
  server.port.service.pause();
  using other = await server.connect();
  using client = await server.connect();
  await client.ask(server.target, { Range: "bytes=0-9" });
  assertEquals((await client.head()).status, 206);
  await other.ask("/.multiport/info");
  assertEquals(
    JSON.parse(new TextDecoder().decode((await other.answer()).content)).state,
    "paused",
  );
  await other.ask(EVENTS);
  assertEquals((await other.head()).headers.get("content-type"), "text/event-stream");
  assertEquals(await other.textUntil("\n\n"), event("paused"));
  server.port.service.resume();
  assertEquals(await client.bytes(10), CONTENT.slice(0, 10));
});

Deno.test("Port lets a client go that leaves while paused, and keeps the others", async () => {
  await using server = await TestPort.serve(CONTENT);
  server.port.service.pause();
  using staying = await server.connect();
  await staying.ask(server.target, { Range: "bytes=0-9" });
  await staying.head();
  using leaving = await server.connect();
  await leaving.ask(server.target);
  await leaving.head();
  leaving.close();
  await server.told("disconnected");
  server.port.service.resume();
  assertEquals(await staying.bytes(10), CONTENT.slice(0, 10));
});

Deno.test("Port lets clients go that leave while paused, whatever they sent before", async () => {
  await using server = await TestPort.serve(CONTENT);
  server.port.service.pause();
  for (const bytes of [9_000, 1_000_000]) {
    using leaving = await server.connect();
    await leaving.ask(server.target);
    await leaving.head();
    await leaving.send("x".repeat(bytes)).catch(() => {}); // Cut off before it has sent everything.
    leaving.close();
    await server.told("disconnected");
  }
});

Deno.test("Port keeps requests that arrive while paused, and answers them afterwards", async () => {
  await using server = await TestPort.serve(CONTENT);
  server.port.service.pause();
  using client = await server.connect();
  await client.ask(server.target, { Range: "bytes=0-9" });
  await client.head();
  await client.ask(server.target, { Range: "bytes=10-19" });
  server.port.service.resume();
  assertEquals(await client.bytes(10), CONTENT.slice(0, 10));
  assertEquals((await client.answer()).content, CONTENT.slice(10, 20));
});

Deno.test("Port tells every change of its state to who follows it", async () => {
  await using server = await TestPort.serve(CONTENT);
  using follower = await server.connect();
  await follower.ask(EVENTS);
  await follower.head();
  assertEquals(await follower.textUntil("\n\n"), event("listening"));
  using client = await server.connect();
  await client.ask(server.target, { Range: "bytes=0-9" });
  assertEquals(await follower.textUntil("\n\n"), event("sending"));
  assertEquals(await follower.textUntil("\n\n"), event("listening"));
  server.port.service.pause();
  assertEquals(await follower.textUntil("\n\n"), event("paused"));
  server.port.service.resume();
  assertEquals(await follower.textUntil("\n\n"), event("listening"));
});

Deno.test("Port does not report the short silence between two requests", async () => {
  await using server = await TestPort.serve(CONTENT);
  using follower = await server.connect();
  await follower.ask(EVENTS);
  await follower.head();
  await follower.textUntil("\n\n");
  using client = await server.connect();
  for (let at = 0; at < 20; at++) {
    await client.ask(server.target, { Range: "bytes=0-9" });
    await client.answer();
  }
  assertEquals(await follower.textUntil("\n\n"), event("sending"));
  assertEquals(await follower.textUntil("\n\n"), event("listening"));
  server.port.service.pause();
  assertEquals(await follower.textUntil("\n\n"), event("paused"));
});

Deno.test("Port shows signs of life to who follows it", async () => {
  await using server = await TestPort.serve(CONTENT, { heartbeatMs: 10 });
  using follower = await server.connect();
  await follower.ask(EVENTS);
  await follower.head();
  await follower.textUntil("\n\n");
  assertEquals(await follower.textUntil("\n\n"), ":\n\n");
});

Deno.test("Port notices at once when a follower has gone", async () => {
  await using server = await TestPort.serve(CONTENT, { heartbeatMs: 1_000_000 });
  using follower = await server.connect();
  await follower.ask(EVENTS);
  await follower.head();
  follower.close();
  await server.told("disconnected");
});

Deno.test("Port.terminate() tells that it is terminated before it closes everything", async () => {
  await using server = await TestPort.serve(CONTENT, { farewellMs: 1_000_000 });
  using follower = await server.connect();
  await follower.ask(EVENTS);
  await follower.head();
  await follower.textUntil("\n\n");
  using client = await server.connect();
  server.port.service.pause();
  await client.ask(server.target);
  await client.head();
  await server.port.terminate();
  const told = new TextDecoder().decode(await follower.rest());
  assertEquals(told.endsWith(event("paused") + event("terminated")), true, told);
  assertEquals((await client.rest()).length, 0);
  assertEquals(await server.connect().catch(() => "refused"), "refused");
});

Deno.test("Port.close() tells that it is gone, which is not terminated", async () => {
  await using server = await TestPort.serve(CONTENT, { farewellMs: 1_000_000 });
  using follower = await server.connect();
  await follower.ask(EVENTS);
  await follower.head();
  await follower.textUntil("\n\n");
  using client = await server.connect();
  server.port.service.pause();
  await client.ask(server.target);
  await client.head();
  await server.port.close();
  const told = new TextDecoder().decode(await follower.rest());
  assertEquals(told.endsWith(event("paused") + event("gone")), true, told);
  assertEquals((await client.rest()).length, 0);
  assertEquals(
    server.messages.some((said) => said.type === "state" && said.state !== "paused"),
    false,
  );
});

Deno.test("Port.close() does not wait for ever for a follower that does not read", async () => {
  await using server = await TestPort.serve(CONTENT, { heartbeatMs: 1, farewellMs: 20 });
  using follower = await server.connect();
  await follower.ask(EVENTS);
  await follower.head();
  await server.port.close();
});

Deno.test("Port.terminate() tells also who had asked for the states a moment before", async () => {
  await using server = await TestPort.serve(CONTENT);
  using follower = await server.connect();
  await follower.ask("/.multiport/info");
  await follower.answer();
  const asking = follower.ask(EVENTS);
  const terminating = server.port.terminate();
  // The thread is held up for longer than such requests are waited for.
  for (const since = performance.now(); performance.now() - since < 50;);
  await asking;
  const { status } = await follower.head();
  const told = new TextDecoder().decode(await follower.rest());
  assertEquals([status, told], [200, event("terminated")]);
  await terminating;
});

Deno.test("Port.terminate() does not wait for ever for a follower that does not read", async () => {
  await using server = await TestPort.serve(CONTENT, { heartbeatMs: 1, farewellMs: 20 });
  using follower = await server.connect();
  await follower.ask(EVENTS);
  await follower.head();
  await server.port.terminate();
});
