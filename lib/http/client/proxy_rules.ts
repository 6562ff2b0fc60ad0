import ipaddr from "ipaddr.js";
import { endpointOf, isIpAddress, type Proxy } from "./endpoint.ts";

/** Which proxies there are, as options and the environment say. */
export interface ProxySettings {
  /** For `http` and `https` addresses. */
  readonly http?: URL | undefined;
  readonly https?: URL | undefined;
  /**
   * Where no proxy is used, parted by commas: names, which stand for all under them too, IP addresses and
   * blocks of these, each with or without a port; or `*` for everything.
   */
  readonly none?: string | undefined;
}

/**
 * Through which proxy an address is reached, as curl and others understand these settings.
 *
 * @returns Undefined if it is reached directly.
 *
 * @example
 * ```ts
 * const settings = { http: new URL("http://proxy.example:3128"), none: ".example.org,10.0.0.0/8" };
 * proxyFor(new URL("http://10.1.2.3/a"), settings); // undefined
 * proxyFor(new URL("http://example.com/a"), settings); // { host: "proxy.example", port: 3128 }
 * ```
 */
export function proxyFor(url: URL, settings: ProxySettings): Proxy | undefined {
  const proxy = url.protocol === "https:" ? settings.https : settings.http;
  if (!proxy || isLeftOut(url, settings.none ?? "")) return undefined;
  const { host, port } = endpointOf(proxy);
  const authorization = basicOf(proxy);
  return { host, port, ...authorization === undefined ? {} : { authorization } };
}

/**
 * The value of `Authorization` for the name and password in an address (RFC 7617).
 *
 * @returns Undefined if there are none.
 */
export function basicOf({ username, password }: URL): string | undefined {
  if (username === "" && password === "") return undefined;
  return basic(decode(username), decode(password));
}

/** The value of `Authorization` for a name and a password (RFC 7617). */
export function basic(user: string, password: string): string {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isLeftOut(url: URL, none: string): boolean {
  const { host, port } = endpointOf(url);
  return none.split(",").some((entry) => isLeftOutBy(entry.trim().toLowerCase(), host, port));
}

function isLeftOutBy(entry: string, host: string, port: number): boolean {
  if (entry === "*") return true;
  const [, bracketed, name = entry, own] = /^(?:\[(.*)\]|([^:]*)):(\d+)$/.exec(entry) ?? [];
  if (own !== undefined && Number(own) !== port) return false;
  const what = (bracketed ?? name).replace(/^\[(.*)\]$/, "$1");
  if (what === "") return false;
  return isIpAddress(host) ? isWithin(host, what) : isUnder(host, what);
}

/** Whether an address is another one, or lies in a block. */
function isWithin(host: string, block: string): boolean {
  const address = ipaddr.process(host);
  try {
    if (!block.includes("/")) return ipaddr.process(block).toString() === address.toString();
    const [network, length] = ipaddr.parseCIDR(block);
    return network.kind() === address.kind() && address.match(network, length);
  } catch {
    return false;
  }
}

/** Whether a name is another one, or one under it. */
function isUnder(host: string, suffix: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  const zone = suffix.replace(/^\*?\./, "").replace(/\.$/, "");
  return name === zone || name.endsWith(`.${zone}`);
}
