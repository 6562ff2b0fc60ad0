import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { type Pace, shareToMove } from "../../lib/plan/rebalance.ts";
import { GRAIN_LENGTH, REBALANCE_SECONDS } from "../../lib/plan/limits.ts";

const MIB = 1 << 20;

function pace(remaining: number, rate: number, more: Partial<Pace> = {}): Pace {
  return { remaining, rate, isMeasured: true, latency: REBALANCE_SECONDS, ...more };
}

/** Seconds until the later of the two is done. */
function end(giver: Pace, taker: Pace, share: number): number {
  const busy = Math.max(taker.remaining / taker.rate, taker.latency);
  return Math.max((giver.remaining - share) / giver.rate, busy + share / taker.rate);
}

Deno.test("shareToMove() lets both end together", () => {
  const giver = pace(100 * MIB, MIB);
  const share = shareToMove(giver, pace(0, 3 * MIB));
  assertAlmostEquals(share / MIB, 75, 0.1);
  const taker = pace(20 * MIB, 4 * MIB);
  const less = shareToMove(giver, taker);
  assertAlmostEquals((giver.remaining - less) / giver.rate, (less + 20 * MIB) / taker.rate, 1e-6);
});

Deno.test("shareToMove() is 0 when too little would be won", () => {
  assertEquals(shareToMove(pace(30_000, 1e6), pace(0, 1e6)), 0);
  assertEquals(shareToMove(pace(MIB, MIB), pace(MIB, MIB)), 0);
  assertEquals(shareToMove(pace(MIB, 100 * MIB), pace(0, 1000)), 0);
  assertEquals(shareToMove(pace(MIB, MIB), pace(0, 1000)), 0);
});

Deno.test("shareToMove() asks more of a taker that is far away, or not known", () => {
  const giver = pace(0.4 * MIB, MIB);
  assert(shareToMove(giver, pace(0, MIB)) > 0);
  assertEquals(shareToMove(giver, pace(0, MIB, { latency: 0.2 })), 0);
  assertEquals(shareToMove(giver, pace(0, MIB, { isMeasured: false })), 0);
  assert(shareToMove(pace(4 * MIB, MIB), pace(0, MIB, { isMeasured: false })) > 0);
});

Deno.test("shareToMove() leaves nothing behind with a source that stands still", () => {
  assertEquals(shareToMove(pace(MIB, 1), pace(0, MIB)), MIB);
  assertEquals(shareToMove(pace(1, 1), pace(0, MIB)), 1);
});

Deno.test("shareToMove() is a grain or more, or everything", () => {
  const bytes = fc.integer({ min: 1, max: 2 ** 34 });
  const rate = fc.integer({ min: 1, max: 2 ** 30 });
  fc.assert(fc.property(bytes, rate, fc.nat({ max: 2 ** 30 }), rate, (remaining, v, left, t) => {
    const share = shareToMove(pace(remaining, v), pace(left, t));
    assert(share === 0 || share >= Math.min(remaining, GRAIN_LENGTH));
    assert(share <= remaining);
  }));
});

Deno.test("shareToMove() brings the end nearer, or is 0", () => {
  const bytes = fc.integer({ min: 1, max: 2 ** 34 });
  const rate = fc.integer({ min: 1, max: 2 ** 30 });
  fc.assert(fc.property(bytes, rate, fc.nat({ max: 2 ** 30 }), rate, (remaining, v, left, t) => {
    const giver = pace(remaining, v);
    const taker = pace(left, t);
    const share = shareToMove(giver, taker);
    if (share > 0) assert(end(giver, taker, share) < remaining / v);
  }));
});
