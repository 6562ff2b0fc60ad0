/** What a server is doing, as the client sees it (design of the states: docs/protocol.md). */
export type SourceState =
  | "connecting"
  | "downloading"
  | "paused"
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

/** Everything a download tells whoever shows it; the `--json` lines are these objects. */
export type ClientEvent =
  /** Before the start: these servers have not answered yet. Not part of `--json`. */
  | { readonly type: "waiting"; readonly addresses: readonly string[]; readonly elapsed: number }
  | {
    readonly type: "start";
    readonly name: string;
    /** Bytes in the file. */
    readonly size: number;
    readonly output: string;
    /** Bytes that an earlier run had fetched already. */
    readonly kept: number;
    readonly servers: readonly { readonly index: number; readonly address: string }[];
  }
  | {
    readonly type: "progress";
    /** Seconds since the start. */
    readonly elapsed: number;
    /** Bytes taken over the network in this run. */
    readonly received: number;
    /** Bytes of the file that are on disk, those of earlier runs included. */
    readonly completed: number;
    /** Bytes per second over the last second or so. */
    readonly rate: number;
    /** Seconds until the end at this rate; null while nothing moves. */
    readonly eta: number | null;
    readonly servers: readonly SourceProgress[];
  }
  | {
    readonly type: "server";
    readonly index: number;
    readonly state: SourceState;
    /** Why it failed, in words. */
    readonly reason?: string;
  }
  /** One line for the person: a copy that differs, a wrong piece. Not part of `--json`. */
  | { readonly type: "notice"; readonly message: string }
  | {
    readonly type: "done";
    readonly size: number;
    readonly received: number;
    readonly elapsed: number;
    /** Average bytes per second. */
    readonly rate: number;
    /** SHA-256 of the file, when it was verified. */
    readonly sha256: string | null;
    readonly servers: readonly SourceProgress[];
  }
  | { readonly type: "error"; readonly code: number; readonly message: string };
