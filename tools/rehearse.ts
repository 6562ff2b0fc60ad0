import { basename, join } from "node:path";

/**
 * Bytes of the files that are transferred, one after the other: enough for the client to start a
 * worker (`MAX_INLINE_LENGTH`), and so few that several servers send one piece.
 */
const FILES = [272 * 1024 * 1024, 1024 * 1024];

/** The servers of each. */
const SERVERS = 3;

/** How long all of it may take. */
const TIMEOUT_MS = 120_000;

/** The ways in which a client finds the copies at URLs: compared with each other, and by what they lead to. */
const WAYS_BY_URL = [["--no-discover"], []];

/**
 * Has a server and a client do what they usually do, so that they write down what V8 compiles for
 * it: they were made with `launch/rehearse.ts`.
 *
 * @param folder Where their code caches and everything else goes; it has to be there.
 * @throws {Error} If they do not come to a good end.
 */
export async function rehearse(mpserver: string, mpclient: string, folder: string): Promise<void> {
  const files = FILES.map((bytes) => join(folder, `${bytes}`));
  for (const [at, file] of files.entries()) {
    await Deno.writeFile(file, new Uint8Array());
    await Deno.truncate(file, FILES[at]);
  }
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const start = (program: string, args: string[], stdout: "piped" | "null") => {
    const env = { REHEARSAL_CACHE: folder, NO_PROXY: "*" };
    return new Deno.Command(program, { args, env, signal, stdout, stdin: "null", stderr: "null" })
      .spawn();
  };
  const served = files.flatMap((file) => new Array<string>(SERVERS).fill(file));
  const anyPorts = served.map(() => "0");
  const server = start(
    mpserver,
    ["-f", ...served, "-p", ...anyPorts, "--json", "-i", "0"],
    "piped",
  );
  try {
    const ports = await portsOf(server.stdout);
    const fetch = async (copy: string, sources: string[]) => {
      const { success, code } = await start(mpclient, ["-o", copy, ...sources], "null").status;
      if (!success) throw new Error(`mpclient ended with exit code ${code}`);
    };
    for (const [at, file] of files.entries()) {
      const its = ports.slice(at * SERVERS, (at + 1) * SERVERS);
      await fetch(`${file}-copy`, ["-p", ...its]);
      const urls = its.map((port) => `http://127.0.0.1:${port}/${basename(file)}`);
      for (const [way, options] of WAYS_BY_URL.entries()) {
        await fetch(`${file}-copy-by-url-${way}`, [...options, ...urls]);
      }
    }
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
