import type { TestFile } from "./test_file.ts";

/** One program that fetches, and what it makes. */
export interface Fetch {
  readonly argv: readonly string[];
  /** Undefined if it makes nothing. */
  readonly makes?: Copy;
}

/** A copy of a file, or of a part of it. */
export interface Copy {
  readonly path: string;
  readonly of: TestFile;
  /** The part; undefined: all of it. */
  readonly range?: { readonly start: number; readonly end: number };
}

/** One side of a comparison: how a file is got, and from whom. */
export interface Contender {
  readonly name: string;
  /** The programs that get it, side by side, given an empty folder for what they make. */
  readonly fetches: (folder: string) => readonly Fetch[];
  /** The server processes behind it, as they are now. */
  readonly servers: () => readonly number[];
  /** Puts everything back to where it has to be before a trial. */
  readonly prepare?: () => Promise<void>;
  /** What happens while a trial goes on; the signal is aborted at its end. */
  readonly disturb?: (signal: AbortSignal) => Promise<void>;
  /** Bytes that all links together have delivered so far. */
  readonly wireBytes?: () => Promise<number>;
}
