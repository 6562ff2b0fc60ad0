import { assertEquals } from "@std/assert";
import { ClientWatch } from "../../lib/server/client_watch.ts";

const SIZE = 100;

function send(watch: ClientWatch, client: string, start: number, end: number, nowMs: number): void {
  watch.begun(client, SIZE, nowMs);
  watch.sent(client, SIZE, { start, end }, nowMs);
}

Deno.test("ClientWatch is satisfied when one client has taken every part and has gone", () => {
  const watch = new ClientWatch();
  watch.connected("a", SIZE);
  watch.connected("a", SIZE);
  send(watch, "a", 50, 100, 1);
  send(watch, "a", 0, 60, 2);
  watch.disconnected("a", SIZE);
  assertEquals(watch.isSatisfied(3), false);
  watch.disconnected("a", SIZE);
  assertEquals(watch.isSatisfied(3), true);
});

Deno.test("ClientWatch is satisfied when a client that has everything asks for no more", () => {
  const watch = new ClientWatch();
  watch.digestsSettled(SIZE, 0);
  watch.connected("a", SIZE);
  watch.begun("a", SIZE, 0);
  send(watch, "a", 0, 100, 1000);
  assertEquals(watch.isSatisfied(60_000), false);
  watch.sent("a", SIZE, { start: 0, end: 1 }, 60_000);
  assertEquals(watch.isSatisfied(60_001), false);
  assertEquals(watch.isSatisfied(62_000), true);
});

Deno.test("ClientWatch is not satisfied while a client that has everything may wait for digests", () => {
  const watch = new ClientWatch();
  watch.connected("a", SIZE);
  send(watch, "a", 0, 100, 1);
  assertEquals(watch.isSatisfied(60_000), false);
  watch.digestsSettled(SIZE, 60_000);
  assertEquals(watch.isSatisfied(60_001), false);
  assertEquals(watch.isSatisfied(62_000), true);
});

Deno.test("ClientWatch does not add up what different clients take", () => {
  const watch = new ClientWatch();
  send(watch, "a", 0, 50, 1);
  send(watch, "b", 50, 100, 1);
  assertEquals(watch.isSatisfied(60_000), false);
});

Deno.test("ClientWatch is not satisfied by a client that took a part and has gone", () => {
  const watch = new ClientWatch();
  watch.connected("a", SIZE);
  send(watch, "a", 0, 99, 1);
  watch.disconnected("a", SIZE);
  assertEquals(watch.isSatisfied(60_000), false);
});

Deno.test("ClientWatch knows what every client has, and how fast it takes it", () => {
  const watch = new ClientWatch();
  watch.connected("a", SIZE);
  watch.connected("b", SIZE);
  send(watch, "a", 0, 50, 1_000);
  send(watch, "a", 25, 75, 2_000);
  assertEquals(watch.status(2_000), [
    { address: "a", size: SIZE, taken: 75, rate: 100 },
    { address: "b", size: SIZE, taken: 0, rate: 0 },
  ]);
  watch.disconnected("b", SIZE);
  assertEquals(watch.status(60_000), [{ address: "a", size: SIZE, taken: 75, rate: 0 }]);
});

Deno.test("ClientWatch counts what comes by an answer that goes on", () => {
  const watch = new ClientWatch();
  watch.connected("a", SIZE);
  watch.begun("a", SIZE, 0);
  watch.taken("a", SIZE, { start: 0, end: 20 }, 250);
  watch.taken("a", SIZE, { start: 20, end: 50 }, 500);
  assertEquals(watch.status(500), [{ address: "a", size: SIZE, taken: 50, rate: 100 }]);
  assertEquals(watch.sent("a", SIZE, { start: 50, end: SIZE }, 1_000), true);
  assertEquals(watch.status(1_000), [{ address: "a", size: SIZE, taken: SIZE, rate: 100 }]);
});

Deno.test("ClientWatch says once when a client has the whole file", () => {
  const watch = new ClientWatch();
  watch.begun("a", SIZE, 0);
  assertEquals(watch.sent("a", SIZE, { start: 0, end: 60 }, 1), false);
  assertEquals(watch.sent("a", SIZE, { start: 60, end: SIZE }, 2), true);
  assertEquals(watch.sent("a", SIZE, { start: 0, end: SIZE }, 3), false);
});
