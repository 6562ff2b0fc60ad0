/** What `mpserver` was asked to do, checked and with defaults filled in. */
export interface ServeOptions {
  /** The file every server sends, or one path per server. */
  readonly files: readonly string[];
  /** A port per server; 0 lets the system choose one. */
  readonly ports: readonly number[];
  /** The address to listen on. */
  readonly bind: string;
  /** Who may connect: IP addresses or CIDR blocks; `any` alone for everybody. */
  readonly allow: readonly string[];
  /** Bytes per second each server may send; absent: as fast as it can. */
  readonly limitRate?: number;
  /** End after one complete transfer to one client. */
  readonly once: boolean;
}
