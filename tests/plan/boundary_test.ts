import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { nearestBoundary } from "../../lib/plan/boundary.ts";

const PIECE = 1 << 20;

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
