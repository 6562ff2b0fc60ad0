import { assertAlmostEquals, assertEquals } from "@std/assert";
import { idealSeconds } from "../../../testing/simulation/ideal.ts";
import type { Incident, Scenario, SourceScript } from "../../../testing/simulation/scenario.ts";

function source(rate: number, ...incidents: Incident[]): SourceScript {
  return { rate, roundTrip: 1, burst: 0, lump: 1, present: true, wrong: 0, incidents };
}

function scenario(size: number, ...sources: SourceScript[]): Scenario {
  const missing = size === 0 ? [] : [{ start: 0, end: size }];
  return { size, pieceLength: 8, missing, balance: "equal", sources, trimSeconds: 0, seed: 1 };
}

Deno.test("idealSeconds() is what all servers need together", () => {
  assertEquals(idealSeconds(scenario(1000, source(100), source(300))), 2.5);
  assertEquals(idealSeconds(scenario(0, source(100))), 0);
});

Deno.test("idealSeconds() counts only what is missing", () => {
  const whole = scenario(1000, source(100));
  assertEquals(idealSeconds({ ...whole, missing: [{ start: 100, end: 200 }] }), 1);
});

Deno.test("idealSeconds() follows servers that change, are paused, fail and join", () => {
  const slower = source(100, { at: 1, type: "rate", rate: 50 });
  assertEquals(idealSeconds(scenario(200, slower)), 3);
  const paused = source(
    100,
    { at: 1, type: "pause", allowance: 0, noticed: 9 },
    { at: 3, type: "resume", noticed: 9 },
  );
  assertEquals(idealSeconds(scenario(200, paused)), 4);
  const late = { ...source(100, { at: 5, type: "join" }), present: false };
  assertEquals(idealSeconds(scenario(200, late)), 7);
  const failed = source(100, { at: 1, type: "fail", noticed: 9 });
  assertAlmostEquals(idealSeconds(scenario(200, failed, source(10))), 10, 1e-9);
});

Deno.test("idealSeconds() changes the rate of a server that is away for when it is back", () => {
  const changing = source(
    100,
    { at: 1, type: "fail", noticed: 0 },
    { at: 2, type: "rate", rate: 50 },
    { at: 3, type: "join" },
  );
  assertEquals(idealSeconds(scenario(200, changing)), 5);
});

Deno.test("idealSeconds() is infinite when nobody is left", () => {
  const failed = source(100, { at: 1, type: "fail", noticed: 0 });
  assertEquals(idealSeconds(scenario(200, failed)), Infinity);
});
