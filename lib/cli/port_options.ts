import { Failure } from "../failure.ts";
import type { CommandLine } from "./command_line.ts";
import type { OptionSpec } from "./option_spec.ts";
import { parseCount, splitAtCommas, wrongValue } from "./option_values.ts";

/** One port per server. */
export const PORTS: OptionSpec = { name: "ports", short: "p", takes: "values" };
/** How many servers there are. */
export const SERVERS: OptionSpec = { name: "servers", short: "n", takes: "value" };

const MAX_PORT = 65_535;

/**
 * Reads `-p` and `-n`, which must agree.
 *
 * @returns The ports as they were typed: `60000`, or `HOST:60000` where the program takes that.
 *
 * @throws {Failure} `usage` when there are no ports, or not as many as `-n` says.
 *
 * @example
 * ```ts
 * readPorts(parseCommandLine(["-n", "2", "-p", "60000,60002"], specs)); // ["60000", "60002"]
 * ```
 */
export function readPorts(line: CommandLine): readonly string[] {
  const ports = splitAtCommas(line.values("ports"), PORTS);
  if (ports.length === 0) {
    throw new Failure(
      "usage",
      "Cannot start: no ports were given; use -p PORT… (--help shows all options)",
    );
  }
  const typed = line.value("servers");
  if (typed === undefined) return ports;
  const servers = parseCount(typed, SERVERS, { min: 1, max: MAX_PORT });
  if (servers === ports.length) return ports;
  throw disagreement(`${servers} servers (-n)`, ports.length, "give a port per server, or no -n");
}

/**
 * Reads one port.
 *
 * @param item What was typed around it, for the message.
 * @param min 0 where the system may choose one, otherwise 1.
 *
 * @throws {Failure} `usage` when it is none.
 *
 * @example
 * ```ts
 * parsePort("60000", { item: "localhost:60000", min: 1 }); // 60000
 * ```
 */
export function parsePort(
  text: string,
  { item, min }: { readonly item: string; readonly min: 0 | 1 },
): number {
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  if (port >= min && port <= MAX_PORT) return port;
  throw wrongValue(PORTS, item, `a port is a whole number from ${min} to ${MAX_PORT}`);
}

/**
 * Gives every port its value when there is one for all of them or one for each.
 *
 * @throws {Failure} `usage` when there is any other number of values.
 *
 * @example
 * ```ts
 * spreadOverPorts(["a.mp4"], 2, "files (-f)"); // ["a.mp4", "a.mp4"]
 * ```
 */
export function spreadOverPorts(
  values: readonly string[],
  ports: number,
  what: string,
): readonly string[] {
  const [only] = values;
  if (only !== undefined && values.length === 1) return Array.from({ length: ports }, () => only);
  if (values.length === ports) return values;
  throw disagreement(`${values.length} ${what}`, ports, "give one for all ports, or one per port");
}

function disagreement(what: string, ports: number, remedy: string): Failure {
  const counted = ports === 1 ? "1 port" : `${ports} ports`;
  return new Failure("usage", `Cannot match ${what} to ${counted} (-p): ${remedy}`);
}
