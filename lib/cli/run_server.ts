import { SERVER_HELP } from "./help.ts";
import { denoHost, type Host } from "./host.ts";
import { runProgram, type Scene } from "./program.ts";
import { parseServerOptions, type ServerCommand } from "./server_options.ts";

/** What a command line that asks for servers says. */
export type ServeCommand = Extract<ServerCommand, { kind: "run" }>;

/**
 * Runs `mpserver`.
 *
 * @param args Without the program's name, as in `Deno.args`.
 * @param work Serves; loaded only when there is something to serve, so that `--help` and
 * `--version` answer at once.
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
  work: (command: ServeCommand, scene: Scene) => Promise<void> = workWithServers,
): Promise<number> {
  return await runProgram(
    { name: "mpserver", help: SERVER_HELP, parse: parseServerOptions, run: work },
    args,
    host,
  );
}

async function workWithServers(command: ServeCommand, scene: Scene): Promise<void> {
  const [{ serveFiles }, { startServers }] = await Promise.all([
    import("./serve_files.ts"),
    import("../server/start_servers.ts"),
  ]);
  await serveFiles(command, scene, startServers);
}
