import type { ErrorCode } from "../multiport_error.ts";
import type { Manifest } from "../content/manifest.ts";
import type { ByteRange } from "../byte_range.ts";
import type { FileIdentity } from "./served_file.ts";
import type { Certificate } from "./certificate.ts";
import type { Mirror } from "./port/metalink.ts";
import type { ServedRecord } from "./port/served_log.ts";
import type { ServerNotice, ServerState } from "./server_event.ts";

/** What is the same for all ports of a process. */
export interface PortOptions {
  /** Where to listen; see `listen.ts` for which of them may be missing. */
  readonly hostnames: readonly string[];
  readonly allow: readonly string[];
  /** Names that it goes by; see `request_site.ts`. */
  readonly hosts: readonly string[];
  /** With it, clients have to speak TLS. */
  readonly certificate: Certificate | undefined;
  /** With it, clients have to send it. */
  readonly token: string | undefined;
  /** Bytes per second. */
  readonly limitRate: number | undefined;
  /** Where ports count what they have together; see `connection_quota.ts`. */
  readonly counts: SharedArrayBuffer | undefined;
  /** Whether to tell `connected`, `begun`, `taken`, `sent` and `disconnected`. */
  readonly tracked: boolean;
}

/** First of all: take the port, but do not serve yet. Answered by `opened` or `failed`. */
export interface OpenPort {
  readonly type: "open";
  /** 1 for Server1. */
  readonly index: number;
  readonly file: FileIdentity;
  readonly port: number;
  readonly options: PortOptions;
}

/** What the supervisor tells a port. */
export type ToPort =
  | OpenPort
  /** Every port is taken: serve. */
  | { readonly type: "serve"; readonly ports: readonly number[] }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  /** Tell the clients that this server is terminated, and end. Answered by `ended`. */
  | { readonly type: "terminate" }
  /** End. Answered by `ended`. */
  | { readonly type: "close" }
  /** The digests are known, and who has an identical copy: a document without servers is of no use. */
  | {
    readonly type: "manifest";
    readonly manifest: Manifest;
    readonly piecesSha256: string;
    readonly mirrors: readonly Mirror[];
  }
  /** Who has an identical copy now. */
  | { readonly type: "mirrors"; readonly mirrors: readonly Mirror[] }
  /** There will be no digests. */
  | { readonly type: "manifest withheld" }
  /** Use another certificate for new connections. */
  | { readonly type: "certificate"; readonly certificate: Certificate }
  /** The process has no descriptors left, and this port has most of them: give so many back. */
  | { readonly type: "give way"; readonly descriptors: number };

/** A part of the file that a client has taken. */
export interface TakenPart {
  /** Its IP address. */
  readonly client: string;
  readonly range: ByteRange;
}

/** What a port tells the supervisor. */
export type FromPort =
  | { readonly type: "opened"; readonly hostname: string; readonly port: number }
  | {
    readonly type: "failed";
    readonly code: ErrorCode;
    readonly message: string;
    /** The error of the system; it has lost its class on the way between threads. */
    readonly cause: unknown;
  }
  | { readonly type: "state"; readonly state: ServerState }
  /** Sent regularly, which is also how the supervisor sees that the port is alive. */
  | { readonly type: "figures"; readonly figures: PortFigures }
  /** An answer with content begins. `client` is an IP address, here and below. */
  | { readonly type: "begun"; readonly client: string }
  /** What clients have taken of the file since the last such message, by answers that go on. */
  | { readonly type: "taken"; readonly parts: readonly TakenPart[] }
  /** An answer has ended, complete or not; the client has taken this part of the file since then. */
  | { readonly type: "sent"; readonly client: string; readonly range: ByteRange }
  /** A connection has begun. */
  | { readonly type: "connected"; readonly client: string }
  /** It has ended. */
  | { readonly type: "disconnected"; readonly client: string }
  | { readonly type: "served"; readonly record: ServedRecord }
  | {
    readonly type: "notice";
    readonly message: string;
    readonly about?: ServerNotice;
    readonly client?: string;
  }
  /** No connection can be accepted, as the process has no descriptors left. */
  | { readonly type: "short of descriptors" }
  /** Everything is closed, and nothing follows. */
  | { readonly type: "ended" };

/** How a worker is told something: for which of its ports it is. */
export interface ToPortWorker {
  /** 1 for Server1. */
  readonly index: number;
  readonly message: ToPort;
}

/** What a worker tells: something that one of its ports says, or that it cannot go on. */
export type FromPortWorker =
  | { readonly type: "port"; readonly index: number; readonly message: FromPort }
  /** Something happened that must not happen; the worker has to be ended. */
  | { readonly type: "broken"; readonly reason: string };

/** The figures of one port at one moment. */
export interface PortFigures {
  /** Bytes of content sent so far. */
  readonly sent: number;
  /** Client addresses with an open connection. */
  readonly clients: number;
  /** Descriptors of connections, also of those that were closed and are still held by their clients. */
  readonly descriptors: number;
  /** When, in milliseconds of a clock that does not go back and that all workers share. */
  readonly atMs: number;
}
