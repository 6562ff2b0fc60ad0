import type { TestFile } from "./test_file.ts";

/** One program that fetches, and what of the file it makes. */
export interface Fetch {
  readonly argv: readonly string[];
  readonly output: string;
  /** The part of the file that the output is to be; undefined: all of it. */
  readonly range?: { readonly start: number; readonly end: number };
}

/** One side of a comparison: how a file is got, and from whom. */
export interface Contender {
  readonly name: string;
  /** What is got. */
  readonly file: TestFile;
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
