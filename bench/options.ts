import { parseArgs } from "node:util";

/** What the command line of the bench asks for. */
export interface BenchOptions {
  readonly kind: "run" | "list" | "help";
  /** Names of scenarios; none: the standard set. */
  readonly names: readonly string[];
  /** Pairs that every comparison measures after its warm-up. */
  readonly runs: number;
  /** Bytes in the file of the scenarios that have one size; undefined: what each was made for. */
  readonly size: number | undefined;
  /** Where the report goes besides standard output. */
  readonly out: string | undefined;
}

/** The command line is wrong; the message says what to change. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What `--help` prints. */
export const HELP = `deno task bench: Multiport beside other programs, on this machine

usage: deno task bench [SCENARIO…]

Without a SCENARIO it runs the standard set; \`all\` is every one there is. The report, Markdown, goes
to standard output, what is being done to standard error.

  --list         show the scenarios
  --runs N       pairs per comparison, after one warm-up; default 5
  --size SIZE    bytes in the file, as 64M or 1G, of scenarios with one size and without mishaps
  --out FILE     write the report to a file too
  -h, --help     show this help
`;

const DEFAULT_RUNS = 5;
const MAX_RUNS = 1_000;
const UNITS: Readonly<Record<string, number>> = { "": 1, K: 1 << 10, M: 1 << 20, G: 1 << 30 };

/**
 * Reads the command line of the bench.
 *
 * @throws {UsageError} If it makes no sense.
 */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parse(args);
  return {
    kind: values.help ? "help" : values.list ? "list" : "run",
    names: positionals,
    runs: values.runs === undefined ? DEFAULT_RUNS : parseRuns(values.runs),
    size: values.size === undefined ? undefined : parseSize(values.size),
    out: values.out,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        list: { type: "boolean" },
        runs: { type: "string" },
        size: { type: "string" },
        out: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parseRuns(text: string): number {
  const runs = Number(text);
  if (Number.isInteger(runs) && runs >= 1 && runs <= MAX_RUNS) return runs;
  throw new UsageError(`--runs takes a whole number from 1 to ${MAX_RUNS}, not ${text}`);
}

function parseSize(text: string): number {
  const [, digits = "", unit = ""] = /^([1-9][0-9]*)([KMG]?)$/.exec(text) ?? [];
  if (digits !== "") return Number(digits) * (UNITS[unit] ?? 1);
  throw new UsageError(`--size takes a size like 64M or 1G, not ${text}`);
}
