import { PeerProcess, type PeerProcessOptions } from "./peer_process.ts";
import type { Peer } from "./peers.ts";

/** Ports that tests try: below those that systems give to whoever asks for any. */
const FIRST_PORT = 10_000;
const PORTS = 20_000;

/** Another port is tried when a server ends at once, since somebody may have been there first. */
const ATTEMPTS = 5;

/** Where a server is to listen, and the folder that it has for its own files. */
export interface DaemonPlace {
  readonly host: string;
  readonly port: number;
  /** Everybody may write there, as some servers stop being root first. */
  readonly state: string;
}

/** How a server is started: the rest of its command line. */
export interface DaemonCommand extends Omit<PeerProcessOptions, "cwd"> {
  readonly args: readonly string[];
  /** Files outside of its folder that it makes and leaves behind. */
  readonly leaves?: readonly string[];
}

/** Another people's server that is listening, until it is disposed of. */
export interface Daemon extends AsyncDisposable {
  readonly process: PeerProcess;
  readonly place: DaemonPlace;
}

/**
 * Starts a server on a port that was free, and waits until it listens.
 *
 * @param configure Writes what it needs into `state`.
 */
export async function startDaemon(
  peer: Peer,
  configure: (place: DaemonPlace) => Promise<DaemonCommand>,
): Promise<Daemon> {
  const state = await Deno.makeTempDir({ prefix: "multiport-" });
  await Deno.chmod(state, 0o777);
  const remove = () => Deno.remove(state, { recursive: true });
  for (let attempt = 1;; attempt++) {
    const place = { host: "127.0.0.1", port: randomPort(), state };
    const { leaves = [], ...command } = await configure(place);
    const sweep = () => Promise.allSettled(leaves.map((path) => Deno.remove(path)));
    try {
      const process = await startAt(peer, place, command);
      const dispose = async () => {
        await process[Symbol.asyncDispose]();
        await sweep();
        await remove();
      };
      return { process, place, [Symbol.asyncDispose]: dispose };
    } catch (error) {
      await sweep();
      if (attempt < ATTEMPTS) continue;
      await remove();
      throw error;
    }
  }
}

function randomPort(): number {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return FIRST_PORT + random % PORTS;
}

async function startAt(
  peer: Peer,
  { host, port, state }: DaemonPlace,
  { args, ...rest }: DaemonCommand,
): Promise<PeerProcess> {
  await assertFree(host, port);
  const process = new PeerProcess(peer, args, { cwd: state, ...rest });
  try {
    await process.becomesReady(async () => {
      (await Deno.connect({ hostname: host, port })).close();
      return true;
    });
    return process;
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}

/** Who listens already would be taken for the server that is started. */
async function assertFree(hostname: string, port: number): Promise<void> {
  const conn = await Deno.connect({ hostname, port }).catch(() => undefined);
  if (conn === undefined) return;
  conn.close();
  throw new Error(`Somebody listens on ${hostname}:${port} already`);
}
