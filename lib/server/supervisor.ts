import { MultiportError } from "../multiport_error.ts";
import { Events } from "../events.ts";
import type { Manifest } from "../content/manifest.ts";
import type { FromManifestWorker, ToManifestWorker } from "./manifest_worker.ts";
import type { Mirror } from "./port/metalink.ts";
import { type CertificateFiles, readCertificate } from "./certificate.ts";
import { DESCRIPTORS_TO_GIVE_BACK } from "./limits.ts";
import { ConnectionQuota } from "./port/connection_quota.ts";
import { ClientWatch } from "./client_watch.ts";
import { PortHandle, type PortListener, PortWorker } from "./port_handle.ts";
import type { FromPort, PortOptions } from "./port_message.ts";
import { pathOf } from "./port/resource.ts";
import type { FileIdentity } from "./served_file.ts";
import type { ClientStatus, ServeEvent, ServerStatus } from "./server_event.ts";
import type {
  PauseResult,
  ResumeResult,
  Servers,
  StartedServer,
  TerminateResult,
} from "./servers.ts";

/**
 * Workers that all ports share, or one per core if that is more. Each worker takes 20 MB, compiles its
 * code by itself, and has buffers of its own.
 */
const MAX_WORKERS = 4;

/** How workers are made; tests make others. */
export interface WorkerFactory {
  /** For one port, or for several. */
  port(): Worker;
  manifest(): Worker;
}

/** All servers of this process, the workers that they are in, and the one that hashes their files. */
export class Supervisor implements Servers, PortListener {
  readonly finished: Promise<void>;
  readonly isLocal: boolean;
  // A manifest event supersedes the one before for the same file.
  readonly events: Events<ServeEvent> = new Events((event, newer) =>
    event.type === "manifest" && newer.type === "manifest" && event.file === newer.file
  );
  readonly #handles: readonly PortHandle[];
  readonly #counts: SharedArrayBuffer;
  readonly #certificate: CertificateFiles | undefined;
  readonly #workers: WorkerFactory;
  readonly #onEvent: ((event: ServeEvent) => void) | undefined;
  readonly #watch: ClientWatch | undefined;
  readonly #once: boolean;
  readonly #manifests = new Map<PortHandle, Manifest>();
  readonly #finish = Promise.withResolvers<void>();
  #hashing: Worker | undefined;
  /** Paths of files whose digests had to wait for a free descriptor. */
  readonly #delayed = new Set<string>();
  #closed: Promise<void> | undefined;
  /** What `onEvent` has thrown, if anything. */
  #defect: { readonly error: unknown } | undefined;

  /**
   * @param files The file of every server, in their order.
   * @param certificate Where it is read again from.
   */
  constructor(
    files: readonly FileIdentity[],
    { once, watchClients, isLocal }: {
      readonly once: boolean;
      readonly watchClients: boolean;
      readonly isLocal: boolean;
    },
    certificate: CertificateFiles | undefined,
    workers: WorkerFactory,
    onEvent: ((event: ServeEvent) => void) | undefined,
  ) {
    this.isLocal = isLocal;
    this.#certificate = certificate;
    this.#workers = workers;
    this.#onEvent = onEvent;
    this.#once = once;
    this.#watch = once || watchClients ? new ClientWatch() : undefined;
    const count = workerCount(files.length);
    const portWorkers = Array.from({ length: count }, () => new PortWorker(workers.port()));
    this.#handles = files.map((file, at) =>
      new PortHandle(portWorkers[at % count] as PortWorker, at + 1, file, this)
    );
    this.#counts = ConnectionQuota.memoryFor(files.length);
    this.finished = this.#finish.promise;
    // Goes on by itself: neither of them ever rejects.
    Promise.all(this.#handles.map((handle) => handle.ended)).then(() => this.close());
  }

