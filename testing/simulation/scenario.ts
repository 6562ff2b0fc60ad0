import type { ByteRange } from "../../lib/byte_range.ts";
import type { LinkTraits } from "./link.ts";

/** Something that happens to a server; `at` is in seconds. */
export type Incident =
  | { readonly at: number; readonly type: "rate"; readonly rate: number }
  /** Its operator pauses it; `allowance` bytes had left it already, `noticed` seconds until known. */
  | {
    readonly at: number;
    readonly type: "pause";
    readonly allowance: number;
    readonly noticed: number;
  }
  | { readonly at: number; readonly type: "resume"; readonly noticed: number }
  /** Its connection dies, or its operator ends it; known after `noticed` seconds without a byte. */
  | { readonly at: number; readonly type: "fail"; readonly noticed: number }
  /** It can be asked: for the first time, or again. */
  | { readonly at: number; readonly type: "join" };

/** One server, and what happens to it. */
export interface SourceScript extends LinkTraits {
  /** Whether the download starts with it; else it joins later. */
  readonly present: boolean;
  /** Which part of its pieces is wrong, 0 to 1. */
  readonly wrong: number;
  /** In order of time. */
  readonly incidents: readonly Incident[];
}

/** A whole download, before it happens. Sources are numbered from 0 on. */
export interface Scenario {
  /** Bytes in the file. */
  readonly size: number;
  readonly pieceLength: number;
  readonly missing: readonly ByteRange[];
  readonly balance: "equal" | "adaptive";
  readonly sources: readonly SourceScript[];
  /** Seconds from the order to trim a block until the answer. */
  readonly trimSeconds: number;
  /** For what is decided on the way: which pieces are wrong, when reports are made. */
  readonly seed: number;
}

/** When the last incident of a scenario is over, in seconds. */
export function settlingTime(scenario: Scenario): number {
  return Math.max(0, ...scenario.sources.flatMap(({ incidents }) => incidents.map(overAt)));
}

/** When an incident is over, in seconds: when it is known. */
export function overAt(incident: Incident): number {
  return incident.at + ("noticed" in incident ? incident.noticed : 0);
}
