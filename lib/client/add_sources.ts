import { authority, endpointOf } from "../http/client/endpoint.ts";
import { MultiportError } from "../multiport_error.ts";
import { combineFiles, type MetalinkFile } from "../content/metalink.ts";
import {
  type Copies,
  copiesAt,
  copiesListed,
  copiesOfMetalink,
  Discovery,
  findCopies,
  onlyCopy,
} from "../sources/find_copies.ts";
import { contentName } from "../sources/content_name.ts";
import { MAX_MANIFEST_BYTES } from "../sources/limits.ts";
import { LostError } from "../sources/lost_error.ts";
import { MultiportSource } from "../sources/multiport_source.ts";
import { PLAIN_ACCESS, type Probe, type WebAccess } from "../sources/probe.ts";
import { shown } from "../http/client/exchange.ts";
import { tracedAccess } from "./tell_exchanges.ts";
import { Samples } from "../sources/samples.ts";
import type { ServerAddress } from "../addresses.ts";
import type { Source, SourceListener } from "../sources/source.ts";
import type { Sources } from "../sources/sources.ts";
import { WebSource, type WebSourceOptions } from "../sources/web_source.ts";
import { readNamedBytes } from "../read_named_file.ts";
import type { DownloadSettings } from "./download_settings.ts";

/** How many addresses that cannot be used a notice names. */
const MAX_LEFT_OUT_NAMED = 3;

/** What the named places say about the file, besides where it is. */
export interface Described {
  /** The entry of a Metalink, if one was named, or the only place that was named leads to one. */
  file: MetalinkFile | undefined;
  /** What that calls it, if a Metalink was named. */
  name: string | undefined;
  /** What all web servers that have answered call it, if it is on web servers alone and they do not differ. */
  called: string | undefined;
  /** All files of a Metalink that was named alone and has several: then no source has been added. */
  files: readonly MetalinkFile[] | undefined;
}

/**
 * Adds every place that was named to the sources, and those that these lead on to; each of them once.
 * One that does not answer yet leads on to others when it does.
 *
 * @param signal Ends the search.
 * @returns What is known of the file. If the only place that was named has not answered yet, more may be
 * known when it has.
 * @throws {MultiportError} If a Metalink was named that cannot be used.
 */
export async function addSources(
  sources: Sources,
  settings: DownloadSettings & { readonly listed?: MetalinkFile },
  signal: AbortSignal,
): Promise<Described> {
  const { listed, servers, urls, metalinks, discover } = settings;
  const places = new Places(sources, settings, signal);
  // They are being asked while others are being looked for.
  for (const address of servers) places.addServer(address);
  using discovery = new Discovery();
  const found = listed ? [copiesOf(listed)] : await allOrNone(signal, (over) => [
    ...metalinks.map(copiesOfFile),
    ...urls.map((url) => discover ? copiesOfUrl(url, settings, discovery, over) : onlyCopy(url)),
  ]);
  places.addAll(found);
  if (servers.length === 0) places.described.called = commonName(found);
  return places.described;
}

/** Waits for all; once one has failed the others are stopped, and none of them outlasts this. */
async function allOrNone<T>(
  signal: AbortSignal,
  begin: (over: AbortSignal) => (T | Promise<T>)[],
): Promise<T[]> {
  const failed = new AbortController();
  const all = begin(AbortSignal.any([signal, failed.signal]));
  try {
    return await Promise.all(all);
  } finally {
    failed.abort();
    await Promise.allSettled(all);
  }
}

function commonName(found: readonly Copies[]): string | undefined {
  if (found.some(({ ports }) => ports.length > 0)) return undefined;
  const names = new Set(found.flatMap(({ urls: [url], probe }) => {
    if (!url || !probe) return [];
    return contentName(probe.head.headers.get("content-disposition"), [url, probe.url]);
  }));
  const [name, ...others] = names;
  return others.length === 0 ? name : undefined;
}

/** @throws {MultiportError} `unreachable` if there is no address that can be used. */
function copiesOf(file: MetalinkFile): Copies {
  try {
    return copiesListed(file);
  } catch (cause) {
    if (!(cause instanceof LostError)) throw cause;
    const message = `Cannot fetch ${file.name}: ${cause.message}`;
    throw new MultiportError("unreachable", message, { cause });
  }
}

