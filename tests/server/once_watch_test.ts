import { assertEquals } from "@std/assert";
import { OnceWatch } from "../../lib/server/once_watch.ts";

const SIZE = 100;

function send(watch: OnceWatch, client: string, start: number, end: number, nowMs: number): void {
  watch.begun(client, SIZE);
  watch.sent(client, SIZE, { start, end }, nowMs);
}

Deno.test("OnceWatch is satisfied when one client has taken every part and has gone", () => {
  const watch = new OnceWatch();
  watch.connected("a", SIZE);
  watch.connected("a", SIZE);
  send(watch, "a", 50, 100, 1);
  send(watch, "a", 0, 60, 2);
  watch.disconnected("a", SIZE);
  assertEquals(watch.isSatisfied(3), false);
  watch.disconnected("a", SIZE);
  assertEquals(watch.isSatisfied(3), true);
});

Deno.test("OnceWatch is satisfied when a client that has everything asks for no more", () => {
  const watch = new OnceWatch();
  watch.connected("a", SIZE);
  watch.begun("a", SIZE);
  send(watch, "a", 0, 100, 1000);
  assertEquals(watch.isSatisfied(60_000), false);
  watch.sent("a", SIZE, { start: 0, end: 1 }, 60_000);
  assertEquals(watch.isSatisfied(60_001), false);
  assertEquals(watch.isSatisfied(62_000), true);
});

Deno.test("OnceWatch does not add up what different clients take", () => {
  const watch = new OnceWatch();
  send(watch, "a", 0, 50, 1);
  send(watch, "b", 50, 100, 1);
  assertEquals(watch.isSatisfied(60_000), false);
});

Deno.test("OnceWatch is not satisfied by a client that took a part and has gone", () => {
  const watch = new OnceWatch();
  watch.connected("a", SIZE);
  send(watch, "a", 0, 99, 1);
  watch.disconnected("a", SIZE);
  assertEquals(watch.isSatisfied(60_000), false);
});
