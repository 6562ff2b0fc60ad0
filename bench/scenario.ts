import type { Table } from "./table.ts";
import type { Workbench } from "./workbench.ts";

/** Something that is measured. */
export interface Scenario {
  /** As it is named on the command line. */
  readonly name: string;
  /** In a few words. */
  readonly title: string;
  /** What is run and how it is measured, in sentences. */
  readonly how: string;
  /** What the project wants to reach; for information, nothing is judged by it. */
  readonly target: string;
  /** Whether it is run when none is named. */
  readonly standard: boolean;
  /** Measures; how it is cleaned up is its own business, but it is when this ends. */
  readonly run: (workbench: Workbench) => Promise<Findings>;
}

/** What was measured. */
export interface Findings {
  readonly tables: readonly Table[];
  /** Sentences to be known when one reads the tables. */
  readonly notes?: readonly string[];
  /** The outcome in a few words, to be put beside the target. */
  readonly outcome: string;
}
