import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { FORGET_SECONDS, REBALANCE_SECONDS } from "../../lib/plan/limits.ts";
import { RateMeter } from "../../lib/plan/rate_meter.ts";

/** Tells the meter of `rate` bytes per second, in reports `step` seconds apart. */
function flow(meter: RateMeter, rate: number, from: number, to: number, step = 0.1): void {
  for (let at = from + step; at < to + step / 2; at += step) meter.add(rate * step, at);
}

Deno.test("RateMeter does not know the rate before a window is full", () => {
  const meter = new RateMeter();
  assertEquals(meter.bytesPerSecond, undefined);
  meter.expect(0);
  meter.add(1000, 0.3);
  assertEquals(meter.bytesPerSecond, undefined);
  meter.add(1000, 0.34);
  assertEquals(meter.bytesPerSecond, undefined);
  meter.add(1000, 0.4);
  assertAlmostEquals(meter.bytesPerSecond ?? 0, 20_000, 1);
});

Deno.test("RateMeter measures an even flow exactly, however finely it is reported", () => {
  for (const step of [0.001, 0.01, 0.1, 0.5]) {
    const meter = new RateMeter();
    meter.expect(0);
    flow(meter, 1e6, 0, 3, step);
    assertAlmostEquals(meter.bytesPerSecond ?? 0, 1e6, 1e3);
  }
});

Deno.test("RateMeter does not count the wait for the first byte", () => {
  const meter = new RateMeter();
  meter.expect(0);
  for (const at of [0.1, 0.2, 0.3]) meter.add(0, at);
  flow(meter, 1e6, 0.3, 0.6);
  assertAlmostEquals(meter.bytesPerSecond ?? 0, 1e6, 1);
});

Deno.test("RateMeter believes a drop sooner than a rise", () => {
  const meter = new RateMeter();
  meter.expect(0);
  flow(meter, 1e6, 0, 1);
  flow(meter, 1e5, 1, 1.2);
  const dropped = meter.bytesPerSecond ?? 0;
  assert(dropped < 2e5, `${dropped}`);
  flow(meter, 1e5, 1.2, 2);
  flow(meter, 1e6, 2, 2.2);
  const risen = meter.bytesPerSecond ?? 0;
  assert(risen > 5e5 && risen < 7e5, `${risen}`);
});

Deno.test("RateMeter keeps the rate while it waits for a new first byte", () => {
  const meter = new RateMeter();
  meter.expect(0);
  flow(meter, 1e6, 0, 1);
  meter.rest(1);
  meter.expect(1.5);
  meter.add(0, 1.6);
  assertAlmostEquals(meter.bytesPerSecond ?? 0, 1e6, 1);
});

Deno.test("RateMeter forgets the rate of a source that had nothing to do for long", () => {
  const meter = new RateMeter();
  meter.expect(0);
  flow(meter, 1e6, 0, 1);
  meter.rest(1.5);
  meter.rest(1.5 + FORGET_SECONDS - 0.1);
  assertAlmostEquals(meter.bytesPerSecond ?? 0, 1e6, 1);
  meter.rest(1.5 + FORGET_SECONDS);
  assertEquals(meter.bytesPerSecond, undefined);
});

Deno.test("RateMeter.latency is what the first byte took, as soon as the rate is known", () => {
  const meter = new RateMeter();
  assertEquals(meter.latency, REBALANCE_SECONDS);
  meter.expect(10);
  meter.add(0, 10.1);
  // The first byte came at 10.15: half a report's bytes are there.
  meter.add(50_000, 10.2);
  assertEquals(meter.latency, REBALANCE_SECONDS);
  meter.add(100_000, 10.3);
  assertAlmostEquals(meter.latency, 0.15, 1e-6);
});

Deno.test("RateMeter.latency is the least that was seen", () => {
  const meter = new RateMeter();
  meter.expect(0);
  flow(meter, 1e6, 0.2, 0.5);
  assertAlmostEquals(meter.latency, 0.2, 1e-6);
  meter.expect(1);
  flow(meter, 1e6, 1.05, 1.5);
  assertAlmostEquals(meter.latency, 0.05, 1e-6);
  meter.expect(2);
  flow(meter, 1e6, 2.3, 3);
  assertAlmostEquals(meter.latency, 0.05, 1e-6);
});

