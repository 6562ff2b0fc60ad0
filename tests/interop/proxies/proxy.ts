import { type DaemonCommand, type DaemonPlace, startDaemon } from "../daemon.ts";
import type { Peer } from "../peers.ts";

/** Who may use a proxy; without it, everybody. */
export interface ProxyUser {
  readonly name: string;
  readonly password: string;
}

/** How one kind of proxy is run. */
export interface ProxyKind {
  readonly peer: Peer;
  configure(place: DaemonPlace, user: ProxyUser | undefined): Promise<DaemonCommand>;
  /** The requests that it wrote down: `CONNECT localhost:443`, `GET http://localhost/film.mp4`. */
  requests(log: string): string[];
}

/** The file that proxies write requests into, in their folder. */
export const REQUEST_LOG = "requests.log";

/** A proxy by others at work. */
export interface Proxy extends AsyncDisposable {
  /** Without the user. */
  readonly url: URL;
  /** What it was asked for so far: `CONNECT localhost:443`, `GET http://localhost/film.mp4`. */
  requests(): Promise<string[]>;
}

/** Starts a proxy of a kind. */
export async function startProxy(kind: ProxyKind, user?: ProxyUser): Promise<Proxy> {
  const daemon = await startDaemon(kind.peer, (place) => kind.configure(place, user));
  const { host, port, state } = daemon.place;
  return {
    url: new URL(`http://${host}:${port}`),
    requests: async () => kind.requests(await Deno.readTextFile(`${state}/${REQUEST_LOG}`)),
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}
