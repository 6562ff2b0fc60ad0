import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Link, type LinkTraits } from "../../../testing/simulation/link.ts";

/** 1,000 bytes per second, a tenth of a second away. */
function link(more: Partial<LinkTraits> = {}): Link {
  return new Link({ rate: 1000, roundTrip: 0.1, burst: 0, lump: 1, ...more });
}

function block(id: number, start: number, end: number) {
  return { id, start, end };
}

/** What has arrived, as [start, end]. */
function taken(link: Link, now: number): [number, number][] {
  return link.take(now).map(({ start, end }) => [start, Math.round(end)]);
}

Deno.test("Link delivers after a round trip to connect and one to ask, at its rate", () => {
  const one = link();
  one.ask(block(1, 0, 1000), 0);
  assertEquals(taken(one, 0.2), []);
  assertEquals(taken(one, 0.5), [[0, 300]]);
  assertAlmostEquals(one.nextEnd, 1.2, 1e-9);
  assertEquals(taken(one, 1.2), [[300, 1000]]);
  assertEquals(one.nextEnd, Infinity);
});

Deno.test("Link sends the next block right behind one that it was asked for in time", () => {
  const one = link();
  one.ask(block(1, 0, 500), 0);
  one.ask(block(2, 500, 1000), 0.3);
  assertEquals(taken(one, 1.2), [[0, 500], [500, 1000]]);
  one.ask(block(3, 2000, 2100), 2);
  assertAlmostEquals(one.nextEnd, 2.2, 1e-9);
});

Deno.test("Link reports whole lumps, and the ends of blocks", () => {
  const one = link({ lump: 256 });
  one.ask(block(1, 0, 600), 0);
  assertEquals(taken(one, 0.6), [[0, 256]]);
  assertEquals(taken(one, 0.8), [[256, 600]]);
});

Deno.test("Link delivers a burst after a rest", () => {
  const one = link({ burst: 400 });
  one.ask(block(1, 0, 1000), 0);
  assertEquals(taken(one, 0.2), [[0, 400]]);
  assertAlmostEquals(one.nextEnd, 0.8, 1e-9);
});

Deno.test("Link follows its rate", () => {
  const one = link();
  one.ask(block(1, 0, 1000), 0);
  one.setRate(100, 0.7);
  assertAlmostEquals(one.nextEnd, 5.7, 1e-9);
  assertEquals(one.rate, 100);
});

Deno.test("Link lets what had left the server arrive when it is paused, and goes on when resumed", () => {
  const one = link();
  one.ask(block(1, 0, 1000), 0);
  one.pause(100, 0.5);
  assertEquals(taken(one, 9), [[0, 400]]);
  assertEquals([one.nextEnd, one.rate], [Infinity, 0]);
  one.resume(10);
  assertAlmostEquals(one.nextEnd, 10.6, 1e-9);
});

Deno.test("Link delivers a block that needs no more than what had left the server", () => {
  const one = link();
  one.ask(block(1, 0, 400), 0);
  one.pause(200, 0.4);
  assertEquals(taken(one, 2), [[0, 400]]);
});

Deno.test("Link.trim() ends a block where that is wanted, or where it is", () => {
  const one = link();
  one.ask(block(1, 0, 1000), 0);
  assertEquals(one.trim(1, 800, 0.5), 800);
  assertEquals(one.trim(1, 100, 0.6), 400);
  assertEquals(one.trim(1, 100, 0.7), undefined);
  assertEquals(taken(one, 2), [[0, 400]]);
});

Deno.test("Link.trim() costs a connection, and what was on its way", () => {
  const one = link();
  one.ask(block(1, 0, 1000), 0);
  one.trim(1, 500, 0.3);
  assertEquals(taken(one, 1), [[0, 500]]);
  assertEquals(one.discarded, 100);
  one.ask(block(2, 2000, 2100), 1);
  assertAlmostEquals(one.nextEnd, 1.3, 1e-9);
});

Deno.test("Link.trim() of a block that has not begun lets the one before end as it was", () => {
  const one = link();
  one.ask(block(1, 0, 500), 0);
  one.ask(block(2, 500, 1000), 0);
  assertEquals(one.trim(2, 500, 0.3), 500);
  assertEquals(taken(one, 5), [[0, 500]]);
  assertEquals(one.discarded, 100);
});

Deno.test("Link asks anew for what was asked for behind a block that is trimmed", () => {
  const one = link();
  one.ask(block(1, 0, 500), 0);
  one.ask(block(2, 800, 900), 0);
  one.trim(1, 300, 0.3);
  assertEquals(taken(one, 0.5), [[0, 300]]);
  assertAlmostEquals(one.nextEnd, 0.8, 1e-9);
});

Deno.test("Link loses with its connection what it was asked for", () => {
  const one = link();
  one.ask(block(1, 0, 1000), 0);
  assertEquals(taken(one, 0.5), [[0, 300]]);
  one.drop(0.6);
  assertEquals([taken(one, 9), one.nextEnd], [[], Infinity]);
  one.ask(block(2, 300, 400), 10);
  assertAlmostEquals(one.nextEnd, 10.3, 1e-9);
});
