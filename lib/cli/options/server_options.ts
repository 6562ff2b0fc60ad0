import { MultiportError } from "../../multiport_error.ts";
import type { ServeOptions } from "../../server/serve_options.ts";
import { isIpOrCidr, LOOPBACK, parseHost } from "../../addresses.ts";
import { hasFlag, parseCommandLine } from "./command_line.ts";
import {
  DASHBOARD,
  type Display,
  DISPLAY_OPTIONS,
  HELP,
  intervalOption,
  NO_CONFIG,
  readDisplay,
  VERSION_FLAG,
} from "./display_options.ts";
import { flag, list, type OptionName, type Settings, value } from "./option.ts";
import { parsePath, parseRate, splitAtCommas, wrongValue } from "./option_values.ts";
import {
  checkPorts,
  expandPorts,
  parsePort,
  PORTS,
  SERVERS,
  spreadOverPorts,
} from "./port_options.ts";

/** What a command line of `mpserver` asks for. */
export type ServerCommand =
  | { readonly kind: "help" | "version" }
  | {
    readonly kind: "run";
    readonly options: ServeOptions;
    readonly display: Display;
    /** Where the token is that clients have to send. */
    readonly tokenFile: string | undefined;
  };

/** What a command line that asks for servers says. */
export type ServeCommand = Extract<ServerCommand, { kind: "run" }>;

/**
 * The options of `mpserver`, in the order in which help shows them. Where an option is one of
 * `ServeOptions` as it is, its key is the name there, and its entry is all that it takes.
 */
export const SERVER_OPTIONS = {
  files: list(
    {
      name: "file",
      short: "f",
      aliases: ["files"],
      placeholder: "PATH…",
      section: "Servers",
      help: "the file to serve: one for all ports, or one per port",
      completes: "file",
    },
    (texts, option) => texts.map((text) => parsePath(text, option)),
  ),
  ports: list({
    ...PORTS,
    help: "one port per server; 60000-60003 is four of them; 0 lets the system choose",
  }, parsePorts),
  count: SERVERS,
  allow: list({
    name: "allow",
    short: "a",
    aliases: ["address"],
    placeholder: "ADDR…",
    section: "Access",
    help: "who may connect: IP addresses, blocks such as 10.0.0.0/8, or any; " +
      "default: this machine only",
  }, parseAllow),
  bind: value({
    name: "bind",
    placeholder: "ADDR",
    section: "Access",
    help: "the address to listen on; default: loopback when -a is, else all, IPv6 and IPv4",
  }, parseBind),
  hosts: list({
    name: "host",
    placeholder: "NAME…",
    section: "Access",
    help: "names of this machine that requests may use, beside addresses and localhost; " +
      "default: none on loopback, else any",
  }, parseHosts),
  tlsCert: value({
    name: "tls-cert",
    placeholder: "FILE",
    section: "Access",
    help: "speak HTTPS, with this certificate (PEM); read again on SIGHUP",
    completes: "file",
  }, parsePath),
  tlsKey: value({
    name: "tls-key",
    placeholder: "FILE",
    section: "Access",
    help: "the certificate's key (PEM)",
    completes: "file",
  }, parsePath),
  tokenFile: value({
    name: "token-file",
    placeholder: "FILE",
    section: "Access",
    help: "a file with a token that clients have to send; MULTIPORT_TOKEN in the environment " +
      "does the same",
    completes: "file",
  }, parsePath),
  limitRate: value(
    {
      name: "limit-rate",
      placeholder: "RATE",
      section: "Transfer",
      help: "bytes per second each server may send: 500k, 10M (1k is 1024); 0: no limit",
    },
    (text, option) => parseRate(text, option) || undefined,
  ),
  once: flag({
    name: "once",
    section: "Transfer",
    help: "end after one complete transfer to one client",
  }),
  config: NO_CONFIG,
  interval: intervalOption(
    "how often the status is shown; 0: never; default 1, and only when something has changed " +
      "where it cannot be drawn in place",
  ),
  dashboard: DASHBOARD,
  ...DISPLAY_OPTIONS,
};

