import { authority, endpointOf } from "../http/endpoint.ts";
import { MultiportError } from "../multiport_error.ts";
import {
  type Copies,
  copiesAt,
  copiesOfMetalink,
  findCopies,
  onlyCopy,
} from "../sources/find_copies.ts";
import { MAX_MANIFEST_BYTES } from "../sources/limits.ts";
import { LostError } from "../sources/lost_error.ts";
import { MultiportSource } from "../sources/multiport_source.ts";
import { PLAIN_ACCESS, type Probe, shown, type WebAccess } from "../sources/probe.ts";
import { Samples } from "../sources/samples.ts";
import type { ServerAddress } from "../addresses.ts";
import type { Source, SourceListener } from "../sources/source.ts";
import type { Sources } from "../sources/sources.ts";
import { WebSource, type WebSourceOptions } from "../sources/web_source.ts";
import type { DownloadSettings } from "./download_settings.ts";

/** What was named says of the file besides where it is. */
export interface Described {
  name: string | undefined;
  sha256: string | undefined;
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
  settings: DownloadSettings,
  signal: AbortSignal,
): Promise<Described> {
  const { servers, urls, metalinks, discover } = settings;
  const places = new Places(sources, settings, signal);
  // They are being asked while others are being looked for.
  for (const address of servers) places.addServer(address);
  const found = await allOrNone(signal, (over) => [
    ...metalinks.map(copiesOfFile),
    ...urls.map((url) => discover ? copiesOfUrl(url, settings, over) : onlyCopy(url)),
  ]);
  places.addAll(found);
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

/** Where copies are; each place becomes one source. */
class Places {
  readonly #sources: Sources;
  readonly #settings: DownloadSettings;
  readonly #access: WebAccess;
  readonly #signal: AbortSignal;
  readonly #known = new Set<string>();
  /** Nobody vouches for what web servers have: their copies are compared with each other. */
  #samples: Samples | undefined;
  readonly described: Described;

  constructor(sources: Sources, settings: DownloadSettings, signal: AbortSignal) {
    this.#sources = sources;
    this.#settings = settings;
    this.#access = settings.access ?? PLAIN_ACCESS;
    this.#signal = signal;
    this.described = { name: undefined, sha256: settings.sha256 };
  }

  /** Adds a port of an mpserver that was named as one. */
  addServer(address: ServerAddress): void {
    if (!this.#isNew(portKey(address))) return;
    const fields = this.#settings.access?.fields(new URL(`http://${authority(address)}`)) ?? {};
    const endpoint = { scheme: "http", ...address, fields } as const;
    this.#sources.add((index, listener) => new MultiportSource(index, endpoint, listener));
  }

  /** Adds what other places that were named have led to. */
  addAll(found: readonly Copies[]): void {
    const { discover } = this.#settings;
    found.forEach((copies) => this.#describe(copies));
    for (const { ports } of found) ports.forEach((port) => this.#addPort(port));
    const isOpen = ({ urls, probe }: Copies) => discover && urls.length === 1 && !probe;
    const count = found.reduce((sum, { urls }) => sum + urls.length, 0);
    if (count > 1 || found.some(isOpen)) this.#samples = new Samples();
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
    const [port] = copies.ports;
    const [copy = url] = copies.urls;
    if (port) {
      this.#isNew(portKey(endpointOf(port)));
      this.#sources.replace(source, (index, listener) => this.#portAt(port, index, listener));
    } else if (copy.href !== url.href) {
      // What it says of the file would have to be known by now.
      if (!this.#isOnly) throw new LostError("it is a Metalink that has come too late", true);
      this.#describe(copies);
      this.#isNew(copy.href);
      this.#sources.replace(source, (index, listener) => this.#copyAt(copy, index, listener));
    }
    copies.ports.forEach((other) => this.#addPort(other));
    copies.urls.forEach((other) => this.#addCopy(other));
    return port !== undefined || copy.href !== url.href;
  }

  /** What several places say has to be compared first; what one says is what was asked for. */
  #describe({ name, sha256 }: Copies): void {
    if (!this.#isOnly) return;
    this.described.name = name;
    this.described.sha256 ??= sha256;
  }

  get #isOnly(): boolean {
    const { servers, urls, metalinks } = this.#settings;
    return servers.length + urls.length + metalinks.length === 1;
  }

  #isNew(key: string): boolean {
    return !this.#known.has(key) && !!this.#known.add(key);
  }

  #portAt(url: URL, index: number, listener: SourceListener): MultiportSource {
    const endpoint = { ...this.#access.endpoint(url), fields: this.#access.fields(url) };
    return new MultiportSource(index, endpoint, listener);
  }

  #copyAt(
    url: URL,
    index: number,
    listener: SourceListener,
    more: Pick<WebSourceOptions, "asked" | "lead"> = {},
  ): WebSource {
    const options = { access: this.#access, samples: this.#samples, ...more };
    return new WebSource(index, url, listener, options);
  }
}

function portKey({ host, port }: ServerAddress): string {
  return `${host.toLowerCase()} ${port}`;
}

async function copiesOfUrl(
  url: URL,
  { access = PLAIN_ACCESS, servers, urls, metalinks }: DownloadSettings,
  signal: AbortSignal,
): Promise<Copies> {
  try {
    return await findCopies(url, access, signal);
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
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_MANIFEST_BYTES) {
      throw new LostError(`it has more than ${MAX_MANIFEST_BYTES} bytes`);
    }
    return await copiesOfMetalink(await Deno.readTextFile(path));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw new MultiportError("local", `Cannot read ${path}: there is no such file`, { cause });
    }
    const isKnown = cause instanceof LostError || cause instanceof Deno.errors.PermissionDenied;
    if (!isKnown) throw cause;
    throw new MultiportError("local", `Cannot use ${path}: ${cause.message}`, { cause });
  }
}
