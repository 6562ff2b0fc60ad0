import { parseArgs } from "node:util";
import { UsageError } from "../options.ts";

/** What the command line of the simulator asks for. */
export interface SimulationOptions {
  readonly help: boolean;
  /** Whether to run the named cases instead of random servers. */
  readonly named: boolean;
  /** How many servers, a run each. */
  readonly servers: readonly number[];
  /** Bytes for every server. */
  readonly size: number;
  readonly seed: number;
  readonly balance: "equal" | "adaptive";
  /** Part of the servers that fail once; half of them return. */
  readonly failures: number;
  /** Part of the servers that are paused once, for a while. */
  readonly pauses: number;
  /** Bytes per second: the slowest and the fastest server. */
  readonly rates: Bounds;
  /** Seconds: the nearest and the farthest server. */
  readonly roundTrips: Bounds;
}

/** The least and the most; what lies between is as likely in every order of magnitude. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** What `--help` prints. */
export const HELP = `deno task simulate: whole downloads in virtual time, as Markdown

usage: deno task simulate [OPTION…]

  --servers N,N…      how many servers, a run each; default 4,64,1024,10000
  --size SIZE         bytes for every server, as 64M or 1G; default 256M
  --rates LOW-HIGH    Mbit/s of the slowest and the fastest server; default 10-400
  --round-trips LOW-HIGH  milliseconds to the nearest and the farthest; default 1-100
  --failures PART     part of the servers that fail once, half for good; default 0.1
  --pauses PART       part of the servers that are paused once; default 0
  --balance HOW       adaptive or equal; default adaptive
  --seed N            the same seed makes the same run; default 1
  --cases             the named cases instead: the links of the bench, slow and lost servers, WAN
  -h, --help          show this help
`;

const DEFAULT_SERVERS = "4,64,1024,10000";
const MAX_SERVERS = 100_000;
const UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };
const BYTES_PER_MBIT = 125_000;

/**
 * Reads the command line of the simulator.
 *
 * @throws {UsageError} If it makes no sense.
 */
export function parseOptions(args: readonly string[]): SimulationOptions {
  const values = parse(args);
  return {
    help: values.help ?? false,
    named: values.cases ?? false,
    servers: (values.servers ?? DEFAULT_SERVERS).split(",").map((text) =>
      parseWhole("--servers", text, 1, MAX_SERVERS)
    ),
    size: parseSize(values.size ?? "256M"),
    seed: parseWhole("--seed", values.seed ?? "1", 0, 2 ** 31 - 1),
    balance: parseBalance(values.balance ?? "adaptive"),
    failures: parsePart("--failures", values.failures ?? "0.1"),
    pauses: parsePart("--pauses", values.pauses ?? "0"),
    rates: parseBounds("--rates", values.rates ?? "10-400", BYTES_PER_MBIT),
    roundTrips: parseBounds("--round-trips", values["round-trips"] ?? "1-100", 0.001),
  };
}

function parse(args: readonly string[]) {
  try {
    const text = { type: "string" } as const;
    return parseArgs({
      args: [...args],
      options: {
        servers: text,
        size: text,
        seed: text,
        balance: text,
        failures: text,
        pauses: text,
        rates: text,
        "round-trips": text,
        cases: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parseWhole(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text !== "" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`${option} takes whole numbers from ${least} to ${most}, not ${text}`);
}

function parseSize(text: string): number {
  const [, digits = "", unit = ""] = /^([1-9][0-9]*)([KMG]?)$/.exec(text) ?? [];
  if (digits !== "") return Number(digits) * (UNITS[unit] ?? 1);
  throw new UsageError(`--size takes a size like 64M or 1G, not ${text}`);
}

function parsePart(option: string, text: string): number {
  const value = Number(text);
  if (text !== "" && value >= 0 && value <= 1) return value;
  throw new UsageError(`${option} takes a part from 0 to 1, not ${text}`);
}

function parseBalance(text: string): "equal" | "adaptive" {
  if (text === "equal" || text === "adaptive") return text;
  throw new UsageError(`--balance takes equal or adaptive, not ${text}`);
}

function parseBounds(option: string, text: string, unit: number): Bounds {
  const [, low = "", high = low] = /^([0-9.]+)(?:-([0-9.]+))?$/.exec(text) ?? [];
  const bounds = { low: Number(low) * unit, high: Number(high) * unit };
  if (bounds.low > 0 && bounds.low <= bounds.high) return bounds;
  throw new UsageError(`${option} takes two numbers like 1-100, not ${text}`);
}
