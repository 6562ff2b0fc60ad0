import { authority } from "../http/endpoint.ts";
import { MultiportError } from "../multiport_error.ts";
import { type Copies, copiesOfMetalink, findCopies } from "../sources/find_copies.ts";
import { MAX_MANIFEST_BYTES } from "../sources/limits.ts";
import { LostError } from "../sources/lost_error.ts";
import { MultiportSource } from "../sources/multiport_source.ts";
import { PLAIN_ACCESS, shown } from "../sources/probe.ts";
import { Samples } from "../sources/samples.ts";
import type { ServerAddress } from "../addresses.ts";
import type { Sources } from "../sources/sources.ts";
import { WebSource } from "../sources/web_source.ts";
import type { DownloadOptions } from "./download_options.ts";

/** What was named says of the file besides where it is. */
export interface Described {
  readonly name: string | undefined;
  readonly sha256: string | undefined;
}

/**
 * Adds every place that was named to the sources, and those that these lead on to; each of them once.
 *
 * @param signal Ends the search.
 * @throws {MultiportError} If a Metalink was named that cannot be used.
 */
export async function addSources(
  sources: Sources,
  options: DownloadOptions,
  signal: AbortSignal,
): Promise<Described> {
  const { servers, urls = [], metalinks = [], discover = true, access = PLAIN_ACCESS } = options;
  const known = new Set<string>();
  const isNew = (key: string) => !known.has(key) && !!known.add(key);
  const addPort = (address: ServerAddress) => {
    if (!isNew(portKey(address))) return;
    const place = { ...address, fields: options.access?.fields(urlOf(address)) ?? {} };
    sources.add((index, listener) => new MultiportSource(index, place, listener));
  };
  // They are being asked while others are being looked for.
  servers.forEach(addPort);
  const found = await Promise.all([
    ...metalinks.map(copiesOfFile),
    ...urls.map((url) => discover ? copiesOfUrl(url, options, signal) : alone(url)),
  ]);
  for (const copies of found) copies.servers.forEach(addPort);
  const all = found.flatMap(({ urls, probe }) =>
    urls.map((url, at) => ({ url, probe: at === 0 ? probe : undefined }))
  );
  // Nobody vouches for what web servers have: their copies are compared with each other.
  const samples = all.length > 1 ? new Samples() : undefined;
  for (const { url, probe } of all) {
    // A port of an mpserver is asked as one.
    if (known.has(portKey({ host: url.hostname, port: Number(url.port) })) || !isNew(url.href)) {
      continue;
    }
    sources.add((index, listener) => new WebSource(index, url, listener, access, probe, samples));
  }
  // What several places say has to be compared first; what one says is what was asked for.
  const [only] = found.length === 1 && servers.length === 0 ? found : [];
  return { name: only?.name, sha256: options.sha256 ?? only?.sha256 };
}

function urlOf(address: ServerAddress): URL {
  return new URL(`http://${authority(address)}`);
}

function portKey({ host, port }: ServerAddress): string {
  return `${host.toLowerCase()} ${port}`;
}

function alone(url: URL): Promise<Copies> {
  return Promise.resolve({ servers: [], urls: [url], sha256: undefined });
}

async function copiesOfUrl(
  url: URL,
  { access = PLAIN_ACCESS }: DownloadOptions,
  signal: AbortSignal,
): Promise<Copies> {
  try {
    return await findCopies(url, access, signal);
  } catch (cause) {
    signal.throwIfAborted();
    if (!(cause instanceof LostError)) throw cause;
    throw new MultiportError("unreachable", `Cannot use ${shown(url)}: ${cause.message}`, {
      cause,
    });
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
