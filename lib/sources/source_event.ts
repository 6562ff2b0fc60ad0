/**
 * What a server is doing, as the client sees it (design of the states: docs/protocol.md).
 *
 * @example
 * ```ts
 * import type { SourceState } from "@multiport/multiport";
 *
 * const isThere = (state: SourceState) => state !== "failed" && state !== "terminated";
 * console.log(isThere("paused")); // true
 * ```
 */
export type SourceState =
  | "connecting"
  | "downloading"
  | "paused"
  /** Said that it is too busy; it is asked again later. */
  | "waiting"
  /** Has nothing left to do. */
  | "idle"
  /** Lost; may come back. */
  | "failed"
  /** Its operator ended it. */
  | "terminated";

/**
 * One server's figures at one moment.
 *
 * @example
 * ```ts
 * import type { SourceProgress } from "@multiport/multiport";
 *
 * const byRate = (one: SourceProgress, other: SourceProgress) => other.rate - one.rate;
 * const figures = { index: 1, state: "downloading", received: 9, rate: 3 } as const;
 * console.log([figures, { ...figures, index: 2, rate: 5 }].sort(byRate)[0]?.index); // 2
 * ```
 */
export interface SourceProgress {
  /** 1 for Server1. */
  readonly index: number;
  /** How it stands. */
  readonly state: SourceState;
  /** Bytes taken from it over the network in this run. */
  readonly received: number;
  /** Bytes per second over the last second or so. */
  readonly rate: number;
}

/**
 * What a person could do something about where a server fails.
 *
 * @example
 * ```ts
 * import type { SourceFault } from "@multiport/multiport";
 *
 * const advice: Partial<Record<SourceFault, string>> = {
 *   "certificate": "name the authority with ca",
 *   "token": "give the token",
 *   "proxy-credentials": "give the proxy's URL a name and a password",
 * };
 * console.log(advice.token);
 * ```
 */
export type SourceFault =
  /** Its certificate comes from nobody who is trusted. */
  | "certificate"
  /** It wants another token than it was sent. */
  | "token"
  /** It wants a token, and was sent none: nobody has one, or it was not named. */
  | "no-token"
  /** It wants credentials, or others. */
  | "credentials"
  /** The proxy on the way to it wants a name and a password. */
  | "proxy-credentials";

/**
 * What a notice is about, where a person could do something about it.
 *
 * @example
 * ```ts
 * import { download, type DownloadNotice } from "@multiport/multiport";
 *
 * const serious: DownloadNotice[] = ["outvoted", "tie"];
 * const run = download({ servers: ["127.0.0.1:60000"], output: "film.mp4" });
 * for await (const event of run.events) {
 *   if (event.type !== "notice" || event.about === undefined) continue;
 *   if (serious.includes(event.about)) console.warn(event.message);
 * }
 * ```
 */
export type DownloadNotice =
  /** A server has another file than the one that is fetched. */
  | "other-copy"
  /** Most servers have another file than the one that was being fetched. */
  | "outvoted"
  /** As many servers have one file as have another. */
  | "tie";

/** Tells people something in one line. */
export type TellNotice = (message: string, about?: DownloadNotice) => void;

/**
 * What becomes of sources.
 *
 * @example
 * ```ts
 * import { download, type SourceEvent } from "@multiport/multiport";
 *
 * const show = (event: SourceEvent) =>
 *   event.type === "waiting"
 *     ? `waiting for ${event.servers.map(({ address }) => address).join(" and ")}`
 *     : `Server${event.index} is ${event.state}`;
 * const run = download({ servers: ["127.0.0.1:60000"], output: "film.mp4" });
 * for await (const event of run.events) {
 *   if (event.type === "waiting" || event.type === "server") console.log(show(event));
 * }
 * ```
 */
export type SourceEvent =
  /** Before the start: these servers have not answered yet. */
  | {
    readonly type: "waiting";
    readonly servers: readonly {
      readonly address: string;
      /** Why not, in words; empty until it is known. */
      readonly reason: string;
      /** The same for a program, where a person could do something about it. */
      readonly fault?: SourceFault;
    }[];
    /** Seconds. */
    readonly elapsed: number;
  }
  | {
    readonly type: "server";
    readonly index: number;
    readonly state: SourceState;
    /** Why it failed, waits or does not answer yet, in words. */
    readonly reason?: string;
    /** The same for a program, where a person could do something about it. */
    readonly fault?: SourceFault;
    /** Where it is, if that is known only now: it was found after the start. */
    readonly address?: string;
  };
