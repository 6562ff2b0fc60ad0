import { MultiportError } from "../multiport_error.ts";
import { LOOPBACK } from "../addresses.ts";
import { isAccessToken } from "../access_token.ts";
import { prepareTls } from "../http/prepare_tls.ts";
import { Allowlist, isLoopback } from "./port/allowlist.ts";
import { settledIdentity } from "./served_file.ts";
import { type CertificateFiles, readCertificate } from "./certificate.ts";
import type { ServeOptions } from "./serve_options.ts";
import type { Servers } from "./servers.ts";
import { Supervisor, type WorkerFactory } from "./supervisor.ts";

/** The constructor calls are written out: that is how `deno compile` finds the modules. */
const WORKERS: WorkerFactory = {
  port: () => new Worker(new URL("./port_worker.ts", import.meta.url), { type: "module" }),
  manifest: () => new Worker(new URL("./manifest_worker.ts", import.meta.url), { type: "module" }),
};

/**
 * Starts one server per port. When it returns, all of them serve; the digests of the files are
 * computed meanwhile.
 *
 * @param options What to serve, where, and to whom.
 * @returns The running servers; to dispose of them ends them.
 * @throws {MultiportError} If the options make no sense, a port cannot be had or a file cannot be read;
 * nothing is left running then.
 * @throws The reason of `signal`, or what `onEvent` has thrown meanwhile.
 *
 * @example
 * ```ts
 * import { serve } from "@multiport/multiport";
 *
 * await using servers = await serve({ files: ["film.mp4"], ports: [60000, 60002] });
 * console.log(servers.pause(1)); // "paused"
 * console.log(servers.resume(1)); // "resumed"
 * ```
 */
export async function serve(options: ServeOptions): Promise<Servers> {
  return await serveIn(WORKERS, options);
}

/**
 * The same with workers of the caller's.
 *
 * @param workers How they are made.
 */
export async function serveIn(workers: WorkerFactory, options: ServeOptions): Promise<Servers> {
  checkOptions(options);
  const { allow = LOOPBACK, bind, hosts = [], limitRate, token, onEvent, signal } = options;
  const { once = false, watchClients = false } = options;
  const certificateFiles = certificateFilesOf(options);
  const certificate = certificateFiles && readCertificate(certificateFiles);
  if (certificate) await prepareTls();
  const arrivals = new Allowlist(allow);
  const hostnames = hostnamesOf(bind, arrivals);
  const paths = [...new Set(options.files)];
  const identities = new Map(
    await Promise.all(paths.map(async (path) => [path, await settledIdentity(path)] as const)),
  );
  signal?.throwIfAborted();
  const files = options.ports.flatMap((_, at) =>
    identities.get(options.files[at] ?? options.files[0] ?? "") ?? []
  );
  const isLocal = arrivals.arrivals.every(isLoopback);
  const supervisor = new Supervisor(
    files,
    { once, watchClients, isLocal },
    certificateFiles,
    workers,
    onEvent,
  );
  await supervisor.start(options.ports, {
    hostnames,
    allow,
    hosts,
    certificate,
    token,
    limitRate,
    tracked: once || watchClients,
  });
  if (token !== undefined && certificate === undefined && !hostnames.every(isLoopback)) {
    supervisor.warnOfToken();
  }
  await endWith(supervisor, signal);
  return supervisor;
}

/** Has servers end when a signal says so. */
async function endWith(supervisor: Supervisor, signal: AbortSignal | undefined): Promise<void> {
  const close = () => void supervisor.close();
  signal?.addEventListener("abort", close, { once: true });
  // Whoever waits for their end is told how it was.
  supervisor.finished.catch(() => {}).then(() => signal?.removeEventListener("abort", close));
  if (!signal?.aborted) return;
  await supervisor.close();
  throw signal.reason;
}

/** @throws {MultiportError} `usage` if the options make no sense. */
function checkOptions({ files, ports, limitRate, token }: ServeOptions): void {
  if (ports.length === 0) throw new MultiportError("usage", "Cannot serve: there is no port");
  const invalid = ports.find((port) => !Number.isInteger(port) || port < 0 || port > 65_535);
  if (invalid !== undefined) {
    throw new MultiportError("usage", `Cannot serve on port ${invalid}: ports are 1 to 65535`);
  }
  const twice = ports.find((port, at) => port !== 0 && ports.indexOf(port) !== at);
  if (twice !== undefined) {
    throw new MultiportError("usage", `Cannot serve twice on port ${twice}: give every port once`);
  }
  if (files.length !== 1 && files.length !== ports.length) {
    throw new MultiportError(
      "usage",
      `Cannot serve ${files.length} files on ${ports.length} ports: give one file, or one per port`,
    );
  }
  if (token !== undefined && !isAccessToken(token)) {
    throw new MultiportError(
      "usage",
      "Cannot use the token: it is one word of letters, digits and -._~+/",
    );
  }
  if (limitRate !== undefined && !(limitRate >= 1)) {
    throw new MultiportError(
      "usage",
      `Cannot limit the rate to ${limitRate}: give 1 or more bytes per second`,
    );
  }
}

/** @throws {MultiportError} `usage` if only one of the two is given. */
function certificateFilesOf({ tlsCert, tlsKey }: ServeOptions): CertificateFiles | undefined {
  if (tlsCert !== undefined && tlsKey !== undefined) return { certPath: tlsCert, keyPath: tlsKey };
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  const [given, missing] = tlsCert === undefined ? ["tlsKey", "tlsCert"] : ["tlsCert", "tlsKey"];
  throw new MultiportError("usage", `Cannot use ${given} alone: give ${missing} as well`);
}

/** The addresses to listen on. */
function hostnamesOf(bind: string | undefined, allow: Allowlist): readonly string[] {
  if (bind === "localhost") return new Allowlist(LOOPBACK).arrivals;
  return bind === undefined ? allow.arrivals : [bind];
}
