import type { DownloadOptions, ServerAddress } from "../client/download_options.ts";
import { formatAddress, ipFamily, parseHost, splitHostPort } from "./addresses.ts";
import { type CommandLine, hasFlag, parseCommandLine } from "./command_line.ts";
import { type Display, DISPLAY_SPECS, parseDisplay } from "./display_options.ts";
import type { OptionSpec } from "./option_spec.ts";
import { parseChecksum, parseSeconds, splitAtCommas, wrongValue } from "./option_values.ts";
import { parsePort, PORTS, readPorts, SERVERS, spreadOverPorts } from "./port_options.ts";

/** What a command line of `mpclient` asks for. */
export type ClientCommand =
  | { readonly kind: "help" | "version" }
  | {
    readonly kind: "run";
    readonly options: Omit<DownloadOptions, "interval">;
    readonly display: Display;
  };

/** How long to wait for servers when nobody says, in seconds. */
const DEFAULT_WAIT = 60;
/** How long a server may be silent when nobody says, in seconds. */
const DEFAULT_STALL_TIMEOUT = 10;
/** Less silence than this is no sign of anything, in seconds. */
const MIN_STALL_TIMEOUT = 0.1;
const DEFAULT_HOST = "127.0.0.1";

const OUTPUT: OptionSpec = { name: "output", short: "o", takes: "value" };
const ADDRESS: OptionSpec = { name: "address", short: "a", takes: "values" };
const WAIT: OptionSpec = { name: "wait", takes: "value" };
const STALL_TIMEOUT: OptionSpec = { name: "stall-timeout", takes: "value" };
const BALANCE: OptionSpec = { name: "balance", takes: "value" };
const CHECKSUM: OptionSpec = { name: "checksum", takes: "value" };
const FORCE: OptionSpec = { name: "force", takes: "flag" };
const NO_RESUME: OptionSpec = { name: "no-resume", takes: "flag" };
const NO_VERIFY: OptionSpec = { name: "no-verify", takes: "flag" };

const SPECS = [
  OUTPUT,
  ADDRESS,
  PORTS,
  SERVERS,
  WAIT,
  STALL_TIMEOUT,
  BALANCE,
  CHECKSUM,
  FORCE,
  NO_RESUME,
  NO_VERIFY,
  ...Object.values(DISPLAY_SPECS),
];

/**
 * Reads the command line of `mpclient`.
 *
 * @param args Without the program's name, as in `Deno.args`.
 *
 * @throws {Failure} `usage`, whose message says what to change.
 *
 * @example
 * ```ts
 * const command = parseClientOptions(["-o", "copy.mp4", "-p", "60000", "60002"]);
 * if (command.kind === "run") console.log(command.options.servers);
 * // [{ host: "127.0.0.1", port: 60000 }, { host: "127.0.0.1", port: 60002 }]
 * ```
 */
export function parseClientOptions(args: readonly string[]): ClientCommand {
  if (hasFlag(args, DISPLAY_SPECS.help)) return { kind: "help" };
  if (hasFlag(args, DISPLAY_SPECS.version)) return { kind: "version" };
  const line = parseCommandLine(args, SPECS);
  if (line.flag("help")) return { kind: "help" };
  if (line.flag("version")) return { kind: "version" };
  const stall = line.value("stall-timeout");
  return {
    kind: "run",
    options: {
      output: readOutput(line),
      servers: readServers(line),
      wait: parseSeconds(line.value("wait") ?? `${DEFAULT_WAIT}`, WAIT, { min: 0, zero: true }),
      stallTimeout: stall === undefined
        ? DEFAULT_STALL_TIMEOUT
        : parseSeconds(stall, STALL_TIMEOUT, { min: MIN_STALL_TIMEOUT, zero: false }),
      force: line.flag("force"),
      resume: !line.flag("no-resume"),
      verify: !line.flag("no-verify"),
      balance: readBalance(line),
      sha256: readChecksum(line),
    },
    display: parseDisplay(line),
  };
}

function readOutput(line: CommandLine): string | undefined {
  const output = line.value("output");
  if (output === "-") {
    throw wrongValue(
      OUTPUT,
      output,
      "parts arrive out of order and need a file; for one called - write ./-",
    );
  }
  if (output?.includes("\0")) throw wrongValue(OUTPUT, output, "no path contains a NUL byte");
  return output;
}

/** One address per port: from `HOST:PORT`, from `-a` in the same place, or from the only `-a`. */
function readServers(line: CommandLine): readonly ServerAddress[] {
  const ports = readPorts(line);
  const typed = splitAtCommas(line.values("address"), ADDRESS);
  const hosts = typed.length === 0 ? [] : spreadOverPorts(typed, ports.length, "addresses (-a)");
  const seen = new Set<string>();
  return ports.map((item, at) => {
    const server = readServer(item, hosts[at], typed.length > 1);
    const address = formatAddress(server).toLowerCase();
    if (seen.has(address)) throw wrongValue(PORTS, item, `${address} is given twice`);
    seen.add(address);
    return server;
  });
}

function readServer(item: string, address: string | undefined, perPort: boolean): ServerAddress {
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
    throw wrongValue(
      own === undefined ? ADDRESS : PORTS,
      typed,
      "it is no IP address or host name",
    );
  }
  return { host, port: parsePort(port, { item, min: 1 }) };
}

function readBalance(line: CommandLine): "equal" | "adaptive" {
  const balance = line.value("balance") ?? "adaptive";
  if (balance === "equal" || balance === "adaptive") return balance;
  throw wrongValue(BALANCE, balance, "it takes equal or adaptive");
}

function readChecksum(line: CommandLine): string | undefined {
  const checksum = line.value("checksum");
  return checksum === undefined ? undefined : parseChecksum(checksum, CHECKSUM);
}
