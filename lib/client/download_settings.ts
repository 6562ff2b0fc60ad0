import { isAccessToken } from "../access_token.ts";
import { parseAddress, type ServerAddress } from "../addresses.ts";
import { fieldFault } from "../header_field.ts";
import { MultiportError } from "../multiport_error.ts";
import type { OriginAccess } from "../http/client/origin_access.ts";
import type { WebAccess } from "../sources/probe.ts";
import { DOWNLOAD_DEFAULTS, type DownloadOptions } from "./download_options.ts";
import type { NamedPlaces } from "./open_access.ts";

/** What a download was asked to do, checked and with defaults filled in. */
export interface DownloadSettings {
  readonly servers: readonly ServerAddress[];
  readonly urls: readonly URL[];
  readonly metalinks: readonly string[];
  readonly discover: boolean;
  /** Lower-case. */
  readonly sha256: string | undefined;
  readonly wait: number | undefined;
  readonly output: string | undefined;
  /** Takes the content instead of a file. */
  readonly stream: WritableStream<Uint8Array> | undefined;
  readonly dir: string | undefined;
  readonly force: boolean;
  readonly resume: boolean;
  readonly remoteTime: boolean;
  readonly maxSize: number;
  /** Bytes per second; undefined if there is no limit. */
  readonly limitRate: number | undefined;
  readonly verify: boolean;
  /** Whether every piece is fetched from two sources, where it has no digest. */
  readonly twice: boolean;
  readonly stallTimeout: number;
  readonly pauseTimeout: number;
  readonly balance: "adaptive" | "equal";
  readonly interval: number;
  /** How servers are reached, where something is special about that. */
  readonly access: WebAccess | undefined;
  /** The trace of everything that is asked for and answered; undefined if nobody wants to know. */
  readonly trace: number | undefined;
  /** Origins that credentials are sent to over the network for everybody to read. */
  readonly exposed: readonly string[];
}

/**
 * Checks the options of a download, and fills in defaults.
 *
 * @throws {MultiportError} `usage` if one of them is wrong, `local` if a file that one names cannot be read.
 * What may be a secret is not in the message.
 */
export async function settingsOf(options: DownloadOptions): Promise<DownloadSettings> {
  const { servers = [], urls = [], metalinks = [], output, sha256 } = options;
  if (servers.length + urls.length + metalinks.length === 0) {
    throw wrong("there is no server, no URL and no Metalink");
  }
  checkAccess(options);
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256)) {
    throw wrong("sha256 takes 64 hexadecimal digits");
  }
  if (typeof output === "object" && output.locked) throw wrong("the output is locked by a writer");
  const { balance = "adaptive" } = options;
  if (balance !== "adaptive" && balance !== "equal") {
    throw wrong("balance takes adaptive or equal");
  }
  const places = { servers: servers.map(parseServer), urls: urls.map(parseUrl) };
  const access = await accessTo(places, options);
  return {
    ...places,
    metalinks,
    discover: options.discover ?? true,
    sha256: sha256?.toLowerCase(),
    wait: options.wait === undefined ? undefined : number("wait", options.wait),
    output: typeof output === "string" ? output : undefined,
    stream: typeof output === "string" ? undefined : output,
    dir: options.dir,
    force: options.force ?? false,
    resume: options.resume ?? true,
    remoteTime: options.remoteTime ?? false,
    maxSize: number("maxSize", options.maxSize ?? Infinity),
    limitRate: limitOf(options.limitRate),
    verify: options.verify ?? true,
    twice: options.twice ?? false,
    stallTimeout: number(
      "stallTimeout",
      options.stallTimeout ?? DOWNLOAD_DEFAULTS.stallTimeout,
      Number.MIN_VALUE,
    ),
    pauseTimeout: number("pauseTimeout", options.pauseTimeout ?? Infinity),
    balance,
    interval: number("interval", options.interval ?? DOWNLOAD_DEFAULTS.interval),
    access,
    trace: undefined,
    exposed: access?.exposed ?? [],
  };
}

/** Loads what knows of credentials and proxies only where it may be needed. */
async function accessTo(
  places: NamedPlaces,
  options: DownloadOptions,
): Promise<OriginAccess | undefined> {
  const { metalinks = [], user, token, headers, netrc } = options;
  const isWeb = places.urls.length > 0 || metalinks.length > 0;
  if (!isWeb && !user && token === undefined && !headers && netrc === undefined) return undefined;
  const { openAccess } = await import("./open_access.ts");
  return openAccess(places, options);
}

function checkAccess({ token, headers = {} }: DownloadOptions): void {
  if (token !== undefined && !isAccessToken(token)) {
    throw wrong("the token is not one word of letters, digits and -._~+/");
  }
  for (const [name, value] of Object.entries(headers)) {
    const fault = fieldFault(name, value);
    if (fault === "own") throw wrong(`the header ${name} is set by the download itself`);
    if (fault) throw wrong(`a header has characters in its ${fault} that none may have`);
  }
}

function parseServer(text: string): ServerAddress {
  const address = parseAddress(text);
  if (address) return address;
  throw wrong(`${JSON.stringify(text)} is no HOST:PORT`);
}

/** What follows # is for whoever shows a page (RFC 9110, section 4.2.5). */
function parseUrl(given: string | URL): URL {
  const url = URL.parse(String(given));
  // A password may be in it, which no message repeats.
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw wrong("a URL is malformed, or neither http nor https");
  }
  url.hash = "";
  return url;
}

function limitOf(rate = Infinity): number | undefined {
  return number("limitRate", rate, 1) === Infinity ? undefined : rate;
}

function number(name: string, value: number, least = 0): number {
  if (value >= least) return value;
  throw wrong(`${name} takes a number, and not ${value}`);
}

function wrong(why: string): MultiportError {
  return new MultiportError("usage", `Cannot download: ${why}`);
}
