import { LOOPBACK, type ServeOptions } from "../server/serve_options.ts";
import { Failure } from "../failure.ts";
import { isIpOrCidr, parseHost } from "./addresses.ts";
import { type CommandLine, hasFlag, parseCommandLine } from "./command_line.ts";
import { type Display, DISPLAY_SPECS, parseDisplay } from "./display_options.ts";
import type { OptionSpec } from "./option_spec.ts";
import { parseRate, splitAtCommas, wrongValue } from "./option_values.ts";
import { parsePort, PORTS, readPorts, SERVERS, spreadOverPorts } from "./port_options.ts";

/** What a command line of `mpserver` asks for. */
export type ServerCommand =
  | { readonly kind: "help" | "version" }
  | { readonly kind: "run"; readonly options: ServeOptions; readonly display: Display };

const FILE: OptionSpec = { name: "file", short: "f", aliases: ["files"], takes: "values" };
const ALLOW: OptionSpec = { name: "allow", short: "a", aliases: ["address"], takes: "values" };
const BIND: OptionSpec = { name: "bind", takes: "value" };
const LIMIT_RATE: OptionSpec = { name: "limit-rate", takes: "value" };
const ONCE: OptionSpec = { name: "once", takes: "flag" };

const SPECS = [
  FILE,
  PORTS,
  SERVERS,
  ALLOW,
  BIND,
  LIMIT_RATE,
  ONCE,
  ...Object.values(DISPLAY_SPECS),
];

/**
 * Reads the command line of `mpserver`.
 *
 * @param args Without the program's name, as in `Deno.args`.
 *
 * @throws {Failure} `usage`, whose message says what to change.
 *
 * @example
 * ```ts
 * const command = parseServerOptions(["-f", "oned.mp4", "-p", "60000", "60002"]);
 * if (command.kind === "run") console.log(command.options.bind); // undefined: its default
 * ```
 */
export function parseServerOptions(args: readonly string[]): ServerCommand {
  if (hasFlag(args, DISPLAY_SPECS.help)) return { kind: "help" };
  if (hasFlag(args, DISPLAY_SPECS.version)) return { kind: "version" };
  const line = parseCommandLine(args, SPECS);
  if (line.flag("help")) return { kind: "help" };
  if (line.flag("version")) return { kind: "version" };
  const ports = readServerPorts(line);
  return {
    kind: "run",
    options: {
      files: readFiles(line, ports.length),
      ports,
      bind: readBind(line),
      allow: readAllow(line),
      limitRate: readLimitRate(line),
      once: line.flag("once"),
    },
    display: parseDisplay(line),
  };
}

/** Port 0 may be given more than once: each time the system chooses another one. */
function readServerPorts(line: CommandLine): readonly number[] {
  const seen = new Set<number>();
  return readPorts(line).map((item) => {
    const port = parsePort(item, { item, min: 0 });
    if (port !== 0 && seen.has(port)) throw wrongValue(PORTS, item, "it is given twice");
    seen.add(port);
    return port;
  });
}

/** One file for all ports stays one: the servers then share what they know about it. */
function readFiles(line: CommandLine, ports: number): readonly string[] {
  const files = line.values("file");
  if (files.length === 0) {
    throw new Failure(
      "usage",
      "Cannot start: no file was given; use -f PATH (--help shows all options)",
    );
  }
  spreadOverPorts(files, ports, "files (-f)");
  for (const file of files) {
    if (file.includes("\0")) throw wrongValue(FILE, file, "no path contains a NUL byte");
  }
  return files;
}

function readAllow(line: CommandLine): readonly string[] {
  const typed = splitAtCommas(line.values("allow"), ALLOW);
  if (typed.length === 0) return LOOPBACK;
  if (typed.includes("any")) {
    if (typed.length === 1) return typed;
    throw wrongValue(ALLOW, typed.join(" "), "any lets everybody in; give nothing beside it");
  }
  return [
    ...new Set(typed.flatMap((address) => {
      if (address === "localhost") return LOOPBACK;
      const bare = address.replace(/^\[(.*)\]$/, "$1");
      if (isIpOrCidr(bare)) return [bare];
      throw wrongValue(
        ALLOW,
        address,
        "it takes IP addresses, blocks such as 10.0.0.0/8, or any",
      );
    })),
  ];
}

function readBind(line: CommandLine): string | undefined {
  const typed = line.value("bind");
  if (typed === undefined) return undefined;
  const host = parseHost(typed);
  if (host !== undefined) return host;
  throw wrongValue(BIND, typed, "it is no address of this machine to listen on");
}

function readLimitRate(line: CommandLine): number | undefined {
  const typed = line.value("limit-rate");
  return typed === undefined ? undefined : parseRate(typed, LIMIT_RATE) || undefined;
}
