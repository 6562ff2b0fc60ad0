import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { backCut, blockEnd, nearestBoundary, wholePieces } from "../../lib/plan/cuts.ts";
import { FIRST_BLOCK_LENGTH, GRAIN_LENGTH, MAX_BLOCK_LENGTH } from "../../lib/plan/limits.ts";
import { SourceWork } from "../../lib/plan/source_work.ts";

const PIECE = 1 << 20;

/** A source of that rate with so many bytes left. */
function sourceOf(rate: number | undefined, remaining: number): SourceWork {
  const source = new SourceWork(1);
  source.queue.push({ start: 0, end: remaining });
  if (rate !== undefined) {
    source.meter.expect(0);
    for (const at of [0, 1]) source.meter.add(rate, at);
  }
  return source;
}

Deno.test("blockEnd() is where the first block of a source whose rate is unknown ends", () => {
  const source = sourceOf(undefined, 100 * PIECE);
  assertEquals(blockEnd(source, { start: 0, end: 100 * PIECE }, PIECE), FIRST_BLOCK_LENGTH);
});

Deno.test("blockEnd() is as far away as a source of unknown rate was seen to come in a second", () => {
  const source = sourceOf(undefined, 1000 * PIECE);
  source.meter.expect(0);
  source.meter.add(3 * PIECE, 0.1);
  assertEquals(blockEnd(source, { start: 0, end: 1000 * PIECE }, PIECE), 30 * PIECE);
  const slow = sourceOf(undefined, 1000 * PIECE);
  slow.meter.expect(0);
  slow.meter.add(PIECE, 1);
  assertEquals(blockEnd(slow, { start: 0, end: 1000 * PIECE }, PIECE), FIRST_BLOCK_LENGTH);
});

Deno.test("blockEnd() is about a second away, between pieces", () => {
  const source = sourceOf(10.4 * PIECE, 1000 * PIECE);
  assertEquals(blockEnd(source, { start: 5, end: 1000 * PIECE }, PIECE), 10 * PIECE);
});

Deno.test("blockEnd() comes nearer when little is left, but not too near", () => {
  const rate = 10 * PIECE;
  const range = { start: 0, end: 1000 * PIECE };
  assertEquals(blockEnd(sourceOf(rate, 20 * PIECE), range, PIECE), 5 * PIECE);
  assertEquals(blockEnd(sourceOf(rate, 4 * PIECE), range, PIECE), 2 * PIECE);
});

Deno.test("blockEnd() is at a round number where a piece is too long for the source", () => {
  const end = blockEnd(sourceOf(100_000, PIECE), { start: 7, end: PIECE }, PIECE);
  assertEquals(end, 7 * GRAIN_LENGTH);
});

Deno.test("blockEnd() leaves no crumbs", () => {
  const source = sourceOf(100_000, 120_000);
  assertEquals(blockEnd(source, { start: 0, end: 40_000 }, PIECE), 40_000);
});

Deno.test("blockEnd() lies inside the range and makes blocks of bounded length", () => {
  const rate = fc.option(fc.integer({ min: 0, max: 2 ** 40 }), { nil: undefined });
  const bytes = fc.integer({ min: 1, max: 2 ** 45 });
  const exponent = fc.integer({ min: 20, max: 30 });
  fc.assert(
    fc.property(rate, bytes, bytes, bytes, exponent, (speed, left, start, length, power) => {
      const range = { start, end: start + length };
      const end = blockEnd(sourceOf(speed, left), range, 2 ** power);
      assert(Number.isInteger(end) && end > start && end <= range.end);
      assert(end === range.end || end - start >= GRAIN_LENGTH / 2);
      assert(end - start <= MAX_BLOCK_LENGTH + 2 * GRAIN_LENGTH);
    }),
  );
});

Deno.test("nearestBoundary() is between pieces when the share has eight or more", () => {
  assertEquals(nearestBoundary(10.4 * PIECE, 8 * PIECE, PIECE), 10 * PIECE);
  assertEquals(nearestBoundary(10.6 * PIECE, 8 * PIECE, PIECE), 11 * PIECE);
});

Deno.test("nearestBoundary() is finer when the share is smaller", () => {
  assertEquals(nearestBoundary(10.4 * PIECE, 8 * PIECE - 1, PIECE), 10.5 * PIECE);
  assertEquals(nearestBoundary(1001, 64, PIECE), 1000);
  assertEquals(nearestBoundary(1001, 1, PIECE), 1001);
});

Deno.test("nearestBoundary() changes a share by a sixteenth at most", () => {
  const bytes = fc.integer({ min: 1, max: 2 ** 40 });
  fc.assert(fc.property(bytes, bytes, (position, share) => {
    const cut = nearestBoundary(position, share, PIECE);
    assert(Number.isInteger(cut));
    assert(Math.abs(cut - position) <= share / 16, `${cut} for ${position}, ${share}`);
  }));
});

Deno.test("backCut() leaves no crumbs of a range that is wanted whole", () => {
  assertEquals(backCut({ start: 7, end: 100 }, 93, 93, 8), 7);
  assertEquals(backCut({ start: 7, end: 100 }, 200, 200, 8), 7);
  assertEquals(backCut({ start: 0, end: 4 * PIECE }, PIECE + 5, 64 * PIECE, PIECE), 3 * PIECE);
});

Deno.test("wholePieces() cuts a range where its whole pieces begin and end", () => {
  assertEquals(wholePieces({ start: 5, end: 37 }, 8), {
    head: { start: 5, end: 8 },
    core: { start: 8, end: 37 },
  });
  assertEquals(wholePieces({ start: 5, end: 37 }, 8, 100), {
    head: { start: 5, end: 8 },
    core: { start: 8, end: 32 },
    tail: { start: 32, end: 37 },
  });
  assertEquals(wholePieces({ start: 8, end: 13 }, 8, 100), { tail: { start: 8, end: 13 } });
  assertEquals(wholePieces({ start: 9, end: 13 }, 8, 100), { head: { start: 9, end: 13 } });
  assertEquals(wholePieces({ start: 16, end: 20 }, 8, 20), { core: { start: 16, end: 20 } });
});
