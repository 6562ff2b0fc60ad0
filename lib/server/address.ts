/** An address and a port as one text, with the brackets that IPv6 needs. */
export function formatAddress({ hostname, port }: { hostname: string; port: number }): string {
  return `${bracketed(hostname)}:${port}`;
}

/** An IP address as it is written in a URL. */
export function bracketed(hostname: string): string {
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}
