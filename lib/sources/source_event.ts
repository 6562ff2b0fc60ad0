/** What a server is doing, as the client sees it (design of the states: docs/protocol.md). */
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

/** One server's figures at one moment. */
export interface SourceProgress {
  /** 1 for Server1. */
  readonly index: number;
  readonly state: SourceState;
  /** Bytes taken from it over the network in this run. */
  readonly received: number;
  /** Bytes per second over the last second or so. */
  readonly rate: number;
}

/** What a person could do something about where a server fails. */
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

/** What a notice is about, where a person could do something about it. */
export type DownloadNotice =
  /** A server has another file than the one that is fetched. */
  | "other-copy"
  /** Most servers have another file than the one that was being fetched. */
  | "outvoted"
  /** As many servers have one file as have another. */
  | "tie";

/** Tells people something in one line. */
export type TellNotice = (message: string, about?: DownloadNotice) => void;

/** What becomes of sources. */
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
    /** Why it failed or waits, in words. */
    readonly reason?: string;
    /** The same for a program, where a person could do something about it. */
    readonly fault?: SourceFault;
    /** Where it is, if that is known only now: it was found after the start. */
    readonly address?: string;
  };
