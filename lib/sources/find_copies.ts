import { ClientConnection } from "../http/client/client_connection.ts";
import { parseLinks } from "../http/client/link_header.ts";
import { MAX_HEAD_BYTES } from "../http/limits.ts";
import type { MetalinkFile } from "../content/metalink.ts";
import { decodeXml } from "../content/xml_text.ts";
import {
  DISCOVERY_GRACE_MS,
  DISCOVERY_TIMEOUT_MS,
  MAX_COPIES_FOUND,
  MAX_MANIFEST_BYTES,
} from "./limits.ts";
import { LostError } from "./lost_error.ts";
import { fetchDocument, type Probe, probe, type WebAccess } from "./probe.ts";
import { askProcessInfo, type ProcessInfo } from "./server_info.ts";

/** Places with copies of one file, those that were named first. */
export interface Copies {
  /** Ports of mpservers, which say more than any web server: their addresses without a path. */
  readonly ports: URL[];
  readonly urls: URL[];
  /** What the first of `urls` has said, if it was asked. */
  readonly probe?: Probe;
  /** What a Metalink says of the file, if what was named is one or leads to one. */
  described?: MetalinkFile;
  /** Whether a Metalink was named: then that is what the file is called. */
  readonly isMetalink?: boolean;
  /** All files of a Metalink that was named and has several; then `urls` is empty. */
  readonly files?: readonly MetalinkFile[];
}

const METALINK_TYPE = /^application\/metalink(?:4?\+xml)\b/i;

/** What servers say of it that do not know this type: then it is one by its name. */
const UNKNOWN_TYPE =
  /^(?:$|application\/octet-stream|text\/plain|(?:application|text)\/xml)\s*(?:;|$)/i;
const METALINK_NAME = /\.(?:meta4|metalink)$/i;

/** How long addresses have to answer that are looked at together: those that do not hold up nobody. */
export class Discovery implements Disposable {
  readonly #late = new AbortController();
  readonly #graceMs: number;
  #timer: ReturnType<typeof setTimeout>;
  #hasBegun = false;

  /**
   * @param graceMs Milliseconds that the others have once one of them has answered.
   * @param timeoutMs Milliseconds that all of them have.
   */
  constructor(graceMs = DISCOVERY_GRACE_MS, timeoutMs = DISCOVERY_TIMEOUT_MS) {
    this.#graceMs = graceMs;
    this.#timer = this.#endsIn(timeoutMs);
  }

  /** Aborted when those that have not answered are used as they are. */
  get late(): AbortSignal {
    return this.#late.signal;
  }

