import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { PieceSet, recut } from "../../lib/content/piece_set.ts";

Deno.test("PieceSet holds what a Set would", () => {
  const count = 40;
  fc.assert(fc.property(fc.array(fc.nat({ max: count - 1 })), (pieces) => {
    const set = new PieceSet(count);
    const model = new Set(pieces);
    for (const piece of pieces) set.add(piece);
    assertEquals([...set], [...model].sort((a, b) => a - b));
    assertEquals(set.size, model.size);
    for (let piece = 0; piece < count; piece += 1) assertEquals(set.has(piece), model.has(piece));
  }));
});

Deno.test("PieceSet is made again of its bits", () => {
  fc.assert(fc.property(fc.array(fc.nat({ max: 99 })), (pieces) => {
    const set = new PieceSet(100);
    for (const piece of pieces) set.add(piece);
    const again = new PieceSet(100, set.bits);
    assertEquals([...again], [...set]);
    assertEquals(again.size, set.size);
  }));
});

Deno.test("PieceSet leaves out bits and numbers that stand for no piece", () => {
  assertEquals([...new PieceSet(3, Uint8Array.of(0xff, 0xff))], [0, 1, 2]);
  assertEquals([...new PieceSet(20, Uint8Array.of(0x80))], [7]);
  const set = new PieceSet(3);
  for (const piece of [-1, 3, 4, 100]) set.add(piece);
  assertEquals({ size: set.size, bits: set.bits }, { size: 0, bits: Uint8Array.of(0) });
});

Deno.test("PieceSet.bits is a copy", () => {
  const set = new PieceSet(8);
  const before = set.bits;
  set.add(0);
  assertEquals([before[0], set.bits[0]], [0, 1]);
});

Deno.test("recut() keeps the pieces of another length that lie in those of the set", () => {
  const set = new PieceSet(4);
  for (const piece of [0, 1, 3]) set.add(piece);
  // Of 38 bytes there are 0 to 20 and 30 to 38.
  assertEquals([...recut(set, { size: 38, from: 10, to: 10 })], [0, 1, 3]);
  assertEquals([...recut(set, { size: 38, from: 10, to: 5 })], [0, 1, 2, 3, 6, 7]);
  assertEquals([...recut(set, { size: 38, from: 10, to: 7 })], [0, 1, 5]);
  assertEquals([...recut(set, { size: 38, from: 10, to: 20 })], [0]);
  assertEquals([...recut(set, { size: 38, from: 10, to: 100 })], []);
});
