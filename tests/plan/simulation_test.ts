import { assert, assertEquals } from "@std/assert";
import { idealSeconds } from "../../testing/simulation/ideal.ts";
import { randomScenario } from "../../testing/simulation/random_scenario.ts";
import { Referee } from "../../testing/simulation/referee.ts";
import { type Incident, type Scenario, settlingTime } from "../../testing/simulation/scenario.ts";
import { type Outcome, SimulatedDownload } from "../../testing/simulation/simulated_download.ts";

/** How many random downloads; any number of them by hand, a few every time. */
const RUNS = Number(Deno.env.get("FUZZ_RUNS") ?? 400);

/** The seed of the first one; the others' follow. */
const FIRST_SEED = Number(Deno.env.get("FUZZ_SEED") ?? 1);

/** Seconds, and part of the time, that a download may take longer than its servers need. */
const MAX_LATE_SECONDS = 8;
const MAX_LATE_PART = 0.05;

const MIB = 2 ** 20;
const MBIT = 125_000;

/** The four links of the bench, in bytes per second, and what they need for 256 MiB. */
const LINKS = [400 * MBIT, 200 * MBIT, 100 * MBIT, 50 * MBIT];
const LINKS_SECONDS = 256 * MIB / (750 * MBIT);

function play(scenario: Scenario): Outcome {
  return new SimulatedDownload(scenario, new Referee(scenario)).run();
}

Deno.test("Plan ends random downloads with every byte once, and no later than it must", () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed += 1) {
    const scenario = randomScenario(seed);
    try {
      const { seconds, leastAfter } = play(scenario);
      if (!mustBeQuick(scenario)) continue;
      const latest = settlingTime(scenario) + leastAfter * (1 + MAX_LATE_PART) + MAX_LATE_SECONDS;
      assert(seconds <= latest, `it took ${seconds} s instead of ${latest} s`);
    } catch (error) {
      throw new Error(`FUZZ_SEED=${seed} FUZZ_RUNS=1 shows it again: ${error}`, { cause: error });
    }
  }
});

/** Equal portions end when the slowest is done; pieces that were wrong wait for another source. */
function mustBeQuick({ balance, sources }: Scenario): boolean {
  return balance === "adaptive" && sources.every(({ wrong }) => wrong === 0);
}

Deno.test("SimulatedDownload goes the same way every time", () => {
  assertEquals(play(randomScenario(42)), play(randomScenario(42)));
});

// How near downloads come to what their links allow ------------------------------------------------

interface LinksOptions {
  readonly rates?: readonly number[];
  /** Bytes. */
  readonly size?: number;
  /** Seconds. */
  readonly roundTrip?: number;
  readonly incidents?: Record<number, Incident>;
  readonly seed?: number;
}

function links(options: LinksOptions): Scenario {
  const { rates = LINKS, size = 256 * MIB, roundTrip = 0.0005, incidents = {}, seed = 1 } = options;
  return {
    size,
    pieceLength: MIB,
    missing: [{ start: 0, end: size }],
    balance: "adaptive",
    trimSeconds: 0.001,
    seed,
    sources: rates.map((rate, at) => {
      const incident = incidents[at];
      return {
        rate,
        roundTrip,
        burst: 100_000,
        lump: 30_000,
        present: true,
        wrong: 0,
        incidents: incident ? [incident] : [],
      };
    }),
  };
}

/** Plays a scenario with several seeds; fails unless all take at most `ratio` of the ideal time. */
function assertNearIdeal(options: LinksOptions, ratio: number, part = 0.01): void {
  for (let seed = 1; seed <= 10; seed += 1) {
    const scenario = links({ ...options, seed });
    const { seconds, discarded } = play(scenario);
    const ideal = idealSeconds(scenario);
    assert(seconds <= ratio * ideal, `seed ${seed}: ${seconds} s instead of ${ideal} s`);
    assert(discarded <= part * scenario.size, `seed ${seed}: ${discarded} bytes fetched twice`);
  }
}

Deno.test("Plan uses links of different speed to the end", () => {
  assertNearIdeal({}, 1.02);
});

Deno.test("Plan does not wait for a very slow source", () => {
  assertNearIdeal({ rates: LINKS.with(3, MBIT) }, 1.04);
});

Deno.test("Plan makes up for a source that becomes slow", () => {
  const half = LINKS_SECONDS / 2;
  assertNearIdeal({ incidents: { 0: { at: half, type: "rate", rate: 40 * MBIT } } }, 1.04);
  assertNearIdeal({ incidents: { 3: { at: half, type: "rate", rate: 5 * MBIT } } }, 1.04);
  const late = 0.93 * LINKS_SECONDS;
  assertNearIdeal({ incidents: { 1: { at: late, type: "rate", rate: 20 * MBIT } } }, 1.04);
});

Deno.test("Plan makes up for a source that is killed", () => {
  for (const source of [0, 1, 2, 3]) {
    const incident: Incident = { at: LINKS_SECONDS / 2, type: "fail", noticed: 0.001 };
    assertNearIdeal({ incidents: { [source]: incident } }, 1.04);
  }
});

Deno.test("Plan does not wait for a source that falls silent near the end", () => {
  const incident: Incident = { at: 0.97 * LINKS_SECONDS, type: "fail", noticed: 10 };
  assertNearIdeal({ incidents: { 1: incident } }, 1.1);
});

Deno.test("Plan does not wait for a source that answers and never sends", () => {
  for (const source of [0, 3]) {
    const incident: Incident = { at: 0, type: "fail", noticed: 10 };
    assertNearIdeal({ incidents: { [source]: incident } }, 1.1);
  }
});

Deno.test("Plan loses a few round trips to distance, not more", () => {
  for (const roundTrip of [0.01, 0.03, 0.1, 0.2]) {
    const most = 1 + (0.05 + 4 * roundTrip) / LINKS_SECONDS;
    assertNearIdeal({ roundTrip }, most, 0.02);
  }
});

Deno.test("Plan keeps distant links full for as long as a download lasts", () => {
  assertNearIdeal({ roundTrip: 0.1, size: 2048 * MIB }, 1.02);
});

Deno.test("Plan uses 64 servers for 1 GiB", () => {
  const rates = Array.from({ length: 64 }, () => 100 * MBIT);
  assertNearIdeal({ rates, size: 1024 * MIB, roundTrip: 0.005 }, 1.05);
});

Deno.test("Plan takes little longer than the nearest source for a file that is soon there", () => {
  for (const size of [1, 1000, 100_000, MIB]) {
    const { seconds, discarded } = play(links({ size, roundTrip: 0.02 }));
    assert(seconds < 0.3, `${size} bytes took ${seconds} s`);
    assertEquals(discarded, 0);
  }
});

Deno.test("Plan ends an empty download before it begins", () => {
  const { seconds, requests } = play({ ...links({ size: 0 }), missing: [] });
  assertEquals({ seconds, requests }, { seconds: 0, requests: 0 });
});
