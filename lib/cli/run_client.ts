import { type FetchCommand, parseClientOptions, STDOUT } from "./options/client_options.ts";
import { CLIENT_MANUAL } from "./manual/client_manual.ts";
import { type ByteSink, denoHost, type Host } from "./host/host.ts";
import { runProgram, type Work } from "./program.ts";
import { readSettings } from "./options/settings.ts";

/**
 * Runs `mpclient`.
 *
 * @param args Without the program's name, as in `Deno.args`.
 * @param load Loads what does the download.
 *
 * @returns The exit code.
 *
 * @example
 * ```ts
 * Deno.exit(await runClient(Deno.args));
 * ```
 */
export async function runClient(
  args: readonly string[],
  host: Host = denoHost,
  load: () => Promise<Work<FetchCommand>> = () => loadDownload(host.stdout),
): Promise<number> {
  const parse = async () => parseClientOptions(args, await readSettings(CLIENT_MANUAL, args, host));
  return await runProgram(
    { manual: CLIENT_MANUAL, parse, load },
    args,
    // Nothing that is said may come between the bytes of the file.
    asksForContent(args) ? { ...host, stdout: host.stderr } : host,
  );
}

/** Whether standard output is for the file. */
function asksForContent(args: readonly string[]): boolean {
  try {
    const command = parseClientOptions(args);
    return command.kind === "run" && command.options.output === STDOUT;
  } catch {
    return false; // What is wrong will be said.
  }
}

async function loadDownload(stdout: ByteSink): Promise<Work<FetchCommand>> {
  const [{ fetchFile }, library] = await Promise.all([
    import("./fetch_file.ts"),
    import("../client/download.ts"),
  ]);
  return (command, scene) => fetchFile(command, scene, library, stdout);
}
