import { MIB } from "../../testing/scratch.ts";
import { Random } from "../../testing/simulation/random.ts";
import { type Liar, randomLiar } from "./liar.ts";

/** One download from hostile servers, and maybe honest ones beside them. All of it follows from the seed. */
export interface HostileScenario {
  readonly seed: number;
  /** Bytes in the right file. */
  readonly size: number;
  /** Honest servers, each at an address of its own. */
  readonly honest: number;
  readonly liars: readonly Liar[];
  /** Whether the client is told which content is right. */
  readonly namesChecksum: boolean;
  /** Whether the client is told what to call the file; else a server says. */
  readonly namesOutput: boolean;
  readonly isJson: boolean;
}

/** A scenario, the same for the same seed. */
export function hostileScenario(seed: number): HostileScenario {
  const random = new Random(seed);
  return {
    seed,
    size: random.chance(0.2) ? random.integer(1, MIB) : random.integer(MIB, 12 * MIB),
    honest: random.integer(0, 3),
    liars: Array.from({ length: random.integer(1, 4) }, () => randomLiar(random)),
    namesChecksum: random.chance(0.4),
    namesOutput: random.chance(0.7),
    isJson: random.chance(0.5),
  };
}

/**
 * Whether the client has to get the file, whatever the hostile servers do: it was told which one is
 * right, or there are more honest servers than others.
 */
export function mustEndWell({ honest, liars, namesChecksum }: HostileScenario): boolean {
  return honest > 0 && (namesChecksum || honest > liars.length);
}

/** What a scenario is about, in a line. */
export function describeScenario(scenario: HostileScenario): string {
  const { size, honest, liars, namesChecksum, namesOutput, isJson } = scenario;
  const options = Object.entries({ checksum: namesChecksum, output: namesOutput, json: isJson })
    .filter(([, isGiven]) => isGiven).map(([name]) => `--${name}`);
  const described = liars.map(({ kind, vouchesFor, honestFor, fields, ...lies }) => {
    const told = (["info", "events", "manifest", "content"] as const)
      .filter((purpose) => lies[purpose] !== "the truth")
      .map((purpose) => `${purpose}: ${lies[purpose]}`);
    const shown = Object.entries(fields).map(([name, value]) => `${name}: ${value.slice(0, 40)}`);
    return `  ${kind}, ${vouchesFor} file, honest for ${honestFor}; ${
      [...told, ...shown].join("; ")
    }`;
  });
  const line = `${size} bytes, ${honest} honest servers, ${options.join(" ")}`;
  return [line, ...described].join("\n");
}
