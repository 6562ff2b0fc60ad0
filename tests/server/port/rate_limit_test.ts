import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { RateLimit } from "../../../lib/server/port/rate_limit.ts";

Deno.test("RateLimit lets 50 ms worth through at once", () => {
  assertEquals(new RateLimit(1_000_000).chunkBytes, 50_000);
  assertEquals(new RateLimit(1).chunkBytes, 1);
});

Deno.test("RateLimit spaces chunks out so that the rate comes out right", () => {
  const limit = new RateLimit(1_000_000);
  let nowMs = 1000;
  for (let sent = 0; sent < 100; sent++) nowMs += limit.reserve(limit.chunkBytes, nowMs);
  assertEquals(Math.round(nowMs), 1000 + 98 * 50);
});

Deno.test("RateLimit makes up for late timers, but not for long silence", () => {
  const limit = new RateLimit(1_000_000);
  limit.reserve(50_000, 0);
  limit.reserve(50_000, 0);
  assertEquals(limit.reserve(50_000, 70), 0);
  assertEquals(limit.reserve(50_000, 100_000), 0);
  assertEquals(limit.reserve(50_000, 100_000), 0);
  assertEquals(limit.reserve(50_000, 100_000), 50);
});

Deno.test("RateLimit frees what was reserved and given back, and no more", () => {
  const limit = new RateLimit(1_000_000);
  for (let at = 0; at < 10; at++) limit.reserve(50_000, 0);
  limit.giveBack(400_000);
  assertEquals(limit.reserve(50_000, 0), 50);
  limit.giveBack(50_000);
  assertEquals(limit.reserve(50_000, 0), 50);
});

Deno.test("RateLimit never lets more through than the rate and one credit allow", () => {
  const steps = fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 1, max: 50_000 })));
  fc.assert(fc.property(steps, (steps) => {
    const limit = new RateLimit(1_000_000);
    let nowMs = 0;
    let sent = 0;
    for (const [pauseMs, bytes] of steps) {
      nowMs += pauseMs;
      nowMs += limit.reserve(bytes, nowMs);
      assert(sent <= nowMs * 1000 + 50_000 + 1);
      sent += bytes;
    }
  }));
});

Deno.test("RateLimit tells whoever ends its wait that nothing may be sent", async () => {
  const limit = new RateLimit(1);
  limit.reserve(100, performance.now());
  const stop = new AbortController();
  const turn = limit.turn("::1", 1, stop.signal);
  assertEquals(limit.waiting, 1);
  stop.abort();
  assertEquals([await turn, limit.waiting], [0, 0]);
  assertEquals(await limit.turn("::1", 1, stop.signal), 0);
});

Deno.test("RateLimit lets the next one begin as soon as time is given back", async () => {
  const limit = new RateLimit(1);
  limit.reserve(3_600, performance.now());
  const turn = limit.turn("::1", 1, new AbortController().signal);
  limit.giveBack(3_600);
  assertEquals(await turn, 1);
});
