import { Random } from "../../testing/simulation/random.ts";
import type { ConnectionLimit } from "../../testing/fault_proxy.ts";
import { MIB } from "../../testing/scratch.ts";

/** One server process: one or more servers with the same copy, each maybe behind a proxy. */
export interface ProcessScenario {
  readonly servers: number;
  readonly copy: "right" | "flipped byte" | "other file" | "truncated";
  /** The seed of each server's proxy and how likely a fault is; undefined for a server without one. */
  readonly proxies: readonly (ProxyScenario | undefined)[];
}

export interface ProxyScenario {
  readonly seed: number;
  /** How likely an answer is to have a fault, if its content is asked for, and if anything else is. */
  readonly content: number;
  readonly control: number;
  /** Whether nothing happens but what a client has to put up with. */
  readonly isHarmless: boolean;
  /** Undefined: it takes any number of connections. */
  readonly limit: ConnectionLimit | undefined;
}

/** What operators, crashes and impatient people do while a download is under way. */
export type InterventionKind =
  | "pause"
  | "terminate"
  | "kill server"
  | "freeze server"
  | "kill client"
  | "stop client"
  | "freeze client";

/** Those that take no server away. */
const HARMLESS_INTERVENTIONS = ["pause", "kill client", "stop client", "freeze client"] as const;

const INTERVENTIONS = [
  ...HARMLESS_INTERVENTIONS,
  "pause",
  "terminate",
  "kill server",
  "freeze server",
] as const;

export interface Intervention {
  readonly kind: InterventionKind;
  /** Bytes of the file after which it happens. */
  readonly at: number;
  /** The process it happens to, and which of its servers; both from 0. */
  readonly process: number;
  readonly server: number;
  /** Looks at the figures, ten a second, until it is taken back, if that can be. */
  readonly duration: number;
}

/** One download with everything that goes wrong in it. All of it follows from the seed. */
export interface Scenario {
  readonly seed: number;
  /** Bytes in the file. */
  readonly size: number;
  /** Bytes per second and server. */
  readonly rate: number;
  readonly processes: readonly ProcessScenario[];
  /** Whether nothing happens but what a client has to put up with. */
  readonly isHarmless: boolean;
  /** Whether servers go by names whose first address is dead. */
  readonly hasNames: boolean;
  readonly interventions: readonly Intervention[];
  /** Whether the client is told which content is right. */
  readonly namesChecksum: boolean;
}

const MOST_PROCESSES = 4;
const MOST_INTERVENTIONS = 4;

/** A scenario, the same for the same seed. */
export function scenario(seed: number): Scenario {
  const random = new Random(seed);
  const size = random.chance(0.1)
    ? random.integer(0, 2 * MIB)
    : random.integer(2 * MIB, random.pick([8 * MIB, 16 * MIB, 32 * MIB]));
  const isHarmless = random.chance(0.3);
  const processes = Array.from({ length: random.integer(1, MOST_PROCESSES) }, (_, at) => {
    // One in the minority, and never the first.
    const isWrong = at === 1 && random.chance(0.15);
    return randomProcess(random, { isWrong, isHarmless });
  });
  const servers = processes.reduce((sum, process) => sum + process.servers, 0);
  const seconds = random.between(0.5, 3);
  return {
    seed,
    size,
    rate: Math.max(MIB, Math.ceil(size / servers / seconds)),
    processes,
    isHarmless,
    hasNames: random.chance(0.3),
    interventions: Array.from(
      { length: random.integer(0, MOST_INTERVENTIONS) },
      () => randomIntervention(random, { processes, size, isHarmless }),
    ).sort((one, other) => one.at - other.at),
    // Those with the right copy may all be unreachable when it is decided which copy is right.
    namesChecksum: processes.some(({ copy }) => copy !== "right") || random.chance(0.5),
  };
}

function randomProcess(
  random: Random,
  { isWrong, isHarmless }: { isWrong: boolean; isHarmless: boolean },
): ProcessScenario {
  const servers = random.integer(1, 3);
  return {
    servers,
    copy: isWrong ? random.pick(["flipped byte", "other file", "truncated"]) : "right",
    proxies: Array.from({ length: servers }, () => {
      const proxy = randomProxy(random, isHarmless);
      return random.chance(0.7) ? proxy : undefined;
    }),
  };
}

function randomProxy(random: Random, isHarmless: boolean): ProxyScenario {
  const limit: ConnectionLimit = {
    connections: random.integer(1, 2),
    beyond: random.pick(["wait", "503", "reset"]),
  };
  return {
    seed: random.integer(1, 2 ** 31 - 1),
    content: random.between(0.05, 0.9),
    control: random.chance(0.5) ? 0 : random.between(0.02, 0.5),
    isHarmless,
    limit: random.chance(0.2) ? limit : undefined,
  };
}

function randomIntervention(
  random: Random,
  { processes, size, isHarmless }: {
    processes: readonly ProcessScenario[];
    size: number;
    isHarmless: boolean;
  },
): Intervention {
  const process = random.integer(0, processes.length - 1);
  return {
    kind: random.pick<InterventionKind>(isHarmless ? HARMLESS_INTERVENTIONS : INTERVENTIONS),
    at: random.integer(0, size),
    process,
    server: random.integer(0, (processes[process]?.servers ?? 1) - 1),
    duration: random.integer(0, 20),
  };
}
