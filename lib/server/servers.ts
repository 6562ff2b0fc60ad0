import type { ClientStatus, ServeEvent, ServerStatus } from "./server_event.ts";

/**
 * What came of the wish to pause a server.
 *
 * @example
 * ```ts
 * import { type PauseResult, serve } from "@multiport/multiport";
 *
 * await using servers = await serve({ files: ["film.mp4"], ports: [60000, 60002] });
 * const result: PauseResult = servers.pause(1); // "paused"
 * ```
 */
export type PauseResult = "paused" | "already paused" | "already terminated" | "unknown";

/**
 * What came of the wish to resume a server.
 *
 * @example
 * ```ts
 * import { type ResumeResult, serve } from "@multiport/multiport";
 *
 * await using servers = await serve({ files: ["film.mp4"], ports: [60000, 60002] });
 * const result: ResumeResult = servers.resume(1); // "not paused"
 * ```
 */
export type ResumeResult = "resumed" | "not paused" | "already terminated" | "unknown";

/**
 * What came of the wish to terminate a server; `not paused`: it has to be paused first.
 *
 * @example
 * ```ts
 * import { serve, type TerminateResult } from "@multiport/multiport";
 *
 * await using servers = await serve({ files: ["film.mp4"], ports: [60000, 60002] });
 * servers.pause(1);
 * const result: TerminateResult = servers.terminate(1); // "terminated"
 * ```
 */
export type TerminateResult = "terminated" | "not paused" | "already terminated" | "unknown";

/**
 * One server, as it was started.
 *
 * @example
 * ```ts
 * import { serve, type StartedServer } from "@multiport/multiport";
 *
 * const link = ({ name, url }: StartedServer) => `<a href="${url}">${name}</a>`;
 * await using servers = await serve({ files: ["film.mp4"], ports: [60000, 60002] });
 * console.log(servers.all.map(link).join(" or "));
 * ```
 */
export interface StartedServer {
  /** 1 for Server1. */
  readonly index: number;
  /** `host:port`. */
  readonly address: string;
  /** What its file is called in URLs. */
  readonly name: string;
  /** URL of its file. The host is the address it listens on, which may be a wildcard such as `[::]`. */
  readonly url: string;
}

/**
 * Servers that are running, and the ways to control them. `index` is 1 for Server1 everywhere.
 *
 * @example
 * ```ts
 * import { serve, type Servers } from "@multiport/multiport";
 *
 * function pauseAll(servers: Servers) {
 *   for (const { index } of servers.all) servers.pause(index);
 * }
 * await using servers = await serve({ files: ["film.mp4"], ports: [60000, 60002] });
 * pauseAll(servers);
 * ```
 */
export interface Servers extends AsyncDisposable {
  /** In the order of their ports. */
  readonly all: readonly StartedServer[];
  /** Whether only this machine may connect. */
  readonly isLocal: boolean;
  /**
   * All events from when iteration starts. Each reader goes at its own pace: of several unread `manifest`
   * events about a file only the newest is kept. Iteration ends with the servers. Leaving the loop does not
   * stop them.
   */
  readonly events: AsyncIterable<ServeEvent>;
  /** Holds the content back; heads, states and digests are still answered. */
  pause(index: number): PauseResult;
  /** Lets the content flow again, from the byte where it stopped. */
  resume(index: number): ResumeResult;
  /** Ends a paused server for good. */
  terminate(index: number): TerminateResult;
  /**
   * Reads certificate and key again and uses them for new connections; those that are open go on. What
   * came of it is told as a notice; what cannot be used changes nothing.
   */
  renewCertificate(): void;
  /** The figures of all servers; rates are over the last second. */
  status(): ServerStatus[];
  /** What clients have of the files; empty unless `watchClients` was asked for, or `once`. */
  clients(): ClientStatus[];
  /**
   * Resolves when nothing is left to do: all servers are terminated, or `once` is satisfied, or they
   * were closed. Rejects with what `onEvent` has thrown, which ends them.
   */
  readonly finished: Promise<void>;
  /** Ends everything, whatever is under way. */
  close(): Promise<void>;
}
