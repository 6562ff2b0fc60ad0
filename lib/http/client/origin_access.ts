import { type Endpoint, endpointOf } from "./endpoint.ts";
import { IdleConnections } from "./idle_connections.ts";
import type { NetrcEntry } from "./netrc.ts";
import { basic, basicOf, proxyFor, type ProxySettings } from "./proxy_rules.ts";

/** What a person has given to reach servers with. */
export interface AccessSettings {
  /** The addresses that the person named: credentials are for their origins. */
  readonly urls: readonly URL[];
  /** Fields to be sent to these. */
  readonly headers?: readonly { readonly name: string; readonly value: string }[] | undefined;
  readonly user?: { readonly user: string; readonly password: string } | undefined;
  /** A bearer token (RFC 6750). */
  readonly token?: string | undefined;
  /** For `urls` on the machines that it names, and for these over `https`; without a name, for all `urls`. */
  readonly netrc?: readonly NetrcEntry[] | undefined;
  readonly proxies?: ProxySettings | undefined;
  /** Answers certificates (PEM) that are trusted besides the well-known authorities; asked where they are needed. */
  readonly caCerts?: (() => readonly string[]) | undefined;
}

const OWN_FIELDS = { "Accept-Encoding": "identity", "User-Agent": "mpclient" };

/**
 * How every address is reached, and what is sent there. Credentials go to the origins that they were
 * given for (scheme, host and port; RFC 6454) and to no other: not over a redirect, and not because a
 * Metalink names it.
 *
 * @example
 * ```ts
 * const url = new URL("https://me:secret@example.org/a.iso");
 * const access = new OriginAccess({ urls: [url] });
 * access.fields(url).Authorization; // "Basic bWU6c2VjcmV0"
 * access.fields(new URL("https://example.org:8443/a.iso")).Authorization; // undefined
 * ```
 */
export class OriginAccess {
  /** Connections over which servers have answered; whoever made this disposes of them. */
  readonly idle = new IdleConnections();
  readonly #settings: AccessSettings;
  readonly #named: ReadonlySet<string>;

  constructor(settings: AccessSettings) {
    this.#settings = settings;
    this.#named = new Set(settings.urls.map(({ origin }) => origin));
  }

  /** How an address is reached. */
  endpoint(url: URL): Endpoint {
    const { proxies = {} } = this.#settings;
    const endpoint = endpointOf(url);
    const proxy = proxyFor(url, proxies);
    const caCerts = endpoint.scheme === "https" ? this.#settings.caCerts?.() ?? [] : [];
    return {
      ...endpoint,
      ...caCerts.length > 0 ? { caCerts } : {},
      ...proxy ? { proxy } : {},
    };
  }

  /** Header fields for requests to an address; none of them is `Host`, `Range` or about the connection. */
  fields(url: URL): Readonly<Record<string, string>> {
    const authorization = this.#authorization(url);
    const fields = new Map<string, readonly [name: string, value: string]>();
    const add = (name: string, value: string) => fields.set(name.toLowerCase(), [name, value]);
    for (const [name, value] of Object.entries(OWN_FIELDS)) add(name, value);
    if (authorization !== undefined) add("Authorization", authorization);
    if (this.#isNamed(url)) {
      for (const { name, value } of this.#settings.headers ?? []) add(name, value);
    }
    return Object.fromEntries(fields.values());
  }

  /** Origins that credentials would be sent to over the network for everybody to read. */
  get exposed(): string[] {
    const isSecret = ({ name }: { name: string }) =>
      /^(authorization|cookie|proxy-authorization)$|token|key|secret/i.test(name);
    const hasSecret = (url: URL) =>
      this.#authorization(url) !== undefined || (this.#settings.headers ?? []).some(isSecret);
    const open = this.#settings.urls.filter((url) =>
      url.protocol === "http:" && !isLoopback(url.hostname) && hasSecret(url)
    );
    return [...new Set(open.map(({ origin }) => origin))];
  }

  #isNamed({ origin }: URL): boolean {
    return this.#named.has(origin);
  }

  #authorization(url: URL): string | undefined {
    const { urls, user, token, netrc = [] } = this.#settings;
    if (this.#isNamed(url)) {
      const own = urls.filter(({ origin }) => origin === url.origin).map(basicOf);
      // Two addresses of one origin may have two names; an address that has none uses the other's.
      const given = basicOf(url) ?? own.find((value) => value !== undefined);
      if (given !== undefined) return given;
      if (user) return basic(user.user, user.password);
      if (token !== undefined) return `Bearer ${token}`;
    }
    // Somebody else may redirect to any port of a machine, or to where everybody can listen.
    const isOwn = url.protocol === "https:" && url.port === "";
    const { host } = endpointOf(url);
    const entry = netrc.find(({ machine }) =>
      machine === host.toLowerCase() ? isOwn || this.#isNamed(url) : machine === undefined &&
        this.#isNamed(url)
    );
    return entry && basic(entry.login, entry.password);
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
}
