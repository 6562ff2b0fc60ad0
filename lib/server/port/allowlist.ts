import ipaddr from "ipaddr.js";
import { MultiportError } from "../../multiport_error.ts";

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Block = readonly [network: Address, prefixLength: number];

const IPV4_IN_IPV6_PREFIX = 96;

/**
 * Which client addresses may connect. IPv4 addresses that arrive in their IPv6 form (`::ffff:…`, from
 * a socket that listens for both) are taken as what they are.
 *
 * @example
 * ```ts
 * const allowlist = new Allowlist(["127.0.0.1", "10.0.0.0/8", "fd00::/8"]);
 * allowlist.allows("10.1.2.3"); // true
 * allowlist.allows("::ffff:192.168.0.1"); // false
 * ```
 */
export class Allowlist {
  readonly #anybody: boolean;
  readonly #blocks: readonly Block[];

  /**
   * @param entries IP addresses and CIDR blocks; `any` for everybody.
   * @throws {MultiportError} `usage` if an entry is none of these.
   */
  constructor(entries: readonly string[]) {
    this.#anybody = entries.includes("any");
    this.#blocks = entries.filter((entry) => entry !== "any").map(parseBlock);
  }

  /** The fewest addresses of this machine on which everybody who may connect can arrive. */
  get arrivals(): readonly string[] {
    if (this.#anybody) return ["::", "0.0.0.0"];
    const ipv4 = arrivalsOf(this.#blocks, "ipv4", { loopback: "127.0.0.1", all: "0.0.0.0" });
    const ipv6 = arrivalsOf(this.#blocks, "ipv6", { loopback: "::1", all: "::" });
    // The wildcard of IPv6 most often takes IPv4 with it: it has to come first.
    return ipv6.includes("::") ? [...ipv6, ...ipv4] : [...ipv4, ...ipv6];
  }

  /** @param address An IP address as the system reports it. */
  allows(address: string): boolean {
    if (this.#anybody) return true;
    const client = ipaddr.process(address);
    return this.#blocks.some(([network, prefixLength]) =>
      client.kind() === network.kind() && client.match(network, prefixLength)
    );
  }
}

function arrivalsOf(
  blocks: readonly Block[],
  kind: "ipv4" | "ipv6",
  { loopback, all }: { readonly loopback: string; readonly all: string },
): string[] {
  const ofKind = blocks.filter(([network]) => network.kind() === kind);
  if (ofKind.length === 0) return [];
  return [ofKind.every(isLoopbackBlock) ? loopback : all];
}

/** 127.0.0.0/8 or a part of it; `::1` alone. */
function isLoopbackBlock([network, prefixLength]: Block): boolean {
  return network.range() === "loopback" && prefixLength >= (network.kind() === "ipv4" ? 8 : 128);
}

/** Whether a host is an address of this machine that can be reached from nowhere else. */
export function isLoopback(host: string): boolean {
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback";
}

/** The one way to write an IP address, so that a client is recognized on every port. */
export function canonicalAddress(address: string): string {
  return ipaddr.process(address).toString();
}

function parseBlock(entry: string): Block {
  const [address = "", prefix, ...rest] = entry.split("/");
  const network = parseAddress(address);
  if (network !== undefined && rest.length === 0) {
    const bits = network.kind() === "ipv4" ? 32 : 128;
    const prefixLength = prefix === undefined ? bits : Number(prefix);
    const isPrefix = prefix === undefined || /^[0-9]{1,3}$/.test(prefix) && prefixLength <= bits;
    if (isPrefix) return withoutMapping(network, prefixLength);
  }
  throw new MultiportError(
    "usage",
    `Cannot allow ${entry}: it is neither an IP address nor a CIDR block; give one, such as 10.0.0.0/8, or any`,
  );
}

/** Only the full forms: ipaddr.js would take `1` for 0.0.0.1 as well. */
function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : undefined;
}

function withoutMapping(network: Address, prefixLength: number): Block {
  if (network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress()) {
    if (prefixLength >= IPV4_IN_IPV6_PREFIX) {
      return [network.toIPv4Address(), prefixLength - IPV4_IN_IPV6_PREFIX];
    }
  }
  return [network, prefixLength];
}