/** What of a Metalink cannot be used, in a line for people, if there is any. */
export function leftOutOf({ leftOut }: MetalinkFile): string[] {
  if (leftOut.length === 0) return [];
  const named = leftOut.slice(0, MAX_LEFT_OUT_NAMED).join(", ");
  const more = leftOut.length > MAX_LEFT_OUT_NAMED
    ? ` and ${leftOut.length - MAX_LEFT_OUT_NAMED} more`
    : "";
  return [`Left out of the Metalink, as only http and https are known: ${named}${more}`];
}

/** Where copies are; each place becomes one source. */
class Places {
  readonly #sources: Sources;
  readonly #settings: DownloadSettings;
  readonly #access: WebAccess;
  readonly #signal: AbortSignal;
  readonly #known = new Set<string>();
  /** Nobody vouches for what web servers have: their copies are compared with each other. */
  #samples: Samples | undefined;
  /** Digests of the pieces tell more than any sample. */
  #isVouchedFor = false;
  readonly described: Described;

  constructor(sources: Sources, settings: DownloadSettings, signal: AbortSignal) {
    this.#sources = sources;
    this.#settings = settings;
    this.#access = settings.access ?? PLAIN_ACCESS;
    this.#signal = signal;
    this.described = { file: undefined, name: undefined, called: undefined, files: undefined };
  }

