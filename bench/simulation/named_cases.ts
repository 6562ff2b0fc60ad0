import { pieceLengthFor } from "../../lib/content/manifest.ts";
import type { Incident, Scenario } from "../../testing/simulation/scenario.ts";

/** A download that stands for a question. */
export interface NamedCase {
  readonly title: string;
  readonly scenario: Scenario;
}

const MIB = 2 ** 20;
const MBIT = 125_000;

/** The four links that the bench makes of network namespaces, in bytes per second. */
const LINKS = [400 * MBIT, 200 * MBIT, 100 * MBIT, 50 * MBIT];

/** Seconds that these links need for 256 MiB. */
const LINKS_SECONDS = 256 * MIB / (750 * MBIT);

/** The questions that the planner's limits were tuned with. */
export const NAMED_CASES: readonly NamedCase[] = [
  { title: "400, 200, 100 and 50 Mbit/s", scenario: links({}) },
  { title: "400, 200, 100 and 1 Mbit/s", scenario: links({ rates: LINKS.with(3, MBIT) }) },
  {
    title: "the fastest drops to a tenth half-way",
    scenario: links({ of: 0, incident: { at: 0.5, type: "rate", rate: 40 * MBIT } }),
  },
  {
    title: "the second drops to a tenth near the end",
    scenario: links({ of: 1, incident: { at: 0.93, type: "rate", rate: 20 * MBIT } }),
  },
  {
    title: "the fastest is killed half-way",
    scenario: links({ of: 0, incident: { at: 0.5, type: "fail", noticed: 0.001 } }),
  },
  {
    title: "the second falls silent near the end",
    scenario: links({ of: 1, incident: { at: 0.97, type: "fail", noticed: 10 } }),
  },
  { title: "the four links, 100 ms away", scenario: links({ roundTrip: 0.1 }) },
  { title: "the four links, 300 ms away", scenario: links({ roundTrip: 0.3 }) },
  { title: "the four links, 100 ms away, 4 GiB", scenario: links({ roundTrip: 0.1, size: 4096 }) },
  { title: "four at 4 Gbit/s", scenario: links({ rates: LINKS.map(() => 4e9 / 8), size: 4096 }) },
  { title: "64 at 100 Mbit/s, 10 ms away", scenario: sixtyFour() },
];

interface LinksOptions {
  readonly rates?: readonly number[];
  /** MiB. */
  readonly size?: number;
  readonly roundTrip?: number;
  /** To whom the incident happens. */
  readonly of?: number;
  /** Its time is part of what the download takes. */
  readonly incident?: Incident;
}

function links(
  { rates = LINKS, size = 256, roundTrip = 0.0005, of = -1, incident }: LinksOptions,
): Scenario {
  const bytes = size * MIB;
  return {
    size: bytes,
    pieceLength: pieceLengthFor(bytes),
    missing: [{ start: 0, end: bytes }],
    balance: "adaptive",
    trimSeconds: 0.001,
    seed: 1,
    sources: rates.map((rate, at) => ({
      rate,
      roundTrip,
      burst: 100_000,
      lump: 30_000,
      present: true,
      wrong: 0,
      incidents: incident && at === of ? [{ ...incident, at: incident.at * LINKS_SECONDS }] : [],
    })),
  };
}

function sixtyFour(): Scenario {
  return links({
    rates: Array.from({ length: 64 }, () => 100 * MBIT),
    size: 1024,
    roundTrip: 0.01,
  });
}
