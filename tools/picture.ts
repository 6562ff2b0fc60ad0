/**
 * The picture of the page in the README, from a real download: half-way, with one server paused.
 *
 * @module
 */

import { TextLineStream } from "@std/streams/text-line-stream";
import { hasBrowser, openPage } from "../testing/browser.ts";

const OUTPUT = "docs/dashboard.png";
const PORTS = "60000-60003";
/** Bytes per second of each server, and what is there when the picture is taken, as a part of all. */
const RATE = 3 * 2 ** 20;
const PAUSE_AT = 0.2;
const TAKEN_AT = 0.6;

const dist = new URL("../dist/", import.meta.url).pathname;

/** @param file What is sent, of some tens of MiB. */
export async function takePicture(file: string, folder: string): Promise<void> {
  if (!hasBrowser()) return;
  const serve = ["-f", file, "-p", PORTS, "--limit-rate", `${RATE}`, "--json", "-i", "0"];
  const server = start("mpserver", serve, folder);
  const fetch = ["-o", "page.iso", "-p", PORTS, "--json", "-i", "0.1", "--dashboard", "0"];
  const client = start("mpclient", fetch, folder);
  try {
    let size = Infinity;
    let isPaused = false;
    let page: Awaited<ReturnType<typeof openPage>> | undefined;
    for await (const line of linesOf(client)) {
      const event = JSON.parse(line);
      if (event.type === "dashboard") page = await openPage(event.url);
      if (event.type === "start") size = event.size;
      if (event.type !== "progress") continue;
      if (!isPaused && event.completed > PAUSE_AT * size) {
        isPaused = true;
        await server.stdin.getWriter().write(new TextEncoder().encode("2\n"));
      }
      if (event.completed < TAKEN_AT * size || page === undefined) continue;
      await page.screenshot({ path: OUTPUT });
      await page[Symbol.asyncDispose]();
      console.log(OUTPUT);
      return;
    }
    throw new Error("The download ended before the picture was taken");
  } finally {
    for (const program of [client, server]) {
      program.kill("SIGTERM");
      await program.status;
    }
  }
}

function start(name: string, args: readonly string[], cwd: string): Deno.ChildProcess {
  return new Deno.Command(dist + name, {
    args: [...args],
    cwd,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
}

function linesOf({ stdout }: Deno.ChildProcess): ReadableStream<string> {
  return stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
}
