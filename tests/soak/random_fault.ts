import { Random } from "../../testing/simulation/random.ts";
import {
  type Exchange,
  type Fault,
  type FaultPlan,
  HARMLESS_FAULTS,
  NO_FAULT,
} from "../../testing/fault.ts";
import { MIB } from "../../testing/scratch.ts";
import type { ProxyScenario } from "./scenario.ts";

/** Bytes of content after which connections are cut, at most. */
const LATEST_CUT = 6 * MIB;

/** Faults by chance, the same for the same seed and the same requests. */
export function randomFaults({ seed, content, control, isHarmless }: ProxyScenario): FaultPlan {
  const random = new Random(seed);
  return ({ purpose }: Exchange) => {
    if (!random.chance(purpose === "content" ? content : control)) return NO_FAULT;
    const faults = purpose === "content" ? contentFaults(random) : controlFaults(random);
    const [first = NO_FAULT, ...others] = faults
      .filter(({ kind }) => !isHarmless || HARMLESS_FAULTS.has(kind));
    return random.pick([first, ...others]);
  };
}

function contentFaults(random: Random): Fault[] {
  const after = Math.floor(random.magnitude(1, LATEST_CUT));
  return [
    { kind: "refuse" },
    { kind: "mute" },
    { kind: "latency", ms: random.between(1, 20) },
    { kind: "bandwidth", bytesPerSec: random.magnitude(MIB / 4, 8 * MIB) },
    { kind: "trickle", bytes: random.integer(1, 3) },
    { kind: "reset", after },
    { kind: "close", after },
    { kind: "half-close", after },
    { kind: "stall", after },
    { kind: "flip", at: random.integer(0, MIB), every: random.integer(1, 16) * MIB },
    { kind: "garbage" },
    { kind: "endless-head" },
    { kind: "wrong-length" },
    { kind: "wrong-range" },
    { kind: "whole-file" },
    { kind: "extra-bytes" },
    { kind: "chunked" },
    { kind: "connection-close" },
  ];
}

function controlFaults(random: Random): Fault[] {
  const after = random.integer(1, 200);
  return [
    { kind: "refuse" },
    { kind: "mute" },
    { kind: "latency", ms: random.between(1, 300) },
    { kind: "reset", after },
    { kind: "close", after },
    { kind: "half-close", after },
    { kind: "stall", after },
    { kind: "flip", at: random.integer(0, 200) },
    { kind: "garbage" },
    { kind: "endless-head" },
    { kind: "extra-bytes" },
    { kind: "chunked" },
    { kind: "connection-close" },
  ];
}
