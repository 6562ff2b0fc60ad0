import { join } from "node:path";

/** Bytes of the file that is transferred: enough for the client to start a worker (`MAX_INLINE_LENGTH`). */
const FILE_BYTES = 272 * 1024 * 1024;

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
    if (!success) throw new Error(`mpclient ended with exit code ${code}`);
  } finally {
    end(server);
    await server.status;
  }
}

/** From the first line that a server writes. */
async function portsOf(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string[]> {
  const lines = stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let end = -1; end < 0; end = text.indexOf("\n")) {
    const { value, done } = await lines.read();
    if (done) throw new Error("mpserver ended without a word");
    text += value;
  }
  const { servers } = JSON.parse(text.slice(0, text.indexOf("\n")));
  return servers.map(({ address }: { address: string }) => address.split(":").at(-1));
}

function end(process: Deno.ChildProcess): void {
  try {
    process.kill();
  } catch { /* It has ended by itself. */ }
}
