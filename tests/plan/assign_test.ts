import { assertEquals } from "@std/assert";
import { assign } from "../../lib/plan/assign.ts";
import { MIN_SHARE_LENGTH } from "../../lib/plan/limits.ts";
import { SourceWork } from "../../lib/plan/source_work.ts";

const PIECE = 1 << 20;

function sources(count: number): SourceWork[] {
  return Array.from({ length: count }, (_, id) => new SourceWork(id));
}

Deno.test("assign() puts equal portions behind what sources have already", () => {
  const both = sources(2);
  both[0]?.queue.push({ start: 90 * PIECE, end: 91 * PIECE });
  assign([{ start: 0, end: 32 * PIECE }], both, PIECE);
  assertEquals(both.map(({ queue }) => queue.takeAll()), [
    [{ start: 90 * PIECE, end: 91 * PIECE }, { start: 0, end: 16 * PIECE }],
    [{ start: 16 * PIECE, end: 32 * PIECE }],
  ]);
});

Deno.test("assign() makes fewer portions where they would be too short", () => {
  const many = sources(10);
  assign([{ start: 0, end: 3 * MIN_SHARE_LENGTH }], many, PIECE);
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
  assign([{ start: 0, end: 1 }], one ? [one] : [], PIECE);
  assertEquals(one?.queue.bytes, 1);
});

Deno.test("assign() gives nobody what it delivered wrong before, if there is somebody else", () => {
  const three = sources(3);
  assign([{ start: 0, end: 3 * PIECE, notFrom: 2 }], three, PIECE);
  assertEquals(three.map(({ queue }) => queue.bytes / PIECE), [2, 1, 0]);
  const alone = sources(1);
  assign([{ start: 0, end: 3 * PIECE, notFrom: 0 }], alone, PIECE);
  assertEquals(alone[0]?.queue.bytes, 3 * PIECE);
});
