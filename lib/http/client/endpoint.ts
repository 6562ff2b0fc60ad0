import type { Trace } from "./trace.ts";

/** How a server is reached. It is a plain value: it can be sent to a worker as it is. */
export interface Endpoint {
  readonly scheme: "http" | "https";
  /** A name or an IP address; IPv6 without brackets, possibly with a zone: `fe80::1%eth0`. */
  readonly host: string;
  readonly port: number;
  /** Header fields that every request to it has, such as credentials for it. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Certificates (PEM) that are trusted besides the well-known authorities; for `https` only. */
  readonly caCerts?: readonly string[];
  /** The proxy to go through; absent: none. */
  readonly proxy?: Proxy;
  /** Who wants to know what is asked there, and answered. */
  readonly trace?: Trace;
}

/** An HTTP proxy: it is asked for `http` in absolute form, and for a tunnel to whatever is `https`. */
export interface Proxy {
  readonly host: string;
  readonly port: number;
  /** The value of `Proxy-Authorization`; absent: none. */
  readonly authorization?: string;
}

const DEFAULT_PORTS: Readonly<Record<Endpoint["scheme"], number>> = { http: 80, https: 443 };

/**
 * Where a URL points to.
 *
 * @throws {TypeError} If its scheme is neither `http` nor `https`.
 *
 * @example
 * ```ts
 * endpointOf(new URL("https://[2001:db8::1]/a.iso"));
 * // { scheme: "https", host: "2001:db8::1", port: 443 }
 * ```
 */
export function endpointOf({ protocol, hostname, port }: URL): Endpoint {
  const scheme = protocol.slice(0, -1);
  if (scheme !== "http" && scheme !== "https") throw new TypeError(`No HTTP: ${protocol}`);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return { scheme, host, port: port === "" ? DEFAULT_PORTS[scheme] : Number(port) };
}

/**
 * The value of the `Host` field (RFC 9110, 7.2). A zone means something on this machine only and is
 * left out (RFC 6874, 3), as is the scheme's default port: signatures of URLs are made without it.
 *
 * @example
 * ```ts
 * hostField({ scheme: "http", host: "fe80::1%eth0", port: 7000 }); // "[fe80::1]:7000"
 * ```
 */
export function hostField(endpoint: Endpoint): string {
  const { scheme, host, port } = endpoint;
  return port === DEFAULT_PORTS[scheme] ? bracketed(host) : authority(endpoint);
}

/** What a proxy is asked for a tunnel to (RFC 9112, 3.2.3): with the port in any case. */
export function authority({ host, port }: Pick<Endpoint, "host" | "port">): string {
  return `${bracketed(host)}:${port}`;
}

/** Without a zone, and in brackets if it is an IPv6 address. */
function bracketed(host: string): string {
  const [address = ""] = host.split("%");
  return address.includes(":") ? `[${address}]` : address;
}

/** Whether a host is an IP address, with or without a zone, and no name. */
export function isIpAddress(host: string): boolean {
  return host.includes(":") || /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}