  /** Adds a port of an mpserver that was named as one. */
  addServer(address: ServerAddress): void {
    if (!this.#isNew(portKey(address))) return;
    const { access, trace: id } = this.#settings;
    const fields = access?.fields(new URL(`http://${authority(address)}`)) ?? {};
    const endpoint = { scheme: "http", ...address, fields } as const;
    this.#sources.add((server, listener) => {
      const traced = id === undefined ? endpoint : { ...endpoint, trace: { id, server } };
      return new MultiportSource(server, traced, listener);
    });
  }

  /** Adds what other places that were named have led to. */
  addAll(found: readonly Copies[]): void {
    const { discover } = this.#settings;
    found.forEach((copies) => this.#describe(copies));
    if (found.some(({ files }) => files)) return this.#checkIsOnly();
    if (!this.#isOnly) this.#describeBesideOthers(found);
    for (const { ports } of found) ports.forEach((port) => this.#addPort(port));
    const isOpen = ({ urls, probe }: Copies) => discover && urls.length === 1 && !probe;
    const count = found.reduce((sum, { urls }) => sum + urls.length, 0);
    this.#isVouchedFor = this.described.file?.pieces !== undefined && this.#settings.verify;
    if (!this.#isVouchedFor && (count > 1 || found.some(isOpen))) this.#samples = new Samples();
    for (const copies of found) {
      copies.urls.forEach((url, at) => {
        this.#addCopy(url, at === 0 ? copies.probe : undefined, isOpen(copies));
      });
    }
  }

  #addPort(url: URL): void {
    if (!this.#isNew(portKey(endpointOf(url)))) return;
    this.#sources.add((index, listener) => this.#portAt(url, index, listener));
  }

  /** @param mayLead Whether it is not known yet where it leads. */
  #addCopy(url: URL, asked?: Probe, mayLead = false): void {
    // A port of an mpserver is asked as one.
    if (this.#known.has(portKey(endpointOf(url))) || !this.#isNew(url.href)) return;
    this.#sources.add((index, listener) => {
      const lead = (found: Probe) => this.#follow(source, url, found);
      const source = this.#copyAt(url, index, listener, mayLead ? { asked, lead } : { asked });
      return source;
    });
  }

  /**
   * Adds what an address leads to that answers late.
   *
   * @returns Whether others have taken its place.
   */
  async #follow(source: Source, url: URL, found: Probe): Promise<boolean> {
    const copies = await copiesAt(url, found, this.#access, this.#signal);
    if (copies.files) throw new LostError("it is a Metalink of several files: too late", true);
    this.#describe(copies);
    const [port] = copies.ports;
    const [copy = url] = copies.urls;
    if (port) {
      this.#isNew(portKey(endpointOf(port)));
      this.#sources.replace(source, (index, listener) => this.#portAt(port, index, listener));
    } else if (copy.href !== url.href) {
      this.#isNew(copy.href);
      this.#sources.replace(source, (index, listener) => this.#copyAt(copy, index, listener));
    }
    copies.ports.forEach((other) => this.#addPort(other));
    copies.urls.forEach((other) => this.#addCopy(other));
    return port !== undefined || copy.href !== url.href;
  }

  /**
   * What several places lead to has to be compared first; what one says is what was asked for. Where an
   * address leads counts only if the Metalink that listed it, if one did, has said nothing.
   */
  #describe({ described, isMetalink, files }: Copies): void {
    if (!this.#isOnly || this.described.file) return;
    this.described.file = described;
    // Without a name there, its sources have one.
    this.described.name = isMetalink && described?.name || undefined;
    this.described.files = files;
  }

  /** What a Metalink that was named says counts for the other places, too. */
  #describeBesideOthers(found: readonly Copies[]): void {
    for (const { described, isMetalink } of found) {
      if (!isMetalink || !described) continue;
      const { file } = this.described;
      const both = file === undefined ? described : combineFiles(file, described);
      // The digest that was asked for decides.
      if (!both && this.#settings.sha256 === undefined) throw contradicted();
      if (both) this.described.file = both;
    }
    this.described.name = this.described.file?.name || undefined;
  }

  /** Of several files, nobody could say which one the other places have. */
  #checkIsOnly(): void {
    if (this.#isOnly) return;
    const message = "Cannot use a Metalink with several files beside other sources: name it alone";
    throw new MultiportError("usage", message);
  }

  get #isOnly(): boolean {
    const { servers, urls, metalinks } = this.#settings;
    return servers.length + urls.length + metalinks.length === 1;
  }

  #isNew(key: string): boolean {
    return !this.#known.has(key) && !!this.#known.add(key);
  }

  #portAt(url: URL, index: number, listener: SourceListener): MultiportSource {
    const access = this.#accessFor(index);
    const endpoint = { ...access.endpoint(url), fields: access.fields(url) };
    return new MultiportSource(index, endpoint, listener);
  }

  #copyAt(
    url: URL,
    index: number,
    listener: SourceListener,
    more: Pick<WebSourceOptions, "asked" | "lead"> = {},
  ): WebSource {
    const [samples, isVouchedFor] = [this.#samples, this.#isVouchedFor];
    const access = this.#accessFor(index);
    return new WebSource(index, url, listener, { access, samples, isVouchedFor, ...more });
  }

  /** How one server is reached. */
  #accessFor(server: number): WebAccess {
    const { trace } = this.#settings;
    return trace === undefined ? this.#access : tracedAccess(this.#access, trace, server);
  }
}

function contradicted(): MultiportError {
  const message = "Cannot tell which copy is right: the Metalinks say different things of the file";
  return new MultiportError("tie", message);
}

function portKey({ host, port }: ServerAddress): string {
  return `${host.toLowerCase()} ${port}`;
}

async function copiesOfUrl(
  url: URL,
  { access = PLAIN_ACCESS, servers, urls, metalinks }: DownloadSettings,
  discovery: Discovery,
  signal: AbortSignal,
): Promise<Copies> {
  try {
    return await findCopies(url, access, signal, discovery);
  } catch (cause) {
    signal.throwIfAborted();
    const lost = LostError.from(cause);
    if (lost === undefined) throw cause;
    // What one place answers must not take the others away.
    if (servers.length + urls.length + metalinks.length > 1) return onlyCopy(url);
    throw new MultiportError("unreachable", `Cannot use ${shown(url)}: ${lost.message}`, { cause });
  }
}

async function copiesOfFile(path: string): Promise<Copies> {
  const document = readNamedBytes(path, "", MAX_MANIFEST_BYTES);
  try {
    return await copiesOfMetalink(document);
  } catch (cause) {
    if (!(cause instanceof LostError)) throw cause;
    throw new MultiportError("local", `Cannot use ${path}: ${cause.message}`, { cause });
  }
}
