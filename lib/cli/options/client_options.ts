import {
  formatAddress,
  ipFamily,
  parseHost,
  type ServerAddress,
  splitHostPort,
} from "../../addresses.ts";
import { DOWNLOAD_DEFAULTS, type DownloadOptions } from "../../client/download_options.ts";
import {
  CA,
  DIR,
  DISCOVER,
  DRY_RUN,
  type HeaderField,
  HEADERS,
  LIMIT_RATE,
  MAX_SIZE,
  NETRC,
  PROXY,
  REMOTE_TIME,
  SOURCES,
  TOKEN_FILE,
  TWICE,
  USER,
  type UserPassword,
} from "./web_options.ts";
import { MultiportError } from "../../multiport_error.ts";
import { FAMILIAR_OPTIONS } from "../manual/familiar_options.ts";
import { hasFlag, parseCommandLine } from "./command_line.ts";
import {
  DASHBOARD,
  type Display,
  DISPLAY_OPTIONS,
  HELP,
  intervalOption,
  NO_CONFIG,
  readDisplay,
  VERBOSE_FLAG,
  VERSION_FLAG,
} from "./display_options.ts";
import { flag, list, optionLabel, type Settings, value } from "./option.ts";
import {
  parseChecksum,
  parseChoice,
  parsePath,
  parseSeconds,
  splitAtCommas,
  wrongValue,
} from "./option_values.ts";
import {
  checkPorts,
  expandPorts,
  parsePort,
  PORTS,
  SERVERS,
  spreadOverPorts,
} from "./port_options.ts";

/** What a command line of `mpclient` asks for. */
export type ClientCommand =
  | { readonly kind: "help" | "version" }
  | {
    readonly kind: "run";
    readonly options: NamedOptions;
    /** How servers are reached, besides what the environment says. */
    readonly access: NamedAccess;
    /** Whether it is only asked what would be downloaded. */
    readonly dryRun: boolean;
    /** Whether every request and answer is shown. */
    readonly verbose: boolean;
    readonly display: Display;
  };

/** What a command line says of the download itself. */
type NamedOptions =
  & Omit<DownloadOptions, "interval" | "output" | "signal" | "onEvent" | keyof NamedAccess>
  & { readonly output?: string };

/** What a command line says of how servers are reached. */
export interface NamedAccess {
  readonly user: UserPassword | undefined;
  readonly headers: readonly HeaderField[];
  /** Whether credentials come from netrc. */
  readonly netrc: boolean;
  readonly tokenFile: string | undefined;
  readonly ca: string | undefined;
  readonly proxy: URL | undefined;
}

/** What a command line that asks for a download says. */
export type FetchCommand = Extract<ClientCommand, { kind: "run" }>;

/** Less silence than this is no sign of anything, in seconds. */
const MIN_STALL_TIMEOUT = 0.1;
const DEFAULT_HOST = "127.0.0.1";
const BALANCES = ["adaptive", "equal"] as const;

const ADDRESS = { name: "address", short: "a", placeholder: "ADDR…", section: "Servers" };

/** What `--output` is for whoever wants the content on standard output. */
export const STDOUT = "-";

/**
 * The options of `mpclient`, in the order in which help shows them. Where an option is one of
 * `DownloadOptions` as it is, its key is the name there, and its entry is all that it takes.
 */
export const CLIENT_OPTIONS = {
  ports: list({
    ...PORTS,
    help: "one port per server, or HOST:PORT, or [IPV6]:PORT; 60000-60003 is four of them",
    perRun: true,
  }, expandPorts),
  address: list({
    ...ADDRESS,
    help: `the servers' address: one for all, or one per port; default ${DEFAULT_HOST}`,
  }, splitAtCommas),
  count: SERVERS,
  wait: value(
    {
      name: "wait",
      placeholder: "SECONDS",
      section: "Servers",
      help: `how long to wait for servers to come up; default ${DOWNLOAD_DEFAULTS.wait}`,
    },
    (text, option) => parseSeconds(text, option, { min: 0, zero: true }),
  ),
  stallTimeout: value(
    {
      name: "stall-timeout",
      placeholder: "SECONDS",
      section: "Servers",
      help: "a server that is silent for this long, and not paused, has failed; default " +
        DOWNLOAD_DEFAULTS.stallTimeout,
    },
    (text, option) => parseSeconds(text, option, { min: MIN_STALL_TIMEOUT, zero: false }),
    DOWNLOAD_DEFAULTS.stallTimeout,
  ),
  pauseTimeout: value(
    {
      name: "pause-timeout",
      placeholder: "SECONDS",
      section: "Servers",
      help:
        "a server paused for this long has its part handed to the others; default: a pause may " +
        "last for ever",
    },
    (text, option) => parseSeconds(text, option, { min: 0, zero: true }),
  ),
  discover: DISCOVER,
  balance: value(
    {
      name: "balance",
      placeholder: "HOW",
      section: "Servers",
      help: "adaptive: fast servers take over from slow ones (default); equal: every server " +
        "delivers its own part",
      completes: BALANCES,
    },
    (text, option) => parseChoice(text, option, BALANCES),
    "adaptive" as const,
  ),
  output: value({
    name: "output",
    short: "o",
    placeholder: "PATH",
    section: "Output",
    help: "where the file goes, or - for standard output; default: its own name, in this folder",
    completes: "file",
    perRun: true,
  }, parsePath),
  dir: DIR,
  remoteTime: REMOTE_TIME,
  maxSize: MAX_SIZE,
  limitRate: LIMIT_RATE,
  dryRun: DRY_RUN,
  force: flag({
    name: "force",
    short: "f",
    section: "Output",
    help: "replace an existing output file",
  }),
  continue: flag({
    name: "continue",
    short: "c",
    section: "Output",
    help: "go on where an earlier run ended; this is the default",
  }),
  resume: flag({
    name: "no-resume",
    section: "Output",
    help: "start over instead of going on where an earlier run ended",
  }, false),
  verify: flag({
    name: "no-verify",
    section: "Verification",
    help: "do not compare pieces with the digests that servers publish",
  }, false),
  sha256: value({
    name: "checksum",
    placeholder: "sha-256=HEX",
    section: "Verification",
    help: "what the whole file must hash to",
    perRun: true,
  }, parseChecksum),
  twice: TWICE,
  user: USER,
  headers: HEADERS,
  netrc: NETRC,
  tokenFile: TOKEN_FILE,
  ca: CA,
  proxy: PROXY,
  config: NO_CONFIG,
  interval: intervalOption(
    "how often progress is shown; 0: never; default 1, in a terminal 0.2",
  ),
  dashboard: DASHBOARD,
  verbose: VERBOSE_FLAG,
  ...DISPLAY_OPTIONS,
};

