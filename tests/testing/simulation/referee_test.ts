import { assert, assertThrows } from "@std/assert";
import { BLOCKS_AHEAD } from "../../../lib/plan/limits.ts";
import { Plan } from "../../../lib/plan/plan.ts";
import { Referee } from "../../../testing/simulation/referee.ts";
import type { Scenario } from "../../../testing/simulation/scenario.ts";

const MIB = 1 << 20;
const SIZE = 64 * MIB;

function scenario(more: Partial<Scenario> = {}): Scenario {
  const missing = [{ start: 0, end: SIZE }];
  const rest = { pieceLength: MIB, sources: [], trimSeconds: 0, seed: 1 };
  return { size: SIZE, missing, balance: "adaptive", ...rest, ...more };
}

function planOf({ pieceLength, missing, balance }: Scenario): Plan {
  return new Plan({ pieceLength, missing, balance });
}

function block(start: number, end: number) {
  return { id: 1, start, end };
}

Deno.test("Referee notices bytes that two sources are asked for", () => {
  const referee = new Referee(scenario());
  referee.fetched(1, true, 0, block(0, 100));
  assertThrows(() => referee.fetched(2, true, 0, block(99, 200)), Error, "are in already");
  referee.released({ start: 50, end: 100 });
  referee.fetched(2, true, 0, block(50, 100));
});

Deno.test("Referee notices bytes that are asked for although they are there", () => {
  const referee = new Referee(scenario({ missing: [{ start: 100, end: 200 }] }));
  for (const [start, end] of [[99, 150], [150, 201]] as const) {
    assertThrows(() => referee.fetched(1, true, 0, block(start, end)), Error, "are in already");
  }
  referee.fetched(1, true, 0, block(100, 200));
});

Deno.test("Referee notices orders that cannot be carried out", () => {
  const referee = new Referee(scenario());
  const refused = (words: string, isUp: boolean, ahead: number, start: number, end: number) =>
    assertThrows(() => referee.fetched(1, isUp, ahead, block(start, end)), Error, words);
  refused("is not up", false, 0, 0, 10);
  refused("blocks ahead", true, BLOCKS_AHEAD, 0, 10);
  refused("is empty", true, 0, 10, 10);
  refused("is empty", true, 0, NaN, 10);
  refused("splits bytes", true, 0, 0, 10.5);
  refused("leaves the file", true, 0, -1, 10);
  refused("leaves the file", true, 0, 0, SIZE + 1);
});

Deno.test("Referee notices when a paused source loses work, or gets some", () => {
  const plan = planOf(scenario({ balance: "equal" }));
  plan.start([1, 2], 0);
  const referee = new Referee(scenario());
  referee.paused(1, plan);
  referee.inspect(plan);
  plan.apply({ type: "received", source: 1, bytes: 5 }, 0);
  assertThrows(() => referee.inspect(plan), Error, "was paused with");
  referee.delivered(1, 5);
  referee.inspect(plan);
  plan.apply({ type: "failed", source: 2 }, 0);
  assertThrows(() => referee.inspect(plan), Error, "was paused with");
  referee.unpaused(1);
  referee.inspect(plan);
});

Deno.test("Referee notices a source that is idle for long although it could help", () => {
  const lazy = planOf(scenario({ balance: "equal" }));
  lazy.start([1, 2], 0);
  while (lazy.remaining(1) > 0) {
    const next = lazy.expects(1);
    lazy.apply({ type: "received", source: 1, bytes: next ? next.end - next.start : 0 }, 0);
  }
  const rates = new Map([[1, MIB], [2, MIB]]);
  const referee = new Referee(scenario());
  referee.watchIdle(lazy, rates, 0);
  referee.watchIdle(lazy, rates, 4);
  assertThrows(() => referee.watchIdle(lazy, rates, 6), Error, "Source 1 is idle since 0");
  const patient = new Referee(scenario());
  patient.watchIdle(lazy, rates, 0);
  patient.watchIdle(lazy, new Map([[2, MIB]]), 4);
  patient.watchIdle(lazy, rates, 6);
  const equal = new Referee(scenario({ balance: "equal" }));
  for (const now of [0, 6]) equal.watchIdle(lazy, rates, now);
  const useless = new Referee(scenario());
  for (const now of [0, 6]) useless.watchIdle(lazy, rates.set(1, 1), now);
});

Deno.test("Referee notices a source that is idle while another stands still", () => {
  const lazy = planOf(scenario({ balance: "equal", missing: [{ start: 0, end: 10 }] }));
  lazy.start([1, 2], 0);
  const referee = new Referee(scenario());
  assert(lazy.isIdle(2));
  const rates = new Map([[1, 0], [2, MIB]]);
  referee.watchIdle(lazy, rates, 0);
  assertThrows(() => referee.watchIdle(lazy, rates, 6), Error, "Source 2 is idle");
});

Deno.test("Referee notices at the end what is missing", () => {
  const referee = new Referee(scenario());
  assertThrows(() => referee.ended(), Error, "bytes are missing");
  referee.fetched(1, true, 0, block(0, SIZE));
  referee.ended();
});
