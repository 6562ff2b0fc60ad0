import { Failure } from "../failure.ts";
import type { CommandLine } from "./command_line.ts";
import type { OptionSpec } from "./option_spec.ts";
import { parseSeconds } from "./option_values.ts";

/** What a person or a script wants to see; the same for both programs. */
export interface Display {
  /** `text` for people, `json` for scripts, `quiet` for nobody. */
  readonly form: "text" | "json" | "quiet";
  /** Whether colours are wanted where the terminal has them. */
  readonly color: boolean;
  /** Seconds between two looks at the figures; 0: never; undefined: whatever suits the place. */
  readonly interval?: number;
}

/** More often than this nobody can read, in seconds. */
const MIN_INTERVAL = 0.05;

/** The options that both programs share. */
export const DISPLAY_SPECS = {
  interval: { name: "interval", short: "i", takes: "value" },
  json: { name: "json", takes: "flag" },
  quiet: { name: "quiet", takes: "flag" },
  noColor: { name: "no-color", takes: "flag" },
  help: { name: "help", short: "h", takes: "flag" },
  version: { name: "version", short: "V", takes: "flag" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/**
 * Reads the options that both programs share.
 *
 * @throws {Failure} `usage`: a wrong interval, `--json` with `--quiet`.
 *
 * @example
 * ```ts
 * parseDisplay(parseCommandLine(["-i0.5", "--json"], Object.values(DISPLAY_SPECS)));
 * // { form: "json", color: true, interval: 0.5 }
 * ```
 */
export function parseDisplay(line: CommandLine): Display {
  if (line.flag("json") && line.flag("quiet")) {
    throw new Failure("usage", "Cannot use --json with --quiet: one asks for output, one for none");
  }
  const interval = line.value("interval");
  return {
    form: line.flag("json") ? "json" : line.flag("quiet") ? "quiet" : "text",
    color: !line.flag("no-color"),
    interval: interval === undefined
      ? undefined
      : parseSeconds(interval, DISPLAY_SPECS.interval, { min: MIN_INTERVAL, zero: true }),
  };
}