/**
 * Reads the command line of `mpclient`.
 *
 * @param args Without the program's name, as in `Deno.args`.
 * @param settings What options are that are not on the command line.
 *
 * @throws {MultiportError} `usage`, whose message says what to change.
 *
 * @example
 * ```ts
 * const command = parseClientOptions(["-o", "copy.mp4", "-p", "60000", "60002"]);
 * if (command.kind === "run") console.log(command.options.servers);
 * // ["127.0.0.1:60000", "127.0.0.1:60002"]
 * ```
 */
export function parseClientOptions(
  args: readonly string[],
  settings?: Settings,
): ClientCommand {
  if (hasFlag(args, HELP)) return { kind: "help" };
  if (hasFlag(args, VERSION_FLAG)) return { kind: "version" };
  const { options, operands } = parseCommandLine(
    args,
    CLIENT_OPTIONS,
    SOURCES,
    settings,
    FAMILIAR_OPTIONS,
  );
  const {
    ports,
    address,
    count,
    interval,
    dashboard,
    json,
    quiet,
    color,
    help,
    version,
    ...other
  } = options;
  const { user, headers, netrc, tokenFile, ca, proxy, dryRun, verbose, ...rest } = other;
  if (help) return { kind: "help" };
  if (version) return { kind: "version" };
  const urls = operands.flatMap((operand) => operand.kind === "url" ? [operand.url] : []);
  const metalinks = operands.flatMap((operand) =>
    operand.kind === "metalink" ? [operand.path] : []
  );
  const named = [...ports, ...urls.map(String), ...metalinks];
  if (named.length === 0) {
    throw new MultiportError(
      "usage",
      "Cannot start: no server was given; name URLs, or ports with -p PORT… (--help shows all options)",
    );
  }
  checkPorts(named, count);
  // That an earlier run is continued goes without saying.
  const { continue: _, config: _config, ...download } = rest;
  const twice = urls.find(({ href }, at) => urls.findIndex((url) => url.href === href) < at);
  // A password may be in it, which no message repeats.
  if (twice) throw new MultiportError("usage", `Cannot use ${twice.origin}…: a URL is given twice`);
  return {
    kind: "run",
    options: {
      ...download,
      servers: readServers(ports, address),
      ...urls.length > 0 ? { urls } : {},
      ...metalinks.length > 0 ? { metalinks } : {},
    },
    access: { user, headers, netrc, tokenFile, ca, proxy },
    dryRun,
    verbose,
    display: readDisplay({ json, quiet, color, interval, dashboard }),
  };
}

/** One address per port: from `HOST:PORT`, from `-a` in the same place, or from the only `-a`. */
function readServers(ports: readonly string[], typed: readonly string[]): readonly string[] {
  const hosts = typed.length === 0 ? [] : spreadOverPorts(typed, ports.length, "addresses (-a)");
  const seen = new Set<string>();
  return ports.map((item, at) => {
    const server = formatAddress(readServer(item, hosts[at], typed.length > 1));
    const address = server.toLowerCase();
    if (seen.has(address)) throw wrongValue(PORTS, item, `${address} is given twice`);
    seen.add(address);
    return server;
  });
}

function readServer(item: string, address: string | undefined, perPort: boolean): ServerAddress {
  if (item.includes("://")) {
    const label = optionLabel(PORTS);
    throw new MultiportError("usage", `Cannot use ${label} with a URL: name it without -p`);
  }
  const { host: own, port } = splitHostPort(item);
  if (own !== undefined && perPort) {
    throw wrongValue(PORTS, item, `-a says ${address} for the same server; leave one of them out`);
  }
  if (own !== undefined && ipFamily(own) === "IPv6") {
    throw wrongValue(PORTS, item, "write an IPv6 address in brackets: [::1]:60000");
  }
  const typed = own ?? address ?? DEFAULT_HOST;
  const host = parseHost(typed);
  if (host === undefined) {
    const option = own === undefined ? ADDRESS : PORTS;
    throw wrongValue(option, typed, "it is no IP address or host name");
  }
  return { host, port: parsePort(port, { item, min: 1 }) };
}
