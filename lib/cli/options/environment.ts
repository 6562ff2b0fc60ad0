import type { ProxyOptions } from "../../client/download_options.ts";
import { MultiportError } from "../../multiport_error.ts";

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
  const all = env("all_proxy") || env("ALL_PROXY");
  const http = parseProxy(env("http_proxy") || env("HTTP_PROXY") || all, "HTTP_PROXY");
  const https = parseProxy(env("https_proxy") || env("HTTPS_PROXY") || all, "HTTPS_PROXY");
  const none = env("no_proxy") || env("NO_PROXY");
  return proxy ? { http: proxy, https: proxy, none } : { http, https, none };
}

/** Where the environment says that a person's netrc is. */
export function netrcIn(env: Environment): string {
  return env("NETRC") || `${env("HOME") ?? ""}/.netrc`;
}

function parseProxy(text: string | undefined, name: string): URL | undefined {
  if (!text) return undefined;
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (url?.protocol === "http:") return url;
  // A password may be in it, which no message repeats.
  throw new MultiportError("usage", `Cannot use ${name}: it takes an HTTP proxy: http://HOST:PORT`);
}
