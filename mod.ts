/**
 * Multiport as a library: one file from many servers, fast, verified and resumable.
 *
 * @example Download a file from two servers
 * ```ts
 * import { download, DOWNLOAD_DEFAULTS } from "@multiport/multiport";
 *
 * const servers = [60000, 60002].map((port) => ({ host: "127.0.0.1", port }));
 * const options = { ...DOWNLOAD_DEFAULTS, output: "film.mp4", servers };
 * await download(options, (event) => console.log(event.type), new AbortController().signal);
 * ```
 *
 * @example Serve a file from two ports
 * ```ts
 * import { startServers } from "@multiport/multiport";
 *
 * const serving = await startServers({
 *   files: ["film.mp4"],
 *   ports: [60000, 60002],
 *   once: true,
 * }, (event) => console.log(event.type));
 * await serving.finished;
 * ```
 *
 * @module
 */
export { type ErrorCode, MultiportError } from "./lib/multiport_error.ts";
export { download } from "./lib/client/download.ts";
export {
  DOWNLOAD_DEFAULTS,
  type DownloadOptions,
  type ServerAddress,
} from "./lib/client/download_options.ts";
export type { DownloadEvent, SourceFigures, SourceState } from "./lib/client/download_event.ts";
export { startServers } from "./lib/server/start_servers.ts";
export type { ServeOptions } from "./lib/server/serve_options.ts";
export type { ServeEvent, ServerState, ServerStatus } from "./lib/server/server_event.ts";
export type {
  PauseResult,
  ResumeResult,
  Serving,
  StartedServer,
  TerminateResult,
} from "./lib/server/serving.ts";
