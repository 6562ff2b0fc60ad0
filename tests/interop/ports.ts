import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

/** Four ports of `mpserver` with one file, and a folder to download into. */
export interface Ports {
  readonly server: Server;
  /** The file's at every port. */
  readonly urls: readonly string[];
  readonly file: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly folder: string;
  /** Where a download of the same name is, once there. */
  readonly copy: string;
}

/** What ports serve. */
export interface PortsOptions {
  readonly name?: string;
  readonly size?: number;
  /** What the file begins with, before the noise. */
  readonly head?: Uint8Array<ArrayBuffer>;
  /** Bytes per second and port; by default few enough for ports to be paused and terminated in time. */
  readonly rate?: number;
}

/** Runs a test with four ports. */
export async function withPorts(
  play: (ports: Ports) => Promise<void>,
  { name = "film.mp4", size = 8 * MIB + 12_345, head = new Uint8Array(), rate = 4 * MIB }:
    PortsOptions = {},
): Promise<void> {
  await using scratch = await Scratch.make();
  const file = await scratch.noise(name, size);
  await overwriteStart(file, head);
  const folder = scratch.path("downloads");
  await Deno.mkdir(folder);
  await using server = await Server.start([file], { rate });
  await play({
    server,
    urls: server.addresses.map((address) => `http://${address}/${encodeURIComponent(name)}`),
    file,
    bytes: await Deno.readFile(file),
    folder,
    copy: `${folder}/${name}`,
  });
}

/** Waits until a port has sent so many bytes of content. */
export async function hasSent(server: Server, index: number, bytes: number): Promise<void> {
  await server.event((event) =>
    event.type === "status" && (event.servers[index - 1]?.sent ?? 0) >= bytes
  );
}

/** Which ports content was taken from, once the server has ended. */
export function portsUsed(server: Server): number[] {
  const used = server.events.entries.flatMap((event) =>
    event.type === "served" && event.bytes > 0 ? [event.index] : []
  );
  return [...new Set(used)].sort();
}

async function overwriteStart(path: string, head: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.write(head);
}
