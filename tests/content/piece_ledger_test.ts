import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { PieceLedger } from "../../lib/content/piece_ledger.ts";

Deno.test("PieceLedger.deliver() tells which pieces are whole since", () => {
  const ledger = new PieceLedger(2500, 1000);
  assertEquals(ledger.count, 3);
  assertEquals(ledger.deliver(1, { start: 0, end: 999 }), []);
  assertEquals(ledger.deliver(1, { start: 999, end: 2100 }), [0, 1]);
  assertEquals(ledger.deliver(2, { start: 2100, end: 2500 }), [2]);
  assertEquals([ledger.whole, ledger.isWhole(2)], [3, true]);
});

Deno.test("PieceLedger.rangeOf() ends with the file", () => {
  const ledger = new PieceLedger(2500, 1000);
  assertEquals(ledger.rangeOf(1), { start: 1000, end: 2000 });
  assertEquals(ledger.rangeOf(2), { start: 2000, end: 2500 });
});

Deno.test("PieceLedger.originOf() blames one source only for what it delivered alone", () => {
  const ledger = new PieceLedger(4000, 1000);
  ledger.deliver(5, { start: 0, end: 1500 });
  ledger.deliver(6, { start: 1500, end: 2000 });
  ledger.deliver(undefined, { start: 2000, end: 3000 });
  assertEquals([0, 1, 2, 3].map((piece) => ledger.originOf(piece)), [
    5,
    "several",
    "several",
    "nobody",
  ]);
});

Deno.test("PieceLedger.originOf() knows source 0", () => {
  const ledger = new PieceLedger(1000, 1000);
  ledger.deliver(0, { start: 0, end: 1000 });
  assertEquals(ledger.originOf(0), 0);
});

Deno.test("PieceLedger.discard() forgets bytes and origin", () => {
  const ledger = new PieceLedger(2000, 1000);
  ledger.deliver(1, { start: 0, end: 1000 });
  ledger.discard(0);
  assertEquals([ledger.whole, ledger.isWhole(0), ledger.originOf(0)], [0, false, "nobody"]);
  assertEquals(ledger.deliver(2, { start: 0, end: 1000 }), [0]);
  assertEquals(ledger.originOf(0), 2);
  ledger.deliver(1, { start: 1000, end: 1500 });
  ledger.discard(1);
  assertEquals(ledger.whole, 1);
});

Deno.test("PieceLedger of an empty file has no pieces", () => {
  assertEquals(new PieceLedger(0, 1000).count, 0);
});

Deno.test("PieceLedger knows after any deliveries what a list of bytes would", () => {
  const size = 97;
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: size - 1 }), { maxLength: 20 });
  const owners = fc.array(fc.nat({ max: 2 }), { minLength: 21, maxLength: 21 });
  fc.assert(fc.property(cuts, owners, fc.integer({ min: 1, max: 40 }), (given, who, length) => {
    const ledger = new PieceLedger(size, length);
    const bytes: (number | undefined)[] = Array.from({ length: size });
    const ends = [...given, size].sort((a, b) => a - b);
    const order = ends.map((end, at) => ({ start: ends[at - 1] ?? 0, end, source: who[at] ?? 0 }));
    for (const { start, end, source } of order.sort((a, b) => a.source - b.source)) {
      const completed = ledger.deliver(source, { start, end });
      bytes.fill(source, start, end);
      for (let piece = 0; piece < ledger.count; piece += 1) {
        const range = ledger.rangeOf(piece);
        const part = bytes.slice(range.start, range.end);
        assertEquals(ledger.isWhole(piece), !part.includes(undefined));
        const sources = [...new Set(part.filter((owner) => owner !== undefined))];
        const origin = sources.length > 1 ? "several" : sources[0] ?? "nobody";
        assertEquals(ledger.originOf(piece), origin);
        const isNew = completed.includes(piece);
        if (isNew) assertEquals(range.start < end && start < range.end, true);
      }
    }
    assertEquals(ledger.whole, ledger.count);
  }));
});
