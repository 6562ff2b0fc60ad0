/**
 * What a server is doing, as its operator sees it.
 *
 * @example
 * ```ts
 * import { serve, type ServerState } from "@multiport/multiport";
 *
 * const ended: ServerState = "terminated";
 * await using servers = await serve({ files: ["film.mp4"], ports: [60000, 60002] });
 * console.log(servers.status().filter(({ state }) => state !== ended).length); // 2
 * ```
 */
export type ServerState = "listening" | "sending" | "paused" | "terminated";

/**
 * One server's figures at one moment.
 *
 * @example
 * ```ts
 * import { serve, type ServerStatus } from "@multiport/multiport";
 *
 * const line = ({ address, state, rate }: ServerStatus) => `${address} ${state}, ${rate} B/s`;
 * await using servers = await serve({ files: ["film.mp4"], ports: [60000, 60002] });
 * console.log(servers.status().map(line).join("\n"));
 * ```
 */
export interface ServerStatus {
  /** 1 for Server1. */
  readonly index: number;
  /** `host:port`. */
  readonly address: string;
  /** What it is doing. */
  readonly state: ServerState;
  /** Whether its worker answers. */
  readonly alive: boolean;
  /** Bytes of content sent so far. */
  readonly sent: number;
  /** Bytes per second over the last second. */
  readonly rate: number;
  /** Clients, told by their addresses, that have a connection open now. */
  readonly clients: number;
}

/**
 * What one client has of a file.
 *
 * @example
 * ```ts
 * import { type ClientStatus, serve } from "@multiport/multiport";
 *
 * const line = ({ address, taken, size }: ClientStatus) => `${address} has ${taken} of ${size} bytes`;
 * const options = { files: ["film.mp4"], ports: [60000, 60002], watchClients: true };
 * await using servers = await serve(options);
 * console.log(servers.clients().map(line).join("\n"));
 * ```
 */
export interface ClientStatus {
  /** Its IP address. */
  readonly address: string;
  /** Bytes in the file. */
  readonly size: number;
  /** Bytes of it that the client has taken, from all servers together. */
  readonly taken: number;
  /** Bytes per second over the last seconds. */
  readonly rate: number;
}

/**
 * What a notice is about, where an operator could do something about it.
 *
 * @example
 * ```ts
 * import { serve, type ServerNotice } from "@multiport/multiport";
 *
 * const intruder: ServerNotice = "turned-away";
 * await using servers = await serve({
 *   files: ["film.mp4"],
 *   ports: [60000, 60002],
 *   onEvent(event) {
 *     if (event.type === "notice" && event.about === intruder) console.warn(event.client);
 *   },
 * });
 * ```
 */
export type ServerNotice =
  /** A client that `allow` does not let in. */
  | "turned-away"
  /** A file was changed: what is there now is not served. */
  | "changed"
  /** The token goes over a network without encryption. */
  | "clear-token";

/**
 * What servers tell as it happens.
 *
 * @example
 * ```ts
 * import { serve, type ServeEvent } from "@multiport/multiport";
 *
 * const digestOf = (event: ServeEvent) => event.type === "manifest" ? event.sha256 : undefined;
 * await using servers = await serve({ files: ["film.mp4"], ports: [60000, 60002] });
 * for await (const event of servers.events) {
 *   if (digestOf(event)) break;
 * }
 * ```
 */
export type ServeEvent =
  | {
    readonly type: "listening";
    readonly servers: readonly {
      readonly index: number;
      readonly address: string;
      /** The path of its file. */
      readonly file: string;
      /** Bytes in it. */
      readonly size: number;
    }[];
  }
  | { readonly type: "server"; readonly index: number; readonly state: ServerState }
  | {
    readonly type: "served";
    readonly index: number;
    /** The client's `host:port`; its address alone if there were several connections. */
    readonly client: string;
    /** Bytes of content that it took, some of it perhaps only to drop it, as clients do that end early. */
    readonly bytes: number;
    /** Connections over which it took them: those that end shortly after each other are one record. */
    readonly connections: number;
  }
  /** How far the digests of one file are; `done` equals `size` when the manifest is ready. */
  | {
    readonly type: "manifest";
    /** The path of the file. */
    readonly file: string;
    readonly done: number;
    readonly size: number;
    /** Of the file; only once the manifest is ready. */
    readonly sha256?: string;
  }
  /** One line for the operator: a file changed on disk, an address was turned away. */
  | {
    readonly type: "notice";
    readonly message: string;
    readonly about?: ServerNotice;
    /** The IP address of the client that it is about. */
    readonly client?: string;
  };
