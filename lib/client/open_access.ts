import type { ServerAddress } from "../addresses.ts";
import { MultiportError } from "../multiport_error.ts";
import { parseProxy } from "../proxy_address.ts";
import { readNamedFile } from "../read_named_file.ts";
import { readAuthorities } from "../http/client/authorities.ts";
import { authority } from "../http/client/endpoint.ts";
import { parseNetrc } from "../http/client/netrc.ts";
import { OriginAccess } from "../http/client/origin_access.ts";
import type { ProxySettings } from "../http/client/proxy_rules.ts";
import type { DownloadOptions, ProxyOptions } from "./download_options.ts";

/** What was named: credentials are for these. */
export interface NamedPlaces {
  readonly urls: readonly URL[];
  readonly servers: readonly ServerAddress[];
}

/**
 * How servers are reached, by what was asked for and the files that it names. Proxies are for URLs; ports
 * of mpservers are reached directly.
 *
 * @throws {MultiportError} `local` if a file cannot be read, `usage` if a proxy is none.
 */
export function openAccess({ urls, servers }: NamedPlaces, options: DownloadOptions): OriginAccess {
  const { user, token, headers = {}, netrc, ca, caStore, proxies = {} } = options;
  const isWeb = urls.length > 0 || (options.metalinks ?? []).length > 0;
  // An http address may redirect to https, and a Metalink lists any: until then nobody reads them for it.
  let read: readonly string[] | undefined;
  const caCerts = () => read ??= isWeb ? readAuthorities({ ca, sslCertFile: caStore }) : [];
  if (ca !== undefined || urls.some(({ protocol }) => protocol === "https:")) caCerts();
  const ports = servers.flatMap((address) => URL.parse(`http://${authority(address)}/`) ?? []);
  return new OriginAccess({
    urls: [...urls, ...ports],
    user,
    token,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    netrc: netrc === undefined ? [] : parseNetrc(readNamedFile(netrc, "credentials from")),
    proxies: readProxies(proxies),
    caCerts,
  });
}

function readProxies({ http, https, none }: ProxyOptions): ProxySettings {
  return { http: readProxy(http), https: readProxy(https), none };
}

function readProxy(proxy: string | URL | undefined): URL | undefined {
  if (proxy === undefined) return undefined;
  const url = parseProxy(String(proxy));
  if (url) return url;
  throw new MultiportError("usage", "Cannot use a proxy: it takes an HTTP proxy: http://HOST:PORT");
}
