import type { Findings, Scenario } from "./scenario.ts";
import { formatTable } from "./table.ts";

/** What became of a scenario. */
export type Outcome =
  | {
    readonly type: "measured";
    readonly scenario: Scenario;
    readonly findings: Findings;
    /** How long the measuring took. */
    readonly seconds: number;
    /** The part of the machine that other programs used meanwhile, 0 to 1. */
    readonly byOthers: number;
  }
  | { readonly type: "failed"; readonly scenario: Scenario; readonly reason: string };

/** The report, which grows on standard output and, if one likes, in a file. */
export class Report {
  readonly #out: string | undefined;
  #text = "";

  /** @param out The file. */
  constructor(out: string | undefined) {
    this.#out = out;
  }

  /** Adds what is set apart from the rest by an empty line. */
  async add(text: string): Promise<void> {
    const block = this.#text === "" ? text : `\n${text}`;
    console.log(block);
    this.#text += `${block}\n`;
    if (this.#out !== undefined) await Deno.writeTextFile(this.#out, this.#text);
  }
}

/** The part of the report that one scenario makes. */
export function formatOutcome(outcome: Outcome): string {
  const { scenario: { name, title, how, target } } = outcome;
  const head = [`## ${title}`, "", `\`deno task bench ${name}\`. ${how}`, "", `Target: ${target}.`];
  if (outcome.type === "failed") return [...head, "", `Not measured: ${outcome.reason}`].join("\n");
  const { findings: { tables, notes = [] }, seconds, byOthers } = outcome;
  const disturbance = `Took ${seconds.toFixed(0)} s, during which other programs used ${
    (100 * byOthers).toFixed(0)
  } % of the CPUs.`;
  const list = [...notes, disturbance].map((note) => `- ${note}`).join("\n");
  return [head.join("\n"), ...tables.map(formatTable), list].join("\n\n");
}

/** What the report ends with: all outcomes beside their targets. */
export function formatSummary(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    const { name, target } = outcome.scenario;
    const measured = outcome.type === "measured" ? outcome.findings.outcome : outcome.reason;
    return [name, measured, target];
  });
  const columns = ["scenario", "measured (medians)", "target"];
  return ["## All of it beside the targets", "", formatTable({ columns, rows })].join("\n");
}
