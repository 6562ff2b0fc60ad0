import { MultiportError } from "../../multiport_error.ts";
import { splitHostPort } from "../../addresses.ts";
import { type OptionName, value } from "./option.ts";
import { parseCount, splitAtCommas, wrongValue } from "./option_values.ts";

const MAX_PORT = 65_535;

/** What `-p` is called; what it takes differs between the programs. */
export const PORTS = { name: "ports", short: "p", placeholder: "PORT…", section: "Servers" };

/** How many servers there are. */
export const SERVERS = value(
  {
    name: "servers",
    short: "n",
    placeholder: "N",
    section: "Servers",
    help: "how many servers; must agree with -p",
    perRun: true,
  },
  (text, option) => parseCount(text, option, { min: 1, max: MAX_PORT }),
);

/**
 * Reads a list of ports: separated by spaces or commas, each of them one, or a range of them.
 *
 * @returns One text per port, as it would have been typed alone: `60000`, or `HOST:60000`.
 *
 * @throws {MultiportError} `usage` when a range is none.
 *
 * @example
 * ```ts
 * expandPorts(["60000-60002,60010"], option); // ["60000", "60001", "60002", "60010"]
 * ```
 */
export function expandPorts(texts: readonly string[], option: OptionName): readonly string[] {
  return splitAtCommas(texts, option).flatMap((item) => {
    const { host, port } = splitHostPort(item);
    const [, first, last] = /^(\d+)-(\d+)$/.exec(port) ?? [];
    if (first === undefined || last === undefined) return [item];
    const start = parsePort(first, { item, min: 1 });
    const count = parsePort(last, { item, min: 1 }) - start + 1;
    if (count < 1) throw wrongValue(option, item, "a range goes from a port to a higher one");
    const before = host === undefined ? "" : `${host}:`;
    return Array.from({ length: count }, (_, at) => `${before}${start + at}`);
  });
}

/**
 * Checks that there are ports, and as many as `-n` says.
 *
 * @throws {MultiportError} `usage` when there are not.
 *
 * @example
 * ```ts
 * checkPorts(["60000", "60002"], 2);
 * ```
 */
export function checkPorts(ports: readonly string[], servers: number | undefined): void {
  if (ports.length === 0) {
    throw new MultiportError(
      "usage",
      "Cannot start: no ports were given; use -p PORT… (--help shows all options)",
    );
  }
  if (servers === undefined || servers === ports.length) return;
  throw disagreement(`${servers} servers (-n)`, ports.length, "give a port per server, or no -n");
}

/**
 * Reads one port.
 *
 * @param item What was typed around it, for the message.
 * @param min 0 where the system may choose one, otherwise 1.
 *
 * @throws {MultiportError} `usage` when it is none.
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
 * @throws {MultiportError} `usage` when there is any other number of values.
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

function disagreement(what: string, ports: number, remedy: string): MultiportError {
  const counted = ports === 1 ? "1 port" : `${ports} ports`;
  return new MultiportError("usage", `Cannot match ${what} to ${counted} (-p): ${remedy}`);
}
