import type { ByteRange } from "../byte_range.ts";

/** A run of bytes asked of one source in one request. */
export interface Block extends ByteRange {
  /** Different for every block of a plan. */
  readonly id: number;
  /** Whether its bytes are only hashed: another source's copy of them is kept. */
  readonly hashOnly?: boolean;
}

/** What happens to a download; sources are numbered by whoever runs the plan. */
export type PlanEvent =
  /** The source can be asked: at the start, later, or again after it failed. */
  | { readonly type: "joined"; readonly source: number }
  /** So many more bytes of its blocks arrived, in the order in which the blocks were asked for. */
  | { readonly type: "received"; readonly source: number; readonly bytes: number }
  /** The answer to `trim`: the block ends at `end`, where its source is or will stop. */
  | {
    readonly type: "trimmed";
    readonly source: number;
    readonly block: number;
    readonly end: number;
  }
  /** It is not asked for its blocks, as whoever asks is busy with others; until it is `admitted`. */
  | { readonly type: "deferred"; readonly source: number }
  | { readonly type: "admitted"; readonly source: number }
  | { readonly type: "paused"; readonly source: number }
  | { readonly type: "resumed"; readonly source: number }
  /** The source is lost, with what it had not delivered; it may join again. */
  | { readonly type: "failed"; readonly source: number }
  /** From now on the source is to be given whole pieces, which nobody else has part in. */
  | { readonly type: "parole"; readonly source: number }
  /** It is trusted again. */
  | { readonly type: "cleared"; readonly source: number }
  /** These bytes are to be fetched, too: they come behind all others. */
  | { readonly type: "added"; readonly source?: undefined; readonly range: ByteRange }
  /** These bytes, delivered already, are wrong: fetch them again, elsewhere than from `source`. */
  | { readonly type: "rejected"; readonly source?: number; readonly range: ByteRange };

/** What the plan wants done. */
export type PlanCommand =
  /** Ask the source for this block, behind those it was asked for already. */
  | { readonly type: "fetch"; readonly source: number; readonly block: Block }
  /** Let the block end at `end`, or where it already is if that is further; then say `trimmed`. */
  | {
    readonly type: "trim";
    readonly source: number;
    readonly block: number;
    readonly end: number;
  }
  /**
   * Forget these bytes, the beginning of a piece: the source on parole that delivered them does not
   * deliver the rest. They count as missing, and will be fetched with it.
   */
  | { readonly type: "abandon"; readonly source: number; readonly range: ByteRange };

/** How the bytes of the file are divided among sources. */
export interface PlanOptions {
  /** Bytes: portions are cut at multiples of it. A power of two. */
  readonly pieceLength: number;
  /** What is to be fetched: in order, not overlapping. */
  readonly missing: readonly ByteRange[];
  /**
   * `adaptive`: a source with nothing left takes work from the one that would finish last.
   * `equal`: it stays idle; only failures and sources that join move work.
   */
  readonly balance: "equal" | "adaptive";
  /** Bytes per second of all sources together; undefined if they may be as fast as they can. */
  readonly limitRate?: number | undefined;
}

/** Decides who fetches which bytes next: a state machine that is told what happens and answers what to do. */
export interface Planner {
  /** Bytes that have not been delivered. */
  readonly missing: number;
  /** What a source still has to deliver, in the order in which it will be fetched. */
  portion(source: number): ByteRange[];
  /** Whether a source that is up has nothing to do. */
  isIdle(source: number): boolean;
  /** The first bytes that a source was asked for and has not delivered; undefined when there are none. */
  expects(source: number): ByteRange | undefined;
  /** Begins with those sources that are up, at `now` seconds. */
  start(sources: readonly number[], now: number): PlanCommand[];
  /** Takes note of what happened at `now` seconds. */
  apply(event: PlanEvent, now: number): PlanCommand[];
}
