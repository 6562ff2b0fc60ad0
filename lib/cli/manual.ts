import type { OptionTable } from "./option.ts";

/** All that there is to say about a program: `--help`, manual pages and completions are made of it. */
export interface Manual {
  readonly name: "mpclient" | "mpserver";
  /** What it does, in a few words. */
  readonly summary: string;
  /** The shapes of its command line. */
  readonly usage: readonly string[];
  /** In the order in which they are shown, sections together. */
  readonly options: OptionTable;
  readonly examples: readonly Example[];
  /** Paragraphs that end it. */
  readonly notes: readonly string[];
}

/** A command line to try. */
export interface Example {
  readonly does: string;
  readonly line: string;
}
