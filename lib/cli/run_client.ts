import { type FetchCommand, parseClientOptions } from "./client_options.ts";
import { CLIENT_MANUAL } from "./client_manual.ts";
import { denoHost, type Host } from "./host.ts";
import { runProgram, type Work } from "./program.ts";

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
  load: () => Promise<Work<FetchCommand>> = loadDownload,
): Promise<number> {
  return await runProgram(
    { manual: CLIENT_MANUAL, parse: parseClientOptions, load },
    args,
    host,
  );
}

async function loadDownload(): Promise<Work<FetchCommand>> {
  const [{ fetchFile }, { download }] = await Promise.all([
    import("./fetch_file.ts"),
    import("../client/download.ts"),
  ]);
  return (command, scene) => fetchFile(command, scene, download);
}
