import { MIB } from "../../../testing/scratch.ts";
import { Random } from "../../../testing/simulation/random.ts";
import type { InterventionKind } from "../scenario.ts";
import { isDependable, mayDeliver, type MirrorTraits, randomMirror } from "./mirror_traits.ts";

/** What happens to the client meanwhile; everything else the mirrors do by themselves. */
export type WebIntervention = Extract<
  InterventionKind,
  "kill client" | "stop client" | "freeze client"
>;

/** One download from web servers. All of it follows from the seed. */
export interface WebScenario {
  readonly seed: number;
  /** Bytes in the file. */
  readonly size: number;
  readonly mirrors: readonly MirrorTraits[];
  /** Ports of `mpserver` that have the file as well. */
  readonly ports: number;
  /** Bytes per second that a port sends. */
  readonly rate: number;
  readonly interventions: readonly { readonly kind: WebIntervention; readonly at: number }[];
  /** Whether the client is told which content is right. */
  readonly namesChecksum: boolean;
}

const MOST_MIRRORS = 5;
const MOST_INTERVENTIONS = 2;

/** A scenario, the same for the same seed. */
export function webScenario(seed: number): WebScenario {
  const random = new Random(seed);
  const size = random.chance(0.1) ? random.integer(1, MIB) : random.integer(MIB, 16 * MIB);
  const count = random.integer(1, MOST_MIRRORS);
  const ports = random.chance(0.3) ? random.integer(1, 2) : 0;
  // Some last longer than links that expire.
  const seconds = random.between(0.3, 5);
  const rate = Math.max(MIB / 2, Math.ceil(size / (count + ports) / seconds));
  const kinds = ["kill client", "stop client", "freeze client"] as const;
  return {
    seed,
    size,
    mirrors: Array.from({ length: count }, () => randomMirror(random, rate)),
    ports,
    rate,
    interventions: Array.from(
      { length: random.chance(0.4) ? random.integer(1, MOST_INTERVENTIONS) : 0 },
      () => ({ kind: random.pick(kinds), at: random.integer(0, size) }),
    ).sort((one, other) => one.at - other.at),
    namesChecksum: random.chance(0.4),
  };
}

/** Sources from which a client can get the file, whatever the others do. */
export function dependableSources(
  { mirrors, ports, namesChecksum }: Pick<WebScenario, "mirrors" | "ports" | "namesChecksum">,
): number {
  // The bytes of one that sends no parts are mixed with those of others only where a digest will tell.
  const mayMix = namesChecksum || mirrors.filter(mayDeliver).length + ports === 1;
  const dependable = mirrors.filter((mirror) =>
    isDependable(mirror) && (mirror.ranges === "served" || mayMix)
  );
  return dependable.length + ports;
}

/**
 * Whether a client may end without knowing which content is right: some sources hold another one, and
 * nothing says that they are the fewer ones.
 */
export function isUndecided({ mirrors, ports }: WebScenario): boolean {
  if (ports > 0) return false;
  const wrong = mirrors.filter(({ content }) => content !== "right").length;
  // One that sends no parts cannot be compared with the others.
  const right = mirrors.filter((mirror) => isDependable(mirror) && mirror.ranges === "served");
  return wrong > 0 && right.length < 2 * wrong + 1;
}
