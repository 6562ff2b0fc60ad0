import ipaddr from "ipaddr.js";
import type { RequestHead } from "../../http/request_head.ts";

/**
 * Which names a server goes by. Web pages can have names of their own lead to the reader's machine (DNS
 * rebinding), and so read what is served there: their requests have such a name in `Host`.
 */
export class HostNames {
  readonly #names: ReadonlySet<string> | undefined;

  /**
   * @param names Beside `localhost` and addresses, which are always right.
   * @param isLocal Whether only this machine can connect. If not, and without names, any name is right.
   */
  constructor(names: readonly string[], isLocal: boolean) {
    const isOpen = names.length === 0 && !isLocal;
    this.#names = isOpen ? undefined : new Set(["localhost", ...names.map(canonicalName)]);
  }

  /** @param host `host` or `host:port` that a client named; empty if it named none. */
  include(host: string): boolean {
    if (this.#names === undefined || host === "") return true;
    const name = canonicalName(host.replace(/:[0-9]*$/, ""));
    return name.startsWith("[") || ipaddr.IPv4.isValidFourPartDecimal(name) ||
      this.#names.has(name);
  }
}

/** Without the dot at its end that makes a name absolute. */
function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/**
 * Whether a browser sends this request for a page of another site: perhaps without the knowledge of
 * the person in front of it (Fetch Metadata, https://www.w3.org/TR/fetch-metadata/).
 */
export function isCrossSite({ headers, host }: RequestHead): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  const origin = headers.get("origin");
  return origin !== undefined && origin.toLowerCase().replace(/^https?:\/\//, "") !== host;
}
