import { parseHost, splitHostPort } from "../../addresses.ts";
import { MultiportError } from "../../multiport_error.ts";
import type { DashboardAddress } from "../../ui/dashboard/dashboard.ts";
import { flag, type OptionName, type OptionValues, value } from "./option.ts";
import { parseSeconds, wrongValue } from "./option_values.ts";

/** What a person or a script wants to see; the same for both programs. */
export interface Display {
  /** `text` for people, `json` for scripts, `quiet` for nobody. */
  readonly form: "text" | "json" | "quiet";
  /** Whether colours are wanted where the terminal has them. */
  readonly color: boolean;
  /** Seconds between two looks at the figures; 0: never; undefined: whatever suits the place. */
  readonly interval?: number;
  /** Where a page shows it too. */
  readonly dashboard?: DashboardAddress;
}

/** More often than this nobody can read, in seconds. */
const MIN_INTERVAL = 0.05;

/** Nobody but this machine sees a dashboard, unless an address is named. */
const LOOPBACK = "127.0.0.1";

const section = "Display";

/** Asks for no configuration file; looked for before anything else is read. */
export const NO_CONFIG = flag({
  name: "no-config",
  section: "Defaults",
  help: "read no defaults from ~/.config/multiport/config.toml",
  perRun: true,
});
/** Asks for help; looked for before anything else is read. */
export const HELP = flag({
  name: "help",
  short: "h",
  section,
  help: "show this help",
  perRun: true,
});
/** Asks for the version; looked for before anything else is read. */
export const VERSION_FLAG = flag({
  name: "version",
  short: "V",
  section,
  help: "show the version; with --verbose, also what the program was made of",
  perRun: true,
});
/** Asks for all details: of a download, and beside `--version`. */
export const VERBOSE_FLAG = flag({
  name: "verbose",
  short: "v",
  section,
  help: "show a line for every request and its answer, on standard error",
});
/** Asks for objects; looked for before anything else is read, as it shapes the messages about that. */
export const JSON_FLAG = flag({
  name: "json",
  section,
  help: "one JSON object per line on standard output, nothing else",
  perRun: true,
});

/** Asks for a page that shows what happens. */
export const DASHBOARD = value({
  name: "dashboard",
  placeholder: "[ADDR:]PORT",
  section,
  help: "serve a page that shows all of it at this address, and print its link; 0: any free port",
}, parseDashboardAddress);

/** The options that both programs share, but for the interval, whose default differs. */
export const DISPLAY_OPTIONS = {
  json: JSON_FLAG,
  quiet: flag({ name: "quiet", short: "q", section, help: "show errors only", perRun: true }),
  color: flag({
    name: "no-color",
    section,
    help: "no colours; NO_COLOR in the environment does the same",
  }, false),
  help: HELP,
  version: VERSION_FLAG,
};

/**
 * How often figures are shown.
 *
 * @param help What is shown, and how often if nobody says.
 *
 * @example
 * ```ts
 * intervalOption("how often the status is shown; 0: never; default 1");
 * ```
 */
export function intervalOption(help: string) {
  const text = { name: "interval", short: "i", placeholder: "SECONDS", section, help };
  return value(
    text,
    (seconds, option) => parseSeconds(seconds, option, { min: MIN_INTERVAL, zero: true }),
  );
}

/**
 * What the options that both programs share ask for.
 *
 * @throws {MultiportError} `usage`: `--json` with `--quiet`.
 *
 * @example
 * ```ts
 * readDisplay({ json: true, quiet: false, color: true, interval: 0.5 });
 * // { form: "json", color: true, interval: 0.5 }
 * ```
 */
export function readDisplay(
  { json, quiet, color, interval, dashboard }:
    & Pick<OptionValues<typeof DISPLAY_OPTIONS>, "json" | "quiet" | "color">
    & { readonly interval?: number; readonly dashboard?: DashboardAddress },
): Display {
  if (json && quiet) {
    throw new MultiportError(
      "usage",
      "Cannot use --json with --quiet: one asks for output, one for none",
    );
  }
  return { form: json ? "json" : quiet ? "quiet" : "text", color, interval, dashboard };
}

function parseDashboardAddress(text: string, option: OptionName): DashboardAddress {
  const { host, port } = splitHostPort(text);
  const hostname = host === undefined ? LOOPBACK : parseHost(host);
  const number = /^\d{1,5}$/.test(port) ? Number(port) : NaN;
  if (hostname !== undefined && number <= 65_535) return { hostname, port: number };
  throw wrongValue(option, text, "it takes a port, or ADDR:PORT");
}
