import type { ProxyOptions } from "../../client/download_options.ts";
import { MultiportError } from "../../multiport_error.ts";
import { parseProxy } from "../../proxy_address.ts";

/** The environment variables that say how servers on the web are reached. */
export type AccessVariable =
  | "http_proxy"
  | "HTTP_PROXY"
  | "https_proxy"
  | "HTTPS_PROXY"
  | "all_proxy"
  | "ALL_PROXY"
  | "no_proxy"
  | "NO_PROXY"
  | "SSL_CERT_FILE"
  | "NETRC"
  | "HOME";

type Environment = (name: AccessVariable) => string | undefined;

/**
 * The proxies that the environment names, as curl and others understand it.
 *
 * @param proxy What was named on the command line: it takes the place of all of them.
 * @throws {MultiportError} `usage` if one of them is none.
 *
 * @example
 * ```ts
 * proxiesIn((name) => name === "HTTP_PROXY" ? "proxy.example:3128" : undefined);
 * // { http: URL { href: "http://proxy.example:3128/" } }
 * ```
 */
export function proxiesIn(env: Environment, proxy?: URL): ProxyOptions {
  const none = env("no_proxy") || env("NO_PROXY");
  if (proxy) return { http: proxy, https: proxy, none };
  return {
    http: proxyIn(env, ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]),
    https: proxyIn(env, ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
    none,
  };
}

/** The proxy that the first of these variables names which is set. */
function proxyIn(env: Environment, names: readonly AccessVariable[]): URL | undefined {
  const name = names.find((each) => env(each));
  if (name === undefined) return undefined;
  const url = parseProxy(env(name) ?? "");
  if (url) return url;
  throw new MultiportError("usage", `Cannot use ${name}: it takes an HTTP proxy: http://HOST:PORT`);
}

/** Where the environment says that a person's netrc is. */
export function netrcIn(env: Environment): string {
  return env("NETRC") || `${env("HOME") ?? ""}/.netrc`;
}
