/**
 * `deno task demo [FILE]`: the real programs at work, for a first look.
 *
 * Four servers on free loopback ports send one file to one client. On the way Server2 is paused and
 * resumed, and Server1 is paused and terminated, all by lines typed into the server's own console.
 * At the end both files' SHA-256 are compared.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { TextLineStream } from "@std/streams/text-line-stream";
import { bold, dim, green, red } from "@std/fmt/colors";
import { fetchFile } from "../lib/cli/fetch_file.ts";
import { denoHost } from "../lib/cli/host.ts";
import { runClient } from "../lib/cli/run_client.ts";
import { formatBytes, formatRate } from "../lib/ui/format_figures.ts";
import type { ClientEvent } from "../lib/client/client_event.ts";
import { download } from "../lib/client/download.ts";
import type { DownloadOptions } from "../lib/client/download_options.ts";
import type { ServerEvent } from "../lib/server/server_event.ts";
import { Failure } from "../lib/failure.ts";

/** Seconds that the transfer should take, so that there is something to watch. */
const DURATION = 9;
const SERVERS = 4;

/** What the operator does, and at which part of the file. */
const ACTS = [
  { at: 0.12, typed: "2", says: "pause Server2: its part waits for it, nobody else takes it" },
  { at: 0.38, typed: "r2", says: "resume Server2: it goes on where it stopped" },
  { at: 0.55, typed: "1", says: "pause Server1 …" },
  { at: 0.6, typed: "e1", says: "… and terminate it: the others share what it had left" },
] as const;

const dist = new URL("../dist/", import.meta.url).pathname;

if (import.meta.main) Deno.exit(await demo(Deno.args[0] ?? Deno.execPath()));

/** @returns The exit code. */
async function demo(file: string): Promise<number> {
  const { size, isFile } = await Deno.stat(file).catch(() => ({ size: 0, isFile: false }));
  if (!isFile) {
    console.error(`demo: Cannot send ${file}: it is not a file that can be read`);
    return 4;
  }
  const folder = await Deno.makeTempDir({ prefix: "multiport-demo-" });
  const name = file.split(/[/\\]/).at(-1) ?? "file";
  const copy = `${folder}/${name}`;
  const rate = Math.max(4096, Math.ceil(size / SERVERS / DURATION));
  try {
    using server = startServer(file, rate);
    const addresses = await server.addresses;
    const ports = addresses.map((address) => address.split(":").at(-1) ?? "");
    introduce(name, size, rate, ports);
    const args = ["-o", copy, "-p", ...ports];
    const code = await runClient(
      args,
      denoHost,
      () =>
        Promise.resolve((command, scene) =>
          fetchFile(
            command,
            scene,
            (options, show, signal) => watchClient(options, server, show, signal),
          )
        ),
    );
    return code === 0 ? await compare(file, copy) : code;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function introduce(name: string, size: number, rate: number, ports: readonly string[]): void {
  console.log(`
${bold("Multiport")}: one file, many servers, one fast and verified download.

  ${dim("$")} mpserver -f ${name} -p ${ports.join(" ")}
  ${dim("$")} mpclient -o copy/${name} -p ${ports.join(" ")}

${formatBytes(size)} from ${SERVERS} servers, held to ${
    formatRate(rate)
  } each so that there is something to see.
`);
}

/** The real server, with a console to type into. */
function startServer(file: string, rate: number) {
  const ports = Array<string>(SERVERS).fill("0");
  const process = new Deno.Command(`${dist}mpserver`, {
    args: ["-f", file, "-p", ...ports, "--limit-rate", String(rate), "--json", "-i", "0"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const console = process.stdin.getWriter();
  const addresses = firstAddresses(process.stdout);
  return {
    addresses,
    type: (line: string) => console.write(new TextEncoder().encode(`${line}\n`)),
    [Symbol.dispose]: () => process.kill("SIGTERM"),
  };
}

type DemoServer = ReturnType<typeof startServer>;

/** Reads on after the first line: a pipe that nobody empties stops who fills it. */
async function firstAddresses(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  const read = async () => {
    for await (const event of jsonLines<ServerEvent>(stdout)) {
      if (event.type === "listening") resolve(event.servers.map(({ address }) => address));
    }
    reject(new Failure("unreachable", "Cannot go on: the server has ended"));
  };
  read().catch(reject);
  return await promise;
}

/** Does what the real client does, and has the operator act as the file grows. */
async function watchClient(
  options: DownloadOptions,
  server: DemoServer,
  show: (event: ClientEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  let size = 1;
  let next = 0;
  await download(options, (event) => {
    show(event);
    if (event.type === "start") size = event.size;
    const act = ACTS[next];
    if (event.type !== "progress" || !act || event.received < act.at * size) return;
    next += 1;
    show({ type: "notice", message: `server console> ${act.typed.padEnd(4)} ${act.says}` });
    server.type(act.typed);
  }, signal);
}

async function* jsonLines<Event>(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Event> {
  const lines = stream.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) yield JSON.parse(line) as Event;
}

async function compare(file: string, copy: string): Promise<number> {
  const [original, received] = [await sha256(file), await sha256(copy)];
  const same = original === received;
  console.log(`
  SHA-256 of the original  ${original}
  SHA-256 of the copy      ${received}

${same ? green("The copy is identical.") : red("The copy differs: please report this.")}
`);
  return same ? 0 : 5;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  const buffer = new Uint8Array(1024 * 1024);
  for (let read = file.readSync(buffer); read !== null; read = file.readSync(buffer)) {
    hash.update(buffer.subarray(0, read));
  }
  return hash.digest("hex");
}
