import { Random } from "../../testing/simulation/random.ts";
import { type Exchange, type Fault, type FaultPlan, NO_FAULT } from "../../testing/fault.ts";
import { MIB } from "../../testing/scratch.ts";
import type { ProxyScenario } from "./scenario.ts";

/** Bytes of content after which connections are cut, at most. */
const LATEST_CUT = 6 * MIB;

/** Faults by chance, the same for the same seed and the same requests. */
export function randomFaults({ seed, content, control }: ProxyScenario): FaultPlan {
  const random = new Random(seed);
  return ({ purpose }: Exchange) => {
    if (!random.chance(purpose === "content" ? content : control)) return NO_FAULT;
    return purpose === "content" ? contentFault(random) : controlFault(random);
  };
}

function contentFault(random: Random): Fault {
  const after = Math.floor(random.magnitude(1, LATEST_CUT));
  return random.pick<Fault>([
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
  ]);
}

function controlFault(random: Random): Fault {
  const after = random.integer(1, 200);
  return random.pick<Fault>([
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
  ]);
}