Deno.test("RateMeter.latency does not come from bytes that were asked for long before", () => {
  const meter = new RateMeter();
  meter.expectMore(0);
  flow(meter, 1e6, 0.4, 1);
  assertEquals(meter.latency, REBALANCE_SECONDS);
});

Deno.test("RateMeter.leastBytesPerSecond tells of sources that are done before a window is full", () => {
  const meter = new RateMeter();
  assertEquals(meter.leastBytesPerSecond, 0);
  meter.expect(0);
  meter.add(1000, 0.1);
  meter.add(1000, 0.14);
  assertAlmostEquals(meter.leastBytesPerSecond, 2000 / 0.14, 1e-6);
  meter.rest(0.14);
  meter.expect(1);
  meter.add(1000, 1.01);
  assertAlmostEquals(meter.leastBytesPerSecond, 100_000, 1e-3);
  assertEquals(meter.bytesPerSecond, undefined);
});

Deno.test("RateMeter.leastBytesPerSecond cannot be told of bytes that come in no time", () => {
  const meter = new RateMeter();
  meter.expect(1);
  meter.add(1000, 1);
  assertEquals(meter.leastBytesPerSecond, 0);
});

Deno.test("RateMeter.leastBytesPerSecond does not come from bytes that were asked for long before", () => {
  const meter = new RateMeter();
  meter.expectMore(1);
  meter.add(1000, 1.01);
  assertEquals(meter.leastBytesPerSecond, 0);
});

Deno.test("RateMeter.silence() is 0 between two reports, and grows when one is missed", () => {
  const meter = new RateMeter();
  meter.expect(0);
  flow(meter, 1e6, 0.2, 1);
  assertEquals(meter.silence(1.1), 0);
  meter.add(0, 1.1);
  assertAlmostEquals(meter.silence(1.2), 0.2, 1e-6);
  meter.add(1000, 1.3);
  assertEquals(meter.silence(1.3), 0);
});

Deno.test("RateMeter.silence() gives the first byte time: the more, the less is known", () => {
  const meter = new RateMeter();
  meter.expect(0);
  assertEquals(meter.silence(0.4), 0);
  assertAlmostEquals(meter.silence(0.6), 0.6, 1e-6);
  flow(meter, 1e6, 0.6, 2);
  meter.rest(2);
  meter.expect(3);
  assertEquals(meter.silence(3.4), 0);
  const near = new RateMeter();
  near.expect(0);
  flow(near, 1e6, 0, 1);
  near.expect(1);
  assertAlmostEquals(near.silence(1.3), 0.3, 1e-6);
});

Deno.test("RateMeter.silence() is remembered of a source that was relieved of its work", () => {
  const meter = new RateMeter();
  meter.expect(0);
  flow(meter, 1e6, 0, 1);
  meter.rest(1.4);
  assertAlmostEquals(meter.silence(1.9), 0.4, 1e-6);
  meter.rest(1.4 + FORGET_SECONDS);
  assertEquals(meter.silence(4), 0);
});

Deno.test("RateMeter stays between the slowest and the fastest that it saw", () => {
  const reports = fc.array(
    fc.record({
      rate: fc.integer({ min: 1000, max: 1_000_000 }),
      // Longer than the shortest window by more than sums of such numbers are rounded by.
      seconds: fc.integer({ min: 6, max: 100 }).map((hundredths) => hundredths / 100),
    }),
    { minLength: 2, maxLength: 30 },
  );
  fc.assert(fc.property(reports, (given) => {
    const meter = new RateMeter();
    meter.expect(0);
    let at = 0;
    for (const { rate, seconds } of given) meter.add(rate * seconds, at += seconds);
    const rates = given.slice(1).map(({ rate }) => rate);
    const measured = meter.bytesPerSecond ?? NaN;
    assert(measured >= Math.min(...rates) * 0.999 && measured <= Math.max(...rates) * 1.001);
  }));
});
