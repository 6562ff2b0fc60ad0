import type { CertificateAuthority, ServerCertificate } from "../../../testing/certificates.ts";
import { type DaemonCommand, type DaemonPlace, startDaemon } from "../daemon.ts";
import { OPENSSL, type Peer } from "../peers.ts";

/** The only name that servers go by, and their certificates are for. */
const HOST_NAME = "localhost";

/** What a server is to serve, and where. */
export interface Site extends DaemonPlace {
  /** Its files are served at the root. */
  readonly folder: string;
  /** There if it is to speak https. */
  readonly certificate: ServerCertificate | undefined;
}

/** How one kind of server is run: in the foreground, with nothing of the system's configuration. */
export interface WebServerKind {
  readonly peer: Peer;
  readonly speaksHttps: boolean;
  /** Whether it answers with the range that was asked for. */
  readonly hasRanges: boolean;
  configure(site: Site): Promise<DaemonCommand>;
  /** Does what is left to do for a file to be there, and answers its URL; by default that is plain. */
  publish?(publication: Publication): Promise<string>;
}

/** A file that shall be there for everybody. */
export interface Publication {
  readonly origin: string;
  readonly folder: string;
  readonly name: string;
  /** Vouches for the server, if it speaks https. */
  readonly authority: CertificateAuthority | undefined;
}

/** A server by others at work. */
export interface WebServer extends AsyncDisposable {
  /** The URL of a file of its folder. */
  publish(name: string): Promise<string>;
}

/** What tests of a server need installed. */
export function neededFor({ peer }: WebServerKind, scheme: "http" | "https"): Peer[] {
  return scheme === "https" ? [peer, OPENSSL] : [peer];
}

/**
 * Starts a server of a kind.
 *
 * @param folder What it serves.
 * @param authority Vouches for it; without one it speaks http.
 */
export async function startWebServer(
  kind: WebServerKind,
  folder: string,
  authority?: CertificateAuthority,
): Promise<WebServer> {
  // Some servers stop being root before they open files.
  await Deno.chmod(folder, 0o755);
  const certificate = await authority?.issue([`DNS:${HOST_NAME}`]);
  const daemon = await startDaemon(
    kind.peer,
    (place) => kind.configure({ ...place, folder, certificate }),
  );
  const origin = `${
    authority === undefined ? "http" : "https"
  }://${HOST_NAME}:${daemon.place.port}`;
  return {
    publish: (name) =>
      kind.publish?.({ origin, folder, name, authority }) ??
        Promise.resolve(`${origin}/${encodeURIComponent(name)}`),
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}

/** Whether servers are started by root: those that refuse to serve as root need another user then. */
export const IS_ROOT = Deno.build.os !== "windows" && Deno.uid() === 0;
