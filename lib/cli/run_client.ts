import { type ClientCommand, parseClientOptions } from "./client_options.ts";
import { CLIENT_HELP } from "./help.ts";
import { denoHost, type Host } from "./host.ts";
import { runProgram, type Scene } from "./program.ts";

/** What a command line that asks for a download says. */
export type FetchCommand = Extract<ClientCommand, { kind: "run" }>;

/**
 * Runs `mpclient`.
 *
 * @param args Without the program's name, as in `Deno.args`.
 * @param work Does the download; loaded only when there is one to do, so that `--help` and
 * `--version` answer at once.
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
  work: (command: FetchCommand, scene: Scene) => Promise<void> = workWithDownload,
): Promise<number> {
  return await runProgram(
    { name: "mpclient", help: CLIENT_HELP, parse: parseClientOptions, run: work },
    args,
    host,
  );
}

async function workWithDownload(command: FetchCommand, scene: Scene): Promise<void> {
  const [{ fetchFile }, { download }] = await Promise.all([
    import("./fetch_file.ts"),
    import("../client/download.ts"),
  ]);
  await fetchFile(command, scene, download);
}
