import { MultiportError } from "../multiport_error.ts";
import { readAuthorities } from "../http/authorities.ts";
import { authority } from "../http/endpoint.ts";
import { type NetrcEntry, parseNetrc } from "../http/netrc.ts";
import { OriginAccess } from "../http/origin_access.ts";
import type { ProxySettings } from "../http/proxy_rules.ts";
import type { ServerAddress } from "../addresses.ts";

/** What a person says about how servers are reached. */
export interface AccessOptions {
  readonly user?: { readonly user: string; readonly password: string } | undefined;
  /** Fields for every request. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Whether credentials come from netrc. */
  readonly netrc: boolean;
  /** A bearer token. */
  readonly token?: string | undefined;
  /** A file with certificates (PEM). */
  readonly ca?: string | undefined;
  readonly proxy?: URL | undefined;
}

/** What was named: credentials are for these. */
export interface NamedPlaces {
  readonly urls: readonly URL[];
  readonly servers: readonly ServerAddress[];
}

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
 * How servers are reached, by what was asked for, the environment and the files that they name. The
 * environment's proxies are for URLs; ports of mpservers are reached directly.
 *
 * @throws {MultiportError} `local` if a file cannot be read, `usage` if what is there cannot be used.
 */
export function openAccess(
  { urls, servers }: NamedPlaces,
  options: AccessOptions,
  env: Environment,
): OriginAccess {
  const { netrc, ca, proxy, ...credentials } = options;
  const ports = servers.flatMap((address) => URL.parse(`http://${authority(address)}/`) ?? []);
  return new OriginAccess({
    urls: [...urls, ...ports],
    ...credentials,
    netrc: netrc ? readNetrc(env) : [],
    proxies: { ...readProxies(env), proxy },
    // An http address may redirect to https.
    caCerts: urls.length > 0 ? readAuthorities({ ca, sslCertFile: env("SSL_CERT_FILE") }) : [],
  });
}

function readProxies(env: Environment): ProxySettings {
  const all = env("all_proxy") || env("ALL_PROXY");
  return {
    http: parseProxy(env("http_proxy") || env("HTTP_PROXY") || all, "HTTP_PROXY"),
    https: parseProxy(env("https_proxy") || env("HTTPS_PROXY") || all, "HTTPS_PROXY"),
    none: env("no_proxy") || env("NO_PROXY"),
  };
}

function parseProxy(text: string | undefined, name: string): URL | undefined {
  if (!text) return undefined;
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (url?.protocol === "http:") return url;
  // A password may be in it, which no message repeats.
  throw new MultiportError("usage", `Cannot use ${name}: it takes an HTTP proxy: http://HOST:PORT`);
}

function readNetrc(env: Environment): NetrcEntry[] {
  const path = env("NETRC") || `${env("HOME") ?? ""}/.netrc`;
  try {
    return parseNetrc(Deno.readTextFileSync(path));
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotFound
      ? "there is no such file"
      : cause instanceof Error
      ? cause.message
      : String(cause);
    throw new MultiportError("local", `Cannot read credentials from ${path}: ${why}`, { cause });
  }
}
