import type { Manual } from "./manual.ts";
import type { Option } from "../options/option.ts";

/** Lines are no longer than this: it is what every terminal has. */
const COLUMNS = 80;
/** Where the explanations of options begin. */
const EXPLANATION_COLUMN = 27;

/**
 * What `--help` prints.
 *
 * @example
 * ```ts
 * console.log(renderHelp(CLIENT_MANUAL));
 * ```
 */
export function renderHelp({ name, summary, usage, options, examples, notes }: Manual): string {
  const sections = Object.groupBy(Object.values(options), ({ section }) => section);
  const blocks = [
    wrap(`${name}: ${summary}`, 0),
    ["Usage:", ...usage.map((line) => `  ${line}`)],
    ...Object.entries(sections).map(([section, all = []]) => [
      `${section}:`,
      ...all.flatMap(optionLines),
    ]),
    ["Examples:", ...examples.flatMap(({ does, line }) => [`  # ${does}`, `  ${line}`])],
    ...notes.map((note) => wrap(note, 0)),
  ];
  return blocks.map((lines) => `${lines.join("\n")}\n`).join("\n");
}

/**
 * An option with all its spellings and its value, as help and manuals show it.
 *
 * @example
 * ```ts
 * optionUsage(CLIENT_OPTIONS.output); // "-o, --output PATH"
 * ```
 */
export function optionUsage({ name, short, aliases = [], placeholder }: Option<unknown>): string {
  const letters = short === undefined ? [] : [`-${short}`];
  const spellings = [...letters, ...[name, ...aliases].map((each) => `--${each}`)].join(", ");
  return placeholder === undefined ? spellings : `${spellings} ${placeholder}`;
}

function optionLines(option: Option<unknown>): string[] {
  const indent = option.short === undefined ? " ".repeat("  -x, ".length) : "  ";
  const usage = indent + optionUsage(option);
  const [first = "", ...others] = wrap(option.help, EXPLANATION_COLUMN);
  // Two spaces at least keep the two apart.
  if (usage.length > EXPLANATION_COLUMN - 2) return [usage, first, ...others];
  return [usage + first.slice(usage.length), ...others];
}

/** Breaks a text into lines of at most 80 columns that begin at `column`. */
export function wrap(text: string, column: number): string[] {
  const indent = " ".repeat(column);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && column + line.length + 1 + word.length > COLUMNS) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, indent + line];
}
