import type { ClientStatus, ServerStatus } from "./server_event.ts";

/** What came of the wish to pause a server. */
export type PauseResult = "paused" | "already paused" | "already terminated" | "unknown";

/** What came of the wish to resume a server. */
export type ResumeResult = "resumed" | "not paused" | "already terminated" | "unknown";

/** What came of the wish to terminate a server; `not paused`: it has to be paused first. */
export type TerminateResult = "terminated" | "not paused" | "already terminated" | "unknown";

/** One server, as it was started. */
export interface StartedServer {
  /** 1 for Server1. */
  readonly index: number;
  /** `host:port`. */
  readonly address: string;
  /** What its file is called in URLs. */
  readonly name: string;
}

/** Servers that are running, and the ways to control them. `index` is 1 for Server1 everywhere. */
export interface Serving {
  readonly servers: readonly StartedServer[];
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
   * were closed. Never rejects.
   */
  readonly finished: Promise<void>;
  /** Ends everything, whatever is under way. */
  close(): Promise<void>;
}
