import { pieceLengthFor } from "../../lib/content/manifest.ts";
import { Random } from "../../testing/simulation/random.ts";
import type { Incident, Scenario, SourceScript } from "../../testing/simulation/scenario.ts";
import type { SimulationOptions } from "./options.ts";

/** Seconds until a failure, or a pause, is known. */
const NOTICE_SECONDS = 0.2;

/** Bytes that come at once after a rest, and that arrive together: what a token bucket does. */
const BURST_LENGTH = 100_000;
const LUMP_LENGTH = 30_000;

/** Seconds from the order to trim a block until the answer. */
const TRIM_SECONDS = 0.001;

/** A download from many servers of which some fail and some are paused, all drawn from a seed. */
export function population(count: number, options: SimulationOptions): Scenario {
  const { size: sizePerServer, seed, balance, rates, roundTrips } = options;
  const random = new Random(seed);
  const drawn = Array.from({ length: count }, () => random.magnitude(rates.low, rates.high));
  const size = sizePerServer * count;
  const seconds = size / drawn.reduce((sum, rate) => sum + rate, 0);
  const sources = drawn.map((rate): SourceScript => ({
    rate,
    roundTrip: random.magnitude(roundTrips.low, roundTrips.high),
    burst: BURST_LENGTH,
    lump: LUMP_LENGTH,
    present: true,
    wrong: 0,
    incidents: incidents(random, seconds, options),
  }));
  const pieceLength = pieceLengthFor(size);
  const missing = [{ start: 0, end: size }];
  return { size, pieceLength, missing, balance, sources, trimSeconds: TRIM_SECONDS, seed };
}

function incidents(random: Random, seconds: number, options: SimulationOptions): Incident[] {
  const at = random.between(0, seconds);
  const until = at + NOTICE_SECONDS + random.between(0, seconds / 2);
  const luck = random.next();
  if (luck < options.failures / 2) return [{ at, type: "fail", noticed: NOTICE_SECONDS }];
  if (luck < options.failures) {
    return [{ at, type: "fail", noticed: NOTICE_SECONDS }, { at: until, type: "join" }];
  }
  if (luck < options.failures + options.pauses) {
    return [
      { at, type: "pause", allowance: BURST_LENGTH, noticed: NOTICE_SECONDS },
      { at: until, type: "resume", noticed: NOTICE_SECONDS },
    ];
  }
  return [];
}
