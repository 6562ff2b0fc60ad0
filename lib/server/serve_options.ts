import type { ServeEvent } from "./server_event.ts";

/**
 * What `mpserver` is asked to do.
 *
 * @example
 * ```ts
 * import { serve, type ServeOptions } from "@multiport/multiport";
 *
 * const options: ServeOptions = { files: ["film.mp4"], ports: [60000, 60002], limitRate: 1e6 };
 * await using servers = await serve(options);
 * console.log(servers.all.map(({ url }) => url));
 * ```
 */
export interface ServeOptions {
  /** The file every server sends, or one path per server. */
  readonly files: readonly string[];
  /** A port per server; 0 lets the system choose one. */
  readonly ports: readonly number[];
  /** Who may connect: IP addresses or CIDR blocks; `any` alone for everybody. Default: this machine. */
  readonly allow?: readonly string[];
  /**
   * The address to listen on; `localhost` is loopback in both families. Default: loopback when `allow`
   * is, else all addresses, each of them in the families of `allow`.
   */
  readonly bind?: string;
  /**
   * Names that requests may have in `Host`, beside addresses and `localhost`. Default: none if only
   * this machine can connect, else any.
   */
  readonly hosts?: readonly string[];
  /** A file with the certificate to prove with who this is, PEM; clients have to speak TLS then. */
  readonly tlsCert?: string;
  /** The file with its key. */
  readonly tlsKey?: string;
  /** What clients have to send to be let in, as `Authorization: Bearer` (RFC 6750). Default: nothing. */
  readonly token?: string;
  /** Bytes per second each server may send. Default: as fast as it can. */
  readonly limitRate?: number;
  /** End after one complete transfer to one client. */
  readonly once?: boolean;
  /** Keep an account of what every client has of the files, for `Servers.clients`. */
  readonly watchClients?: boolean;
  /** Closes the servers. If it is aborted while they start, `serve` rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Called with every event. If it throws, the servers are closed, and `finished` rejects with that error. */
  readonly onEvent?: (event: ServeEvent) => void;
}
