import { SERVER_MANUAL } from "./manual/server_manual.ts";
import { denoHost, type Host } from "./host/host.ts";
import { runProgram, type Work } from "./program.ts";
import { parseServerOptions, type ServeCommand } from "./options/server_options.ts";
import { readSettings } from "./options/settings.ts";

/**
 * Runs `mpserver`.
 *
 * @param args Without the program's name, as in `Deno.args`.
 * @param load Loads what serves.
 *
 * @returns The exit code.
 *
 * @example
 * ```ts
 * Deno.exit(await runServer(Deno.args));
 * ```
 */
export async function runServer(
  args: readonly string[],
  host: Host = denoHost,
  load: () => Promise<Work<ServeCommand>> = loadServers,
): Promise<number> {
  const parse = async () => parseServerOptions(args, await readSettings(SERVER_MANUAL, args, host));
  return await runProgram(
    { manual: SERVER_MANUAL, parse, load },
    args,
    host,
  );
}

async function loadServers(): Promise<Work<ServeCommand>> {
  const [{ serveFiles }, { serve }] = await Promise.all([
    import("./serve_files.ts"),
    import("../server/serve.ts"),
  ]);
  return (command, scene) => serveFiles(command, scene, serve);
}