/**
 * Reads the command line of `mpserver`.
 *
 * @param args Without the program's name, as in `Deno.args`.
 * @param settings What options are that are not on the command line.
 *
 * @throws {MultiportError} `usage`, whose message says what to change.
 *
 * @example
 * ```ts
 * const command = parseServerOptions(["-f", "oned.mp4", "-p", "60000", "60002"]);
 * if (command.kind === "run") console.log(command.options.bind); // undefined: its default
 * ```
 */
export function parseServerOptions(
  args: readonly string[],
  settings?: Settings,
): ServerCommand {
  if (hasFlag(args, HELP)) return { kind: "help" };
  if (hasFlag(args, VERSION_FLAG)) return { kind: "version" };
  const { options } = parseCommandLine(args, SERVER_OPTIONS, undefined, settings);
  const { count, interval, dashboard, json, quiet, color, help, version, tokenFile, ...rest } =
    options;
  const { config: _, ...serve } = rest;
  if (help) return { kind: "help" };
  if (version) return { kind: "version" };
  checkPorts(serve.ports.map(String), count);
  checkFiles(serve.files, serve.ports.length);
  checkCertificate(serve);
  return {
    kind: "run",
    options: serve,
    tokenFile,
    display: readDisplay({ json, quiet, color, interval, dashboard }),
  };
}

/** Port 0 may be given more than once: each time the system chooses another one. */
function parsePorts(texts: readonly string[], option: OptionName): readonly number[] {
  const seen = new Set<number>();
  return expandPorts(texts, option).map((item) => {
    const port = parsePort(item, { item, min: 0 });
    if (port !== 0 && seen.has(port)) throw wrongValue(option, item, "it is given twice");
    seen.add(port);
    return port;
  });
}

/** One file for all ports stays one: the servers then share what they know about it. */
function checkFiles(files: readonly string[], ports: number): void {
  if (files.length === 0) {
    throw new MultiportError(
      "usage",
      "Cannot start: no file was given; use -f PATH (--help shows all options)",
    );
  }
  spreadOverPorts(files, ports, "files (-f)");
}

function checkCertificate({ tlsCert, tlsKey }: ServeOptions): void {
  if ((tlsCert === undefined) === (tlsKey === undefined)) return;
  const [given, missing] = tlsCert === undefined
    ? ["--tls-key", "--tls-cert"]
    : ["--tls-cert", "--tls-key"];
  throw new MultiportError("usage", `Cannot use ${given} alone: give ${missing} as well`);
}

function parseAllow(texts: readonly string[], option: OptionName): readonly string[] {
  const typed = splitAtCommas(texts, option);
  if (typed.length === 0) return LOOPBACK;
  if (typed.includes("any")) {
    if (typed.length === 1) return typed;
    throw wrongValue(option, typed.join(" "), "any lets everybody in; give nothing beside it");
  }
  return [
    ...new Set(typed.flatMap((address) => {
      if (address === "localhost") return LOOPBACK;
      const bare = address.replace(/^\[(.*)\]$/, "$1");
      if (isIpOrCidr(bare)) return [bare];
      const why = "it takes IP addresses, blocks such as 10.0.0.0/8, or any";
      throw wrongValue(option, address, why);
    })),
  ];
}

function parseHosts(texts: readonly string[], option: OptionName): readonly string[] {
  return splitAtCommas(texts, option).map((text) => {
    const host = parseHost(text);
    if (host !== undefined) return host;
    throw wrongValue(option, text, "it takes names of this machine, such as files.example.org");
  });
}

function parseBind(text: string, option: OptionName): string {
  const host = parseHost(text);
  if (host !== undefined) return host;
  throw wrongValue(option, text, "it is no address of this machine to listen on");
}