  get all(): readonly StartedServer[] {
    const scheme = this.#certificate === undefined ? "http" : "https";
    return this.#handles.map(({ index, address, file: { name } }) => ({
      index,
      address,
      name,
      url: `${scheme}://${address}${pathOf(name)}`,
    }));
  }

  /**
   * Takes all ports, and only then serves on any of them.
   *
   * @param ports One for every server.
   * @param options The same for all of them.
   * @throws {MultiportError} One of them cannot be had; everything else has been closed again.
   */
  async start(ports: readonly number[], options: Omit<PortOptions, "counts">): Promise<void> {
    const shared = { ...options, counts: this.#counts };
    const opening = this.#handles.map((handle, at) => handle.open(ports[at] ?? 0, shared));
    const failed = (await Promise.allSettled(opening)).find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") {
      await this.close();
      throw failed.reason;
    }
    const servers = this.#handles.map(({ index, address, file: { path: file, size } }) => ({
      index,
      address,
      file,
      size,
    }));
    this.#tell({ type: "listening", servers });
    await this.#throwDefect();
    const siblings = this.#handles.map(({ port }) => port);
    for (const handle of this.#handles) handle.tell({ type: "serve", ports: siblings });
    this.#hashFiles();
  }

  pause(index: number): PauseResult {
    return this.#handle(index)?.pause() ?? "unknown";
  }

  resume(index: number): ResumeResult {
    return this.#handle(index)?.resume() ?? "unknown";
  }

  terminate(index: number): TerminateResult {
    const result = this.#handle(index)?.terminate() ?? "unknown";
    if (result === "terminated") this.#tellMirrors();
    return result;
  }

  renewCertificate(): void {
    if (this.#certificate === undefined) return;
    try {
      const certificate = readCertificate(this.#certificate);
      for (const handle of this.#handles) handle.tell({ type: "certificate", certificate });
      this.#tell({ type: "notice", message: "The certificate was read again" });
    } catch (error) {
      if (!(error instanceof MultiportError)) throw error;
      const message = `${error.message}; the one that was read before stays in use`;
      this.#tell({ type: "notice", message });
    }
  }

  status(): ServerStatus[] {
    return this.#handles.map((handle) => handle.status());
  }

  clients(): ClientStatus[] {
    return this.#watch?.status(performance.now()) ?? [];
  }

  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  onMessage(handle: PortHandle, message: FromPort): void {
    const { index, file: { size } } = handle;
    switch (message.type) {
      case "state":
        this.#tell({ type: "server", index, state: message.state });
        break;
      case "notice":
        this.#tell(message);
        break;
      case "short of descriptors":
        this.#shareDescriptors();
        break;
      case "connected":
        this.#watch?.connected(message.client, size);
        break;
      case "begun":
        this.#watch?.begun(message.client, size, performance.now());
        break;
      case "taken":
        for (const { client, range } of message.parts) {
          this.#watch?.taken(client, size, range, performance.now());
        }
        break;
      case "sent":
        if (this.#watch?.sent(message.client, size, message.range, performance.now())) {
          const { name } = handle.file;
          this.#tell({ type: "notice", message: `${message.client} has the whole of ${name}` });
        }
        break;
      case "disconnected":
        this.#watch?.disconnected(message.client, size);
        break;
      case "served":
        this.#tell({ type: "served", index, ...message.record });
        break;
    }
    // `finished` tells when that is done; closing never rejects.
    if (this.#once && this.#watch?.isSatisfied(performance.now())) this.close();
  }

  onCrash(handle: PortHandle, reason: string): void {
    // Its connections went with it.
    new ConnectionQuota(this.#counts, handle.index).count = 0;
    const message = `${handle.name} broke down and is terminated: ${reason}`;
    this.#tell({ type: "notice", message });
    this.#tell({ type: "server", index: handle.index, state: "terminated" });
    this.#tellMirrors();
  }

  /** Warns that the token is sent without encryption. */
  warnOfToken(): void {
    const message = "The token is sent unencrypted: use TLS";
    this.#tell({ type: "notice", message, about: "clear-token" });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #handle(index: number): PortHandle | undefined {
    return this.#handles[index - 1];
  }

  async #closeAll(): Promise<void> {
    this.#hashing?.terminate();
    await Promise.all(this.#handles.map((handle) => handle.close()));
    if (this.#defect) {
      this.#finish.reject(this.#defect.error);
      this.events.fail(this.#defect.error);
    } else {
      this.#finish.resolve();
      this.events.end();
    }
  }

  /** Emits an event. If `onEvent` throws, all servers end, and nothing more is emitted. */
  #tell(event: ServeEvent): void {
    if (this.#defect) return;
    this.events.tell(event);
    try {
      this.#onEvent?.(event);
    } catch (error) {
      this.#defect = { error };
      // `finished` rejects with the error; closing never rejects.
      this.close();
    }
  }

  async #throwDefect(): Promise<void> {
    if (!this.#defect) return;
    // The error is thrown here; `finished` must not count as unhandled as well.
    this.finished.catch(() => {});
    await this.close();
    throw this.#defect.error;
  }

  /** There are no descriptors left, which all ports share: the one with the most gives some back. */
  #shareDescriptors(): void {
    const [most] = this.#handles.toSorted((one, other) => other.descriptors - one.descriptors);
    most?.tell({ type: "give way", descriptors: DESCRIPTORS_TO_GIVE_BACK });
  }

  /** Servers that share a file share its digests, whatever they call it. */
  #hashFiles(): void {
    const files = new Map(this.#handles.map(({ file }) => [keyOf(file), file]));
    const worker = this.#workers.manifest();
    this.#hashing = worker;
    worker.onmessage = ({ data }: MessageEvent<FromManifestWorker>) => this.#hearHashes(data);
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      for (const file of files.values()) this.#withhold(file, event.message);
    };
    worker.postMessage({ files: [...files.values()] } satisfies ToManifestWorker);
  }

  #hearHashes(message: FromManifestWorker): void {
    if (this.#closed !== undefined) return;
    switch (message.type) {
      case "progress":
        this.#tellProgress(message.file, message.doneBytes);
        break;
      case "ready": {
        const { file, piecesSha256 } = message;
        const handles = this.#servingFile(file);
        for (const handle of handles) {
          this.#manifests.set(handle, { ...message.manifest, name: handle.file.name });
        }
        for (const handle of handles) {
          const manifest = { ...message.manifest, name: handle.file.name };
          const mirrors = this.#mirrorsOf(manifest.sha256);
          handle.tell({ type: "manifest", manifest, piecesSha256, mirrors });
        }
        this.#tellMirrors();
        this.#watch?.digestsSettled(file.size, performance.now());
        this.#tellProgress(file, file.size, message.manifest.sha256);
        break;
      }
      case "short of descriptors":
        this.#tellDelay(message.file);
        this.#shareDescriptors();
        break;
      case "withheld":
        this.#withhold(message.file, message.reason, message.isChanged);
        break;
      case "ended":
        this.#hashing?.terminate();
        break;
    }
  }

  #tellProgress({ path, size }: FileIdentity, done: number, sha256?: string): void {
    this.#tell({ type: "manifest", file: path, done, size, sha256 });
  }

  /** Says once that the digests of a file come later, and why. */
  #tellDelay({ path }: FileIdentity): void {
    if (this.#delayed.has(path)) return;
    this.#delayed.add(path);
    const message = `The digests of ${path} have to wait: too many open files and connections`;
    this.#tell({ type: "notice", message });
  }

  #withhold(file: FileIdentity, reason: string, isChanged = false): void {
    const without = this.#servingFile(file).filter((handle) => !this.#manifests.has(handle));
    if (without.length === 0) return;
    for (const handle of without) handle.tell({ type: "manifest withheld" });
    this.#watch?.digestsSettled(file.size, performance.now());
    const message = `Cannot compute the digests of ${file.path}: ${reason}`;
    this.#tell({ type: "notice", message, ...isChanged ? { about: "changed" } : {} });
  }

  #servingFile(file: FileIdentity): PortHandle[] {
    return this.#handles.filter((handle) => keyOf(handle.file) === keyOf(file));
  }

  /** Every server lists those that have the same content, as long as they live. */
  #tellMirrors(): void {
    for (const [handle, { sha256 }] of this.#manifests) {
      handle.tell({ type: "mirrors", mirrors: this.#mirrorsOf(sha256) });
    }
  }

  #mirrorsOf(sha256: string): Mirror[] {
    return this.#handles
      .filter((other) => this.#manifests.get(other)?.sha256 === sha256 && !other.terminated)
      .map(({ port, file: { name } }) => ({ port, name }));
  }
}

/** The same for all paths to one file. */
function keyOf({ device, inode, path }: FileIdentity): string {
  return inode === 0 ? path : `${device}:${inode}`;
}

function workerCount(ports: number): number {
  return Math.min(ports, Math.max(MAX_WORKERS, navigator.hardwareConcurrency));
}
