import type { ProxyOptions } from "../../client/download_options.ts";
import { MultiportError } from "../../multiport_error.ts";
import { parseProxy } from "../../proxy_address.ts";
import type { EnvName, Host } from "../host/host.ts";

/**
 * The proxies that the environment names, as curl and others understand it.
 *
 * @param proxy What was named on the command line: it takes the place of all of them.
 * @throws {MultiportError} `usage` if one of them is none.
 *
 * @example
 * ```ts
 * proxiesIn({ env: (name) => name === "HTTP_PROXY" ? "proxy.example:3128" : undefined });
 * // { http: URL { href: "http://proxy.example:3128/" } }
 * ```
 */
export function proxiesIn(host: Pick<Host, "env">, proxy?: URL): ProxyOptions {
  const none = host.env("no_proxy") || host.env("NO_PROXY");
  if (proxy) return { http: proxy, https: proxy, none };
  return {
    http: proxyIn(host, ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]),
    https: proxyIn(host, ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
    none,
  };
}

/** Where the environment says that a person's netrc is. */
export function netrcIn(host: Pick<Host, "env">): string {
  return host.env("NETRC") || `${host.env("HOME") ?? ""}/.netrc`;
}

/** The proxy that the first of these variables names which is set. */
function proxyIn(host: Pick<Host, "env">, names: readonly EnvName[]): URL | undefined {
  const name = names.find((each) => host.env(each));
  if (name === undefined) return undefined;
  const url = parseProxy(host.env(name) ?? "");
  if (url) return url;
  throw new MultiportError("usage", `Cannot use ${name}: it takes an HTTP proxy: http://HOST:PORT`);
}
