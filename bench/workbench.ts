import { findProgram } from "../testing/command.ts";
import type { Scratch } from "./scratch.ts";

/** A program that Multiport is compared with, or that a scenario needs. */
export type Peer = "aria2c" | "axel" | "curl" | "nginx" | "iperf3" | "ip";

/** The Debian package that each is in. */
export const PACKAGES: Readonly<Record<Peer, string>> = {
  aria2c: "aria2",
  axel: "axel",
  curl: "curl",
  nginx: "nginx-light",
  iperf3: "iperf3",
  ip: "iproute2",
};

/** What scenarios work with. */
export interface Workbench {
  /** Pairs per comparison. */
  readonly runs: number;
  /** Bytes, where somebody chose them for scenarios that have one size. */
  readonly size: number | undefined;
  readonly scratch: Scratch;
  /** Aborted when everything shall end. */
  readonly signal: AbortSignal;
  /** Tells people what is being done. */
  say(what: string): void;
}

/** Whether a peer is installed. */
export function has(peer: Peer): boolean {
  return findProgram(peer) !== undefined;
}
