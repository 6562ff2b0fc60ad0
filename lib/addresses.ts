/** Where one server is. */
export interface ServerAddress {
  /** A name or an IP address; IPv6 without brackets, possibly with a zone. */
  readonly host: string;
  readonly port: number;
}

/** Which family an IP address is of. */
export type IpFamily = "IPv4" | "IPv6";

/** This machine, in both families, as blocks of addresses. */
export const LOOPBACK: readonly string[] = ["127.0.0.0/8", "::1"];

/** Letters, digits, hyphens and underscores between dots; not all digits and dots. */
const HOST_NAME =
  /^(?=.*[a-z])[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i;
const MAX_HOST_NAME = 253;

/**
 * The family of an IP address; undefined when the text is none. IPv6 comes without brackets, with or
 * without a zone.
 *
 * @example
 * ```ts
 * ipFamily("::1"); // "IPv6"
 * ```
 */
export function ipFamily(text: string): IpFamily | undefined {
  if (/^(\d{1,3}\.){3}\d{1,3}$/.test(text)) {
    return text.split(".").every((part) => Number(part) <= 255) ? "IPv4" : undefined;
  }
  const [address, zone, ...rest] = text.split("%");
  if (address === undefined || zone === "" || rest.length > 0) return undefined;
  // The URL parser knows every way to write an IPv6 address.
  return /^[0-9a-f:.]+$/i.test(address) && URL.canParse(`http://[${address}]/`)
    ? "IPv6"
    : undefined;
}

/**
 * Whether a text is an IP address or a block of them: `10.0.0.0/8`, `fd00::/8`.
 *
 * @example
 * ```ts
 * isIpOrCidr("10.0.0.0/33"); // false
 * ```
 */
export function isIpOrCidr(text: string): boolean {
  const [ip = "", prefix, ...rest] = text.split("/");
  const family = ipFamily(ip);
  if (family === undefined || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === "IPv4" ? 32 : 128);
}

/**
 * The host that a text names, without the brackets of `[::1]`; undefined when it names none.
 *
 * @example
 * ```ts
 * parseHost("[::1]"); // "::1"
 * ```
 */
export function parseHost(text: string): string | undefined {
  const bare = /^\[(.*)\]$/.exec(text)?.[1];
  if (bare !== undefined) return ipFamily(bare) === "IPv6" ? bare : undefined;
  if (ipFamily(text) !== undefined) return text;
  return HOST_NAME.test(text) && text.length <= MAX_HOST_NAME ? text : undefined;
}

/**
 * Cuts `HOST:PORT` or `[IPV6]:PORT` in two, without judging either.
 *
 * @returns A host that is undefined when the text is a port alone.
 *
 * @example
 * ```ts
 * splitHostPort("[::1]:60000"); // { host: "[::1]", port: "60000" }
 * ```
 */
export function splitHostPort(text: string): { readonly host?: string; readonly port: string } {
  const colon = text.startsWith("[") ? text.indexOf("]:") + 1 : text.lastIndexOf(":");
  if (colon < 1) return { port: text };
  return { host: text.slice(0, colon), port: text.slice(colon + 1) };
}

/**
 * Reads `HOST:PORT` or `[IPV6]:PORT`.
 *
 * @returns Undefined if it is none, or the port is 0.
 *
 * @example
 * ```ts
 * parseAddress("[::1]:60000"); // { host: "::1", port: 60000 }
 * ```
 */
export function parseAddress(text: string): ServerAddress | undefined {
  const { host = "", port } = splitHostPort(text);
  // Without brackets, nobody can tell where an IPv6 address ends.
  const bare = ipFamily(host) === "IPv6" ? undefined : parseHost(host);
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  return bare !== undefined && number > 0 && number <= 65_535
    ? { host: bare, port: number }
    : undefined;
}

/**
 * An address as people write it.
 *
 * @example
 * ```ts
 * formatAddress({ host: "::1", port: 60000 }); // "[::1]:60000"
 * ```
 */
export function formatAddress({ host, port }: ServerAddress): string {
  return `${bracketed(host)}:${port}`;
}

/** A host as it stands in an address or a URL: IPv6 in brackets. */
export function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
