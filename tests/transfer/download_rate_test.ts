import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { RateClock, RateTurns } from "../../lib/transfer/download_rate.ts";
import { BURST_MS, RATE_TICK_MS } from "../../lib/transfer/limits.ts";
import { nextTurn } from "../../lib/next_turn.ts";

const RATE = 1_000_000;
/** Ends the waits that are left at the end of a test. */
let over = new AbortController();

Deno.test.beforeEach(() => {
  over = new AbortController();
});
Deno.test.afterEach(() => over.abort());

/** A source that sends so many bytes a millisecond, as long as its client has room for them. */
class SimulatedSource {
  received = 0;
  #there = 0;
  #isWaiting = false;

  constructor(readonly turns: RateTurns, public bytesPerMs: number) {}

  /** Lets a millisecond pass. */
  step(): void {
    this.#there = Math.min(this.#there + this.bytesPerMs, 256 * 1024);
    void this.#take();
  }

  async #take(): Promise<void> {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    while (this.#there > 0) {
      const bytes = Math.min(this.#there, this.turns.turnBytes);
      this.#there -= bytes;
      const turn = this.turns.turn(bytes, over.signal);
      if (turn && !await turn) return;
      this.received += bytes;
    }
    this.#isWaiting = false;
  }
}

/** Lets seconds pass for sources in several threads, the clock being as late as one likes. */
async function simulate(
  { clock, sources, seconds, from = 0, late = () => 0 }: {
    clock: RateClock;
    sources: readonly SimulatedSource[];
    seconds: number;
    from?: number;
    late?: (ms: number) => number;
  },
): Promise<void> {
  let nextTick = from * 1_000;
  for (let ms = nextTick; ms < (from + seconds) * 1_000; ms += 1) {
    if (ms >= nextTick) {
      clock.tick(ms);
      nextTick = ms + RATE_TICK_MS + late(ms);
    }
    for (const { turns } of sources) turns.look();
    await Promise.resolve();
    await Promise.resolve();
    for (const source of sources) source.step();
  }
}

/** Sources of the given speeds, in bytes per millisecond, in two threads. */
function made(speeds: readonly number[]) {
  const clock = new RateClock(RATE, speeds.length, 0);
  const threads = [new RateTurns(clock.share), new RateTurns(clock.share)] as const;
  const sources = speeds.map((speed, at) => new SimulatedSource(threads[at % 2 ? 1 : 0], speed));
  return { clock, sources };
}

function sum(sources: readonly SimulatedSource[]): number {
  return sources.reduce((total, { received }) => total + received, 0);
}

Deno.test("RateTurns let all sources of all threads together have what the clock allows", async () => {
  for (const count of [1, 2, 7, 64]) {
    const { clock, sources } = made(Array(count).fill(100_000));
    await simulate({ clock, sources, seconds: 5 });
    assert(sum(sources) <= 5 * RATE, `${sum(sources)} bytes from ${count}`);
    assertAlmostEquals(sum(sources), 5 * RATE, 0.02 * 5 * RATE);
    // Each gets about as much as any other; which thread looks first makes a difference.
    for (const { received } of sources) {
      assertAlmostEquals(received, 5 * RATE / count, 0.25 * 5 * RATE / count);
    }
  }
});

Deno.test("RateTurns leave a slow source what it sends, and the others the rest", async () => {
  // One of them sends 30 bytes a millisecond, where an equal share would be 333.
  const { clock, sources } = made([100_000, 30, 100_000]);
  await simulate({ clock, sources, seconds: 5 });
  const [first, slow, last] = sources.map(({ received }) => received);
  assertAlmostEquals(slow ?? 0, 5_000 * 30, 0.03 * 5_000 * 30);
  assertAlmostEquals(sum(sources), 5 * RATE, 0.02 * 5 * RATE);
  assertAlmostEquals(first ?? 0, last ?? 0, 0.02 * 5 * RATE);
});

Deno.test("RateTurns take nothing for a source that stalls, and give it its part again", async () => {
  const { clock, sources } = made([100_000, 100_000]);
  const [stalled, other] = sources as [SimulatedSource, SimulatedSource];
  await simulate({ clock, sources, seconds: 1 });
  stalled.bytesPerMs = 0;
  // What has come meanwhile is still taken.
  await simulate({ clock, sources, seconds: 1, from: 1 });
  const before = [stalled.received, other.received] as const;
  await simulate({ clock, sources, seconds: 4, from: 2 });
  assertEquals(stalled.received, before[0]);
  assertAlmostEquals(other.received - before[1], 4 * RATE, 0.02 * 4 * RATE);
  stalled.bytesPerMs = 100_000;
  await simulate({ clock, sources, seconds: 4, from: 6 });
  assertAlmostEquals(stalled.received - before[0], 2 * RATE, 0.04 * 2 * RATE);
  assert(sum(sources) <= 10 * RATE);
});

Deno.test("RateTurns are made up for where the clock is late, and never more than a burst", async () => {
  const { clock, sources } = made([100_000, 100_000, 100_000]);
  await simulate({ clock, sources, seconds: 5, late: (ms) => ms % 150 });
  assert(sum(sources) <= 5 * RATE);
  assertAlmostEquals(sum(sources), 5 * RATE, 0.05 * 5 * RATE);

  const idle = new RateClock(RATE, 1, 0);
  const turns = new RateTurns(idle.share);
  idle.tick(60_000);
  const burst = RATE * BURST_MS / 1_000;
  assertEquals(turns.turn(burst, over.signal), undefined);
  const turn = turns.turn(1, over.signal);
  assert(turn);
  over.abort();
  assertEquals(await turn, false);
});

Deno.test("RateTurns have everybody wait for what was taken out of turn", async () => {
  const clock = new RateClock(RATE, 2, 0);
  const turns = new RateTurns(clock.share);
  turns.charge(100_000);
  let hasCome = false;
  const turn = turns.turn(1_000, over.signal)?.then(() => hasCome = true);
  clock.tick(100);
  turns.look();
  await nextTurn();
  assert(!hasCome);
  clock.tick(101);
  turns.look();
  await turn;
  assert(hasCome);
});

Deno.test("RateTurns are as short as the rate and the number of sources want them", () => {
  const lengths = [[1, 1], [1_000, 4], [100_000, 64], [1_000_000, 4], [1_000_000_000, 4]].map(
    ([rate = 1, sources = 1]) => new RateClock(rate, sources, 0).share.turnBytes,
  );
  assertEquals(lengths, [1, 50, 1_024, 12_500, 12_500_000]);
});