  /** One of them has answered. */
  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    clearTimeout(this.#timer);
    this.#timer = this.#endsIn(this.#graceMs);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #endsIn(milliseconds: number): ReturnType<typeof setTimeout> {
    const reason = new DOMException("It does not answer in time", "TimeoutError");
    return setTimeout(() => this.#late.abort(reason), milliseconds);
  }
}

/**
 * Finds the copies that one address stands for (RFC 6249): those that a Metalink lists, if it is one or
 * leads to one, and those that are linked as duplicates. One port of an mpserver leads to all of them.
 * What cannot be found in a moment is done without.
 *
 * @param url What a person named.
 * @param discovery How long it has.
 * @returns At least the address itself, or what it lists.
 * @throws {LostError} If it is a Metalink that lists nothing of use.
 */
export async function findCopies(
  url: URL,
  access: WebAccess,
  signal: AbortSignal,
  discovery: Discovery,
): Promise<Copies> {
  const over = AbortSignal.any([signal, discovery.late]);
  const found = await probe(url, access, over).catch(asUndefined);
  if (!found) return onlyCopy(url);
  discovery.begin();
  return await copiesAt(url, found, access, signal);
}

/** The copy at an address itself, where nothing is known to lead on from it. */
export function onlyCopy(url: URL): Copies {
  return { ports: [], urls: [url] };
}

/**
 * What {@linkcode findCopies} finds, by what an address has answered.
 *
 * @throws {LostError} If it is a Metalink that lists nothing of use.
 */
export async function copiesAt(
  url: URL,
  found: Probe,
  access: WebAccess,
  signal: AbortSignal,
): Promise<Copies> {
  const late = AbortSignal.any([signal, AbortSignal.timeout(DISCOVERY_TIMEOUT_MS)]);
  const copies: Copies = { ...onlyCopy(url), probe: found };
  if (isMetalink(url, found)) {
    access.idle?.close(access.endpoint(found.url));
    return await copiesInDocument(url, access, signal);
  }
  const links = parseLinks(found.head.headers.get("link") ?? "");
  for (const { rels, target } of links) {
    const duplicate = rels.includes("duplicate") ? webAddress(target, found.url) : undefined;
    if (duplicate) copies.urls.push(duplicate);
  }
  const description = links.find(({ rels, type }) =>
    rels.includes("describedby") && METALINK_TYPE.test(type ?? "")
  );
  const metalink = description && webAddress(description.target, found.url);
  if (metalink) await addDescribed(copies, found, metalink, access, late);
  copies.urls.splice(MAX_COPIES_FOUND);
  return copies;
}

/**
 * What a Metalink document lists.
 *
 * @param base Where it was found, if it was on the web: addresses without a host are there, too.
 * @throws {LostError} If it is none, or lists one file and no address of it that can be used.
 */
export async function copiesOfMetalink(document: Uint8Array, base?: URL): Promise<Copies> {
  const files = await filesIn(document, base);
  const [file] = files;
  return file && files.length === 1 ? copiesListed(file) : { ports: [], urls: [], files };
}

/**
 * The copies of one file that a Metalink lists, the preferred ones first.
 *
 * @throws {LostError} If there is no address among them that can be used.
 */
export function copiesListed(file: MetalinkFile): Copies {
  const usable = file.urls.flatMap(({ url }) => webAddress(url) ?? []);
  if (usable.length > 0) {
    const urls = usable.slice(0, MAX_COPIES_FOUND);
    return { ports: [], urls, described: file, isMetalink: true };
  }
  const [first] = file.leftOut;
  const others = first === undefined ? "" : `, only ${first}`;
  throw new LostError(`its Metalink lists no address that can be used${others}`, true);
}

function isMetalink({ pathname }: URL, { url, head }: Probe): boolean {
  const type = head.headers.get("content-type") ?? "";
  if (METALINK_TYPE.test(type)) return true;
  const isNamedSo = METALINK_NAME.test(pathname) || METALINK_NAME.test(url.pathname);
  return isNamedSo && UNKNOWN_TYPE.test(type);
}

/** What the Metalink at an address lists. */
async function copiesInDocument(url: URL, access: WebAccess, signal: AbortSignal): Promise<Copies> {
  const { url: base, bytes } = await fetchDocument(url, access, signal, MAX_MANIFEST_BYTES);
  return await copiesOfMetalink(bytes, base);
}

/** Copies that the description of a file lists, if it can be had. */
async function addDescribed(
  copies: Copies,
  { url }: Probe,
  metalink: URL,
  access: WebAccess,
  signal: AbortSignal,
): Promise<void> {
  // Of an mpserver, other things are asked; it may take one connection only.
  access.idle?.close(access.endpoint(url));
  const process = metalink.origin === url.origin
    ? await processAt(url, access, signal).catch(asUndefined)
    : undefined;
  const isReady = process === undefined || process.isMetalinkReady;
  const listed = isReady
    ? await copiesInDocument(metalink, access, signal).catch(asUndefined)
    : undefined;
  if (listed?.described) copies.described = listed.described;
  if (!process) {
    copies.urls.push(...listed?.urls ?? []);
    return;
  }
  // While it hashes the file, it knows no digest to list copies by, but its other ports.
  const siblings = listed?.described
    ? listed.urls
    : process.ports.map((port) => withPort(url, port));
  copies.urls.splice(0);
  copies.ports.push(...[url, ...siblings.slice(0, MAX_COPIES_FOUND)].map(withoutPath));
}

/** What an mpserver says of itself. */
async function processAt(
  url: URL,
  access: WebAccess,
  signal: AbortSignal,
): Promise<ProcessInfo> {
  const buffer = new Uint8Array(2 * MAX_HEAD_BYTES);
  const endpoint = { ...access.endpoint(url), fields: access.fields(url) };
  using connection = await ClientConnection.open(endpoint, { buffer, signal });
  using _closing = connection.closedBy(signal);
  return await askProcessInfo(connection);
}

async function filesIn(document: Uint8Array, base?: URL): Promise<readonly MetalinkFile[]> {
  // The parser is loaded only now, as most downloads need none.
  const { MetalinkError, readMetalink } = await import("../content/metalink_read.ts");
  try {
    return (await readMetalink(decodeXml(document), base)).files;
  } catch (error) {
    // A range error is about the encoding.
    if (!(error instanceof MetalinkError || error instanceof RangeError)) throw error;
    throw new LostError(`no usable Metalink: ${error.message}`, true, { cause: error });
  }
}

function webAddress(target: string, base?: URL): URL | undefined {
  const url = URL.parse(target, base?.href);
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === "") return undefined;
  url.hash = "";
  return url;
}

function withPort(url: URL, port: number): URL {
  const other = new URL(url);
  other.port = String(port);
  return other;
}

function withoutPath({ origin }: URL): URL {
  return new URL(origin);
}

/** What the other side or the network is to blame for need not be told: the address itself is tried. */
function asUndefined(error: unknown): undefined {
  const isOver = error instanceof DOMException && error.name === "TimeoutError";
  if (isOver || LostError.from(error)) return undefined;
  throw error;
}
