import { assertEquals, assertThrows } from "@std/assert";
import {
  AHEAD_SECONDS,
  BLOCKS_AHEAD,
  FIRST_BLOCK_LENGTH,
  GRAIN_LENGTH,
} from "../../lib/plan/limits.ts";
import { SourceWork } from "../../lib/plan/source_work.ts";

/** A source with 1,000 bytes in its queue, of which blocks up to these ends were asked for. */
function sourceWith(...ends: number[]): SourceWork {
  const source = new SourceWork(1);
  source.queue.push({ start: 0, end: 1000 });
  ends.forEach((end, at) => source.launch(at + 1, end, 0));
  return source;
}

function flights(source: SourceWork) {
  return source.flights.map(({ id, start, end }) => ({ id, start, end }));
}

Deno.test("SourceWork.launch() takes blocks from the front of the queue", () => {
  const source = sourceWith();
  assertEquals(source.launch(7, 400, 0), { id: 7, start: 0, end: 400 });
  assertEquals(source.launch(8, 1000, 0), { id: 8, start: 400, end: 1000 });
  assertEquals([source.remaining, source.queue.bytes], [1000, 0]);
});

Deno.test("SourceWork.receive() counts bytes in the order in which blocks were asked for", () => {
  const source = sourceWith(100, 200, 300);
  source.receive(150, 0);
  assertEquals(flights(source), [{ id: 2, start: 150, end: 200 }, { id: 3, start: 200, end: 300 }]);
  assertEquals(source.remaining, 850);
  source.receive(150, 0);
  assertEquals(flights(source), []);
});

Deno.test("SourceWork.receive() refuses bytes that nobody asked for", () => {
  const source = sourceWith(100);
  assertThrows(() => source.receive(101, 0), RangeError, "Source 1 delivered 1 bytes");
});

Deno.test("SourceWork.meter measures from the first byte on, and rests when nothing is asked for", () => {
  const source = new SourceWork(1);
  source.queue.push({ start: 0, end: 400_000 });
  source.launch(1, 200_000, 0);
  source.launch(2, 400_000, 0.1);
  for (const at of [0.2, 0.3, 0.4, 0.5]) source.receive(100_000, at);
  assertEquals(Math.round(source.meter.bytesPerSecond ?? 0), 1_000_000);
  assertEquals(Math.round(1000 * source.meter.latency), 100);
  source.receive(0, 0.8);
  assertEquals(source.meter.silence(0.8), 0);
});

Deno.test("SourceWork.shorten() gives back what a block loses", () => {
  const source = sourceWith(100, 200);
  assertEquals(rangeOf(source.shorten(2, 150)), { start: 150, end: 200 });
  assertEquals(rangeOf(source.shorten(2, 100)), { start: 100, end: 150 });
  assertEquals(flights(source), [{ id: 1, start: 0, end: 100 }]);
});

Deno.test("SourceWork.shorten() drops a block of which nothing is left, and no other", () => {
  const source = sourceWith(100, 200, 300);
  assertEquals(rangeOf(source.shorten(2, 100)), { start: 100, end: 200 });
  assertEquals(flights(source).map(({ id }) => id), [1, 3]);
});

Deno.test("SourceWork.shorten() keeps what has arrived", () => {
  const source = sourceWith(100);
  source.receive(60, 0);
  assertEquals(rangeOf(source.shorten(1, 20)), { start: 60, end: 100 });
  assertEquals(flights(source), []);
});

Deno.test("SourceWork.shorten() changes nothing when the block is over or ends there anyway", () => {
  const source = sourceWith(100);
  assertEquals(source.shorten(1, 100), undefined);
  assertEquals(source.shorten(1, Number.MAX_SAFE_INTEGER), undefined);
  assertEquals(source.shorten(9, 0), undefined);
  assertEquals(flights(source), [{ id: 1, start: 0, end: 100 }]);
});

Deno.test("SourceWork.abandon() gives everything back that has not arrived, in order", () => {
  const source = sourceWith(100, 200);
  source.receive(30, 0);
  assertEquals(source.abandon().map(rangeOf), [
    { start: 30, end: 100 },
    { start: 100, end: 200 },
    { start: 200, end: 1000 },
  ]);
  assertEquals(source.remaining, 0);
});

Deno.test("SourceWork keeps from whom bytes are not to come, asked for or not", () => {
  const source = new SourceWork(1);
  source.queue.push({ start: 0, end: 100, notFrom: 9 });
  source.launch(1, 40, 0);
  assertEquals(source.shorten(1, 20)?.notFrom, 9);
  assertEquals(source.abandon().map(({ notFrom }) => notFrom), [9, 9]);
});

Deno.test("SourceWork.wantsMore for two blocks at least, and more while they are short", () => {
  const source = new SourceWork(1);
  source.queue.push({ start: 0, end: 100 * FIRST_BLOCK_LENGTH });
  const asked = (length: number) => {
    while (source.wantsMore) source.launch(0, (source.queue.first?.start ?? 0) + length, 0);
    return source.flights.splice(0).length;
  };
  assertEquals(asked(FIRST_BLOCK_LENGTH), 2);
  assertEquals(asked(FIRST_BLOCK_LENGTH / 4), 4);
  assertEquals(asked(10), BLOCKS_AHEAD);
});

Deno.test("SourceWork.wantsMore is false when there is no more", () => {
  assertEquals(sourceWith(1000).wantsMore, false);
  assertEquals(new SourceWork(1).wantsMore, false);
});

Deno.test("SourceWork.bytesAhead cover the way to the source and some time more", () => {
  const source = new SourceWork(1);
  assertEquals(source.bytesAhead, FIRST_BLOCK_LENGTH);
  source.meter.expect(0);
  for (const at of [0.3, 0.4, 0.5]) source.meter.add(100_000, at);
  assertEquals(Math.round(source.bytesAhead), 400_000);
});

Deno.test("SourceWork.bytesAhead grow with what a source was seen to do before its rate is known", () => {
  const source = new SourceWork(1);
  source.meter.expect(0);
  source.meter.add(100, 1);
  assertEquals(source.bytesAhead, FIRST_BLOCK_LENGTH);
  source.meter.expect(1);
  source.meter.add(10_000_000, 1.1);
  assertEquals(Math.round(source.bytesAhead), Math.round(100_000_000 * AHEAD_SECONDS));
});

Deno.test("SourceWork asks for no more than its client may take in a second or so", () => {
  for (const [limit, first] of [[1, GRAIN_LENGTH], [100_000, 100_000], [1e9, FIRST_BLOCK_LENGTH]]) {
    const source = new SourceWork(1, limit);
    assertEquals([source.firstLength, source.bytesAhead], [first, first]);
    source.meter.expect(1);
    source.meter.add(10_000_000, 1.1);
    assertEquals(source.knownRate, Math.min(limit ?? 0, source.meter.leastBytesPerSecond));
  }
});

function rangeOf(range: { start: number; end: number } | undefined) {
  return range && { start: range.start, end: range.end };
}
