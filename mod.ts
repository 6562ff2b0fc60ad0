/**
 * Multiport as a library: one file from many servers at once, fast, verified and resumable; and such
 * servers.
 *
 * @example Download a file from two servers
 * ```ts
 * import { download } from "@multiport/multiport";
 *
 * const servers = ["127.0.0.1:60000", "127.0.0.1:60002"];
 * const { path, size, sha256 } = await download({ servers, output: "film.mp4" });
 * console.log(`${path}: ${size} bytes, SHA-256 ${sha256}`);
 * ```
 *
 * @example Serve a file on two ports
 * ```ts
 * import { serve } from "@multiport/multiport";
 *
 * await using servers = await serve({ files: ["film.mp4"], ports: [60000, 60002] });
 * servers.pause(1);
 * ```
 *
 * @module
 */
export { type Download, download, inspect } from "./lib/client/download.ts";
export {
  type Credentials,
  DOWNLOAD_DEFAULTS,
  type DownloadOptions,
  type DownloadResult,
  type ProxyOptions,
  type SourceOptions,
} from "./lib/client/download_options.ts";
export {
  type ByteRange,
  type DownloadEvent,
  type DownloadNotice,
  type Exchange,
  PIECE,
  type PieceMap,
  type SourceEvent,
  type SourceFault,
  type SourceFigures,
  type SourceProgress,
  type SourceState,
} from "./lib/client/download_event.ts";
export type { Offer, SourceOffer, SourceStatusState } from "./lib/client/offer.ts";
export { type ErrorCode, MultiportError } from "./lib/multiport_error.ts";
export { serve } from "./lib/server/serve.ts";
export type { ServeOptions } from "./lib/server/serve_options.ts";
export type {
  ClientStatus,
  ServeEvent,
  ServerNotice,
  ServerState,
  ServerStatus,
} from "./lib/server/server_event.ts";
export type {
  PauseResult,
  ResumeResult,
  Servers,
  StartedServer,
  TerminateResult,
} from "./lib/server/servers.ts";
