import type { ByteRange } from "../../lib/byte_range.ts";
import { Random } from "./random.ts";
import { type Incident, overAt, type Scenario, type SourceScript } from "./scenario.ts";

const MIB = 1024 * 1024;

/** Seconds between two lumps of bytes at most: a link that waits longer is stalled, not slow. */
const MAX_LUMP_SECONDS = 0.05;

/**
 * A download in which about everything may happen: any number of servers up to 12, of any speed and
 * distance, that change speed, are paused, resumed, lost, return, join late and send wrong pieces, of
 * a file of any size of which any part may be there already. In the end none is paused and at least
 * one is up, so the download can end.
 *
 * @param seed The same seed makes the same scenario.
 */
export function randomScenario(seed: number): Scenario {
  const random = new Random(seed);
  const count = random.integer(1, 12);
  const calm = random.chance(0.2);
  const balance = random.chance(0.8) ? "adaptive" : "equal";
  // With equal portions the slowest server sets the time, which is not to be days.
  const slowest = balance === "equal" ? 50e6 : 20e3;
  const rates = Array.from({ length: count }, () => random.magnitude(slowest, 200e6));
  const seconds = random.magnitude(0.02, 60);
  const total = seconds * rates.reduce((sum, rate) => sum + rate, 0);
  const size = random.chance(0.05) ? random.integer(0, 2) : Math.ceil(total);
  const roundTrip = random.magnitude(0.0001, 0.2);
  const wrong = random.chance(0.2) ? random.between(0, 0.3) : 0;
  const sources = rates.map((rate, at): SourceScript => {
    const present = at === 0 || !random.chance(0.1);
    return {
      rate,
      roundTrip: roundTrip * random.between(0.5, 2),
      burst: random.chance(0.5) ? Math.ceil(Math.min(100_000, rate * MAX_LUMP_SECONDS)) : 0,
      lump: Math.ceil(Math.min(random.pick([1, 1500, 100_000]), rate * MAX_LUMP_SECONDS)),
      present,
      wrong: random.chance(0.5) ? wrong : 0,
      incidents: calm ? [] : randomIncidents(random, rate, seconds, present, at === 0),
    };
  });
  const pieceLength = MIB *
    2 ** Math.max(random.integer(0, 2), Math.ceil(Math.log2(size / MIB / 4096)));
  return {
    size,
    pieceLength,
    missing: random.chance(0.7) ? whole(size) : holes(random, size),
    balance,
    sources,
    trimSeconds: random.magnitude(0.0001, 0.05),
    seed,
  };
}

function randomIncidents(
  random: Random,
  rate: number,
  seconds: number,
  present: boolean,
  mustReturn: boolean,
): Incident[] {
  const incidents: Incident[] = [];
  let state: "up" | "paused" | "gone" = present ? "up" : "gone";
  const noticed = () => random.chance(0.5) ? 0 : random.between(0, Math.min(0.3, seconds));
  let at = 0;
  for (let left = random.integer(0, 4); left > 0; left -= 1) {
    at += random.between(0, seconds / 2);
    const luck = random.next();
    if (state === "up" && luck < 0.35) {
      incidents.push({ at, type: "rate", rate: rate * random.magnitude(0.05, 2) });
    } else if (state === "up" && luck < 0.7) {
      const allowance = random.chance(0.5) ? 0 : random.integer(0, 500_000);
      incidents.push({ at, type: "pause", allowance, noticed: noticed() });
      state = "paused";
    } else if (state === "paused" && luck < 0.7) {
      incidents.push({ at, type: "resume", noticed: noticed() });
      state = "up";
    } else if (state !== "gone") {
      const stall = random.chance(0.1) ? 10 : noticed();
      incidents.push({ at, type: "fail", noticed: stall });
      state = "gone";
    } else {
      incidents.push({ at, type: "join" });
      state = "up";
    }
    at = Math.max(...incidents.map(overAt));
  }
  at += random.between(0, seconds / 2);
  if (state === "paused") incidents.push({ at, type: "resume", noticed: noticed() });
  if (state === "gone" && (mustReturn || random.chance(0.5))) incidents.push({ at, type: "join" });
  return incidents;
}

function whole(size: number): ByteRange[] {
  return size === 0 ? [] : [{ start: 0, end: size }];
}

/** What an interrupted download has left: ranges of which none touches another. */
function holes(random: Random, size: number): ByteRange[] {
  const ranges: ByteRange[] = [];
  const step = Math.max(1, size / random.integer(1, 40));
  let at = 0;
  while (at < size) {
    const start = at + Math.ceil(random.between(0, step));
    const end = Math.min(size, start + Math.ceil(random.between(0, step)));
    if (start < end) ranges.push({ start, end });
    at = end + 1;
  }
  return ranges;
}
