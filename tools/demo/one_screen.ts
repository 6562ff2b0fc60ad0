import { TextLineStream } from "@std/streams/text-line-stream";
import { bold, dim } from "@std/fmt/colors";
import { denoHost } from "../../lib/cli/host/host.ts";
import { MultiportError } from "../../lib/multiport_error.ts";
import type { ServerEvent } from "../../lib/ui/server/server_event.ts";
import { formatBytes, formatRate } from "../../lib/ui/format_figures.ts";
import { type Play, runClientWithActs, SERVERS } from "./play.ts";

const dist = new URL("../../dist/", import.meta.url).pathname;

/**
 * Shows the client alone, and what the operator of the servers does as lines in between.
 *
 * @returns The client's exit code.
 */
export async function playInOneScreen(play: Play): Promise<number> {
  using server = startServer(play);
  const addresses = await server.addresses;
  const ports = addresses.map((address) => address.split(":").at(-1) ?? "");
  introduce(play, ports);
  return await runClientWithActs(play, ports, denoHost, ({ typed, says }, show) => {
    show({ type: "notice", message: `server console> ${typed.padEnd(4)} ${says}` });
    server.type(typed);
  });
}

function introduce({ name, size, rate, copy }: Play, ports: readonly string[]): void {
  console.log(`
${bold("Multiport")}: one file, many servers, one fast and verified download.

  ${dim("$")} mpserver -f ${name} -p ${ports.join(" ")}
  ${dim("$")} mpclient -o ${copy} -p ${ports.join(" ")}

${formatBytes(size)} from ${SERVERS} servers, held to ${
    formatRate(rate)
  } each so that there is something to see.
`);
}

/** The real server, with a console to type into. */
function startServer({ file, rate }: Play) {
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

/** Reads on after the first line: a pipe that nobody empties stops who fills it. */
async function firstAddresses(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  const read = async () => {
    for await (const event of jsonLines<ServerEvent>(stdout)) {
      if (event.type === "listening") resolve(event.servers.map(({ address }) => address));
    }
    reject(new MultiportError("unreachable", "Cannot go on: the server has ended"));
  };
  read().catch(reject);
  return await promise;
}

async function* jsonLines<Event>(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Event> {
  const lines = stream.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) yield JSON.parse(line) as Event;
}
