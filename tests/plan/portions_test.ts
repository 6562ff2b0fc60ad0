import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { byteLength, type ByteRange } from "../../lib/byte_range.ts";
import { assign, portions } from "../../lib/plan/portions.ts";
import { MIN_SHARE_LENGTH } from "../../lib/plan/limits.ts";
import { SourceWork } from "../../lib/plan/source_work.ts";

const PIECE = 1024;

/** What is left of a file: in order, not overlapping, not touching. */
const ranges = fc.array(fc.tuple(fc.integer({ min: 1, max: 50_000 }), fc.nat({ max: 5_000 })), {
  minLength: 1,
  maxLength: 8,
}).map((steps) => {
  let at = 0;
  return steps.map(([length, gap]): ByteRange => {
    const start = at + gap;
    at = start + length + 1;
    return { start, end: start + length };
  });
});

Deno.test("portions() cuts one range into equal parts on piece boundaries", () => {
  assertEquals(portions([{ start: 0, end: 64 * PIECE }], 4, PIECE), [
    [{ start: 0, end: 16 * PIECE }],
    [{ start: 16 * PIECE, end: 32 * PIECE }],
    [{ start: 32 * PIECE, end: 48 * PIECE }],
    [{ start: 48 * PIECE, end: 64 * PIECE }],
  ]);
});

Deno.test("portions() cuts between pieces where portions have many of them", () => {
  const [first, second] = portions([{ start: 0, end: 25 * PIECE + 7 }], 2, PIECE);
  assertEquals(first, [{ start: 0, end: 13 * PIECE }]);
  assertEquals(second, [{ start: 13 * PIECE, end: 25 * PIECE + 7 }]);
});

Deno.test("portions() cuts pieces where whole ones would be unfair", () => {
  const lengths = portions([{ start: 0, end: 5 * PIECE }], 4, PIECE).map(byteLength);
  assertEquals(lengths, [1280, 1280, 1280, 1280]);
});

Deno.test("portions() leaves some empty when there are fewer bytes than portions", () => {
  const lengths = portions([{ start: 10, end: 13 }], 8, PIECE).map(byteLength);
  assertEquals(lengths.length, 8);
  assertEquals(lengths.reduce((sum, length) => sum + length), 3);
  assert(lengths.every((length) => length <= 1));
});

Deno.test("portions() of nothing are empty", () => {
  assertEquals(portions([], 3, PIECE), [[], [], []]);
});

Deno.test("portions() keeps from whom a range is not to come", () => {
  const [first, second] = portions([{ start: 0, end: 4096, notFrom: 7 }], 2, PIECE);
  assertEquals([first?.[0]?.notFrom, second?.[0]?.notFrom], [7, 7]);
});

Deno.test("portions() has every byte once, in order", () => {
  fc.assert(fc.property(ranges, fc.integer({ min: 1, max: 20 }), (given, count) => {
    const dealt = portions(given, count, PIECE).flat();
    assertEquals(joined(dealt), given.map(({ start, end }) => ({ start, end })));
  }));
});

Deno.test("portions() are equal but for an eighth", () => {
  fc.assert(fc.property(ranges, fc.integer({ min: 1, max: 20 }), (given, count) => {
    const fair = byteLength(given) / count;
    for (const portion of portions(given, count, PIECE)) {
      const off = Math.abs(byteLength(portion) - fair);
      assert(off <= fair / 8 + 1, `${byteLength(portion)} bytes instead of ${fair}`);
    }
  }));
});

/** The same bytes, as few ranges. */
function joined(parts: readonly ByteRange[]): ByteRange[] {
  const whole: ByteRange[] = [];
  for (const { start, end } of parts) {
    const last = whole.at(-1);
    if (last?.end === start) whole[whole.length - 1] = { start: last.start, end };
    else whole.push({ start, end });
  }
  return whole;
}

const MIB = 1 << 20;

function sources(count: number): SourceWork[] {
  return Array.from({ length: count }, (_, id) => new SourceWork(id));
}

Deno.test("assign() puts equal portions behind what sources have already", () => {
  const both = sources(2);
  both[0]?.queue.push({ start: 90 * MIB, end: 91 * MIB });
  assign([{ start: 0, end: 32 * MIB }], both, MIB);
  assertEquals(both.map(({ queue }) => queue.takeAll()), [
    [{ start: 90 * MIB, end: 91 * MIB }, { start: 0, end: 16 * MIB }],
    [{ start: 16 * MIB, end: 32 * MIB }],
  ]);
});

Deno.test("assign() makes fewer portions where they would be too short", () => {
  const many = sources(10);
  assign([{ start: 0, end: 3 * MIN_SHARE_LENGTH }], many, MIB);
  assertEquals(many.map(({ queue }) => queue.bytes / MIN_SHARE_LENGTH), [
    1,
    1,
    1,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
  ]);
  const [one] = sources(1);
  assign([{ start: 0, end: 1 }], one ? [one] : [], MIB);
  assertEquals(one?.queue.bytes, 1);
});

Deno.test("assign() gives nobody what it delivered wrong before, if there is somebody else", () => {
  const three = sources(3);
  assign([{ start: 0, end: 3 * MIB, notFrom: 2 }], three, MIB);
  assertEquals(three.map(({ queue }) => queue.bytes / MIB), [2, 1, 0]);
  const alone = sources(1);
  assign([{ start: 0, end: 3 * MIB, notFrom: 0 }], alone, MIB);
  assertEquals(alone[0]?.queue.bytes, 3 * MIB);
});
