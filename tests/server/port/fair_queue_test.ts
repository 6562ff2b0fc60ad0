import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { FairQueue } from "../../../lib/server/port/fair_queue.ts";

/** Takes out everything. */
function drained<Item>(queue: FairQueue<Item>): Item[] {
  return Array.from({ length: queue.length }, () => queue.shift() as Item);
}

Deno.test("FairQueue keeps the order of one client, and lets clients take turns", () => {
  const queue = new FairQueue<string>();
  for (const item of ["a1", "a2", "a3"]) queue.push("a", 10, item);
  for (const item of ["b1", "b2"]) queue.push("b", 10, item);
  assertEquals(drained(queue), ["a1", "b1", "a2", "b2", "a3"]);
  assertEquals(queue.shift(), undefined);
});

Deno.test("FairQueue counts bytes, not items", () => {
  const queue = new FairQueue<string>();
  for (const item of ["a1", "a2"]) queue.push("a", 30, item);
  for (const item of ["b1", "b2", "b3", "b4"]) queue.push("b", 10, item);
  assertEquals(drained(queue), ["a1", "b1", "b2", "b3", "a2", "b4"]);
});

Deno.test("FairQueue lets nobody make up for what it did not want", () => {
  const queue = new FairQueue<string>();
  for (let at = 0; at < 100; at++) queue.push("a", 10, `a${at}`);
  for (let at = 0; at < 50; at++) queue.shift();
  for (let at = 0; at < 10; at++) queue.push("b", 10, `b${at}`);
  assertEquals(drained(queue).slice(0, 6).filter((item) => item.startsWith("b")).length, 3);
});

Deno.test("FairQueue remembers a client that wants one thing after the other", () => {
  const queue = new FairQueue<string>();
  const order: string[] = [];
  for (let at = 0; at < 20; at++) queue.push("a", 10, "a");
  queue.push("b", 10, "b");
  for (let at = 0; at < 10; at++) {
    const item = queue.shift() ?? "";
    order.push(item);
    if (item === "b") queue.push("b", 10, "b");
  }
  assertEquals(order.join(""), "ababababab");
});

Deno.test("FairQueue takes out what is not wanted any more", () => {
  const queue = new FairQueue<string>();
  queue.push("a", 10, "a1");
  queue.push("a", 10, "a2");
  assertEquals([queue.remove("a", "a1"), queue.remove("a", "a1")], [true, false]);
  assertEquals([queue.length, queue.shift()], [1, "a2"]);
});

Deno.test("FairQueue never lets a client that waits fall behind another by more than two items", () => {
  const pushes = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 1, max: 9 })));
  fc.assert(fc.property(pushes, (pushes) => {
    const queue = new FairQueue<readonly [client: string, bytes: number]>();
    for (const push of pushes) queue.push(...push, push);
    const left = new Map<string, number>();
    const taken = new Map<string, number>();
    for (const [client] of pushes) left.set(client, (left.get(client) ?? 0) + 1);
    for (const [client, bytes] of drained(queue)) {
      taken.set(client, (taken.get(client) ?? 0) + bytes);
      left.set(client, (left.get(client) ?? 0) - 1);
      const waiting = [...left].filter(([, items]) => items > 0).map(([name]) => name);
      for (const other of waiting) {
        assert((taken.get(client) ?? 0) - (taken.get(other) ?? 0) <= 18);
      }
    }
  }));
});

Deno.test("FairQueue forgets clients that want nothing", () => {
  const queue = new FairQueue<number>();
  for (let at = 0; at < 100_000; at++) {
    queue.push(`client ${at}`, 1, at);
    assertEquals(queue.shift(), at);
  }
  assertEquals(queue.length, 0);
});
