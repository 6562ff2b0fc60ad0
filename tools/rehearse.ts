import { join } from "node:path";

/** Bytes of the file that is transferred: enough for the client to start a worker (`MAX_INLINE_LENGTH`). */
const FILE_BYTES = 192 * 1024 * 1024;

/** How long all of it may take. */
const TIMEOUT_MS = 20_000;

/**
 * Has a server and a client do what they usually do, so that they write down what V8 compiles for
 * it: they were made with `launch/rehearse.ts`.
 *
 * @param folder Where their code caches and everything else goes; it has to be there.
 * @throws {Error} If they do not come to a good end.
 */
export async function rehearse(mpserver: string, mpclient: string, folder: string): Promise<void> {
  const file = join(folder, "file");
  await Deno.writeFile(file, new Uint8Array());
  await Deno.truncate(file, FILE_BYTES);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const start = (program: string, args: string[], stdout: "piped" | "null") => {
    const env = { REHEARSAL_CACHE: folder };
    return new Deno.Command(program, { args, env, signal, stdout, stdin: "null", stderr: "null" })
      .spawn();
  };
  const server = start(mpserver, ["-f", file, "-p", "0", "0", "--json", "-i", "0"], "piped");
  try {
    const ports = await portsOf(server.stdout);
    const client = start(mpclient, ["-o", join(folder, "copy"), "-p", ...ports], "null");
    const { success, code } = await client.status;
    if (!success) throw new Error(`Cannot rehearse: mpclient ended with exit code ${code}`);
  } finally {
    server.kill();
    await server.status;
  }
}

/** From the first line that a server writes. */
async function portsOf(stdout: ReadableStream<Uint8Array>): Promise<string[]> {
  let text = "";
  for await (
    const part of stdout.pipeThrough(new TextDecoderStream()).values({ preventCancel: true })
  ) {
    text += part;
    if (text.includes("\n")) break;
  }
  const { servers } = JSON.parse(text.split("\n")[0] ?? "");
  return servers.map(({ address }: { address: string }) => address.split(":").at(-1));
}
