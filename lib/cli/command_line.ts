import { parseArgs } from "@std/cli/parse-args";
import { Failure } from "../failure.ts";
import { closestName } from "./closest_name.ts";
import { normalizeArgs } from "./normalize_args.ts";
import { optionLabel, type OptionSpec } from "./option_spec.ts";

/** What was given on a command line, still as text. */
export interface CommandLine {
  /** Whether a flag was given. */
  flag(name: string): boolean;
  /** The value of an option that takes one; undefined when it was not given. */
  value(name: string): string | undefined;
  /** All values of an option, in order; empty when it was not given. */
  values(name: string): readonly string[];
}

/**
 * Reads a command line against a table of options. There are no positional arguments.
 *
 * @throws {Failure} `usage`: an unknown option, a value that is missing or unwanted, an option that
 * takes one value given twice, an argument that belongs to no option.
 *
 * @example
 * ```ts
 * const line = parseCommandLine(["-p", "60000", "60002"], specs);
 * line.values("ports"); // ["60000", "60002"]
 * ```
 */
export function parseCommandLine(
  args: readonly string[],
  specs: readonly OptionSpec[],
): CommandLine {
  const valued = specs.filter(({ takes }) => takes !== "flag").map(({ name }) => name);
  const flags = specs.filter(({ takes }) => takes === "flag").map(({ name }) => name);
  const strays: string[] = [];
  const parsed = parseArgs(normalizeArgs(args, specs), {
    string: valued,
    collect: valued,
    boolean: flags,
    "--": true,
    unknown: (argument: string) => {
      strays.push(argument);
      return false;
    },
  });
  const stray = strays[0] ?? parsed["--"]?.[0];
  if (stray !== undefined) throw strayArgument(stray, strays.length > 0, specs);
  const read: Readonly<Record<string, unknown>> = parsed;
  const values = (name: string): readonly string[] => {
    const given = read[name];
    return Array.isArray(given) ? given.map(String) : [];
  };
  for (const spec of specs) {
    if (spec.takes === "value" && values(spec.name).length > 1) throw repeatedOption(spec);
  }
  return {
    flag: (name) => read[name] === true,
    value: (name) => values(name)[0],
    values,
  };
}

/**
 * Whether a flag stands on a command line that may be wrong otherwise: asked before parsing, so that
 * `--help` helps with any mistake and `--json` shapes the message about it.
 *
 * @example
 * ```ts
 * hasFlag(["--bogus", "-h"], { name: "help", short: "h", takes: "flag" }); // true
 * ```
 */
export function hasFlag(args: readonly string[], { name, short }: OptionSpec): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end < 0 ? undefined : end).some((arg) =>
    arg === `--${name}` || (short !== undefined && arg === `-${short}`)
  );
}

function strayArgument(
  argument: string,
  mayBeOption: boolean,
  specs: readonly OptionSpec[],
): Failure {
  if (!mayBeOption || !/^-./.test(argument)) {
    return new Failure(
      "usage",
      `Cannot use "${argument}": it belongs to no option; see --help`,
    );
  }
  const typed = argument.replace(/^-+/, "").replace(/=.*$/s, "");
  const names = specs.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const meant = closestName(typed, names);
  const hint = meant === undefined ? "see --help" : `did you mean --${meant}?`;
  return new Failure("usage", `Cannot use ${argument}: there is no such option; ${hint}`);
}

function repeatedOption(spec: OptionSpec): Failure {
  return new Failure(
    "usage",
    `Cannot use ${optionLabel(spec)} twice: it takes one value; leave one of them out`,
  );
}
