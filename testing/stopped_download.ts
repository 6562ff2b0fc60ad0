import { assertEquals } from "@std/assert";
import { Client } from "./client.ts";
import type { Scratch } from "./scratch.ts";
import { Server } from "./server.ts";

/** Bytes per second and server: slow enough to be stopped in time. */
const RATE = 3 * 1024 ** 2;

/** A download that was stopped before its end: what an operator who typed Ctrl-C leaves. */
export interface StoppedDownload {
  readonly file: string;
  /** `OUTPUT.part` and its checkpoint are there; OUTPUT is not. */
  readonly output: string;
  /** Bytes that it had told of by then; all of them count when it goes on. */
  readonly received: number;
}

/**
 * Downloads a file and stops that with Ctrl-C.
 *
 * @param after Bytes after which it is stopped.
 */
export async function stoppedDownload(
  scratch: Scratch,
  file: string,
  after: number,
): Promise<StoppedDownload> {
  const output = scratch.path("stopped");
  await using server = await Server.start([file], { at: 2, rate: RATE });
  await using client = new Client(output, server.addresses);
  const { received } = await client.receives(after);
  client.kill("SIGINT");
  await client.fails(130);
  await server.type("q");
  await server.exits(0);
  const names = await scratch.names();
  assertEquals(names.filter((name) => name.startsWith("stopped")), [
    "stopped.part",
    "stopped.part.checkpoint",
  ]);
  return { file, output, received };
}

/** The paths of what a download left. */
export interface Remains {
  readonly part: string;
  readonly checkpoint: string;
}

/** Copies what it left to another place, to be damaged there. */
export async function copyOfStopped({ output }: StoppedDownload, copy: string): Promise<Remains> {
  const [part, checkpoint] = [`${copy}.part`, `${copy}.part.checkpoint`];
  await Deno.copyFile(`${output}.part`, part);
  await Deno.copyFile(`${output}.part.checkpoint`, checkpoint);
  return { part, checkpoint };
}
