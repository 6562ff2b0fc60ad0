/** This machine, in both families. */
export const LOOPBACK: readonly string[] = ["127.0.0.0/8", "::1"];

/** What `mpserver` is asked to do. */
export interface ServeOptions {
  /** The file every server sends, or one path per server. */
  readonly files: readonly string[];
  /** A port per server; 0 lets the system choose one. */
  readonly ports: readonly number[];
  /** Who may connect: IP addresses or CIDR blocks; `any` alone for everybody. Default: {@linkcode LOOPBACK}. */
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
  /** Keep an account of what every client has of the files, for `Serving.clients`. */
  readonly watchClients?: boolean;
}
