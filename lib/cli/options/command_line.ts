import { parseArgs } from "node:util";
import { closestMatch } from "leven";
import { MultiportError } from "../../multiport_error.ts";
import { optionLabel, type OptionTable, type OptionValues } from "./option.ts";
import type { Option, OptionName, Setting, Settings } from "./option.ts";
import { quoted } from "./option_values.ts";

/** Arguments that belong to no option. */
export interface Operands<Value> {
  /** What they are called in help: `URL…`. */
  readonly placeholder: string;
  readonly help: string;
  /** Whether a word is one of them, also where the values of a list stand. */
  readonly recognizes: (word: string) => boolean;
  /** @throws {MultiportError} `usage`. */
  readonly parse: (word: string) => Value;
}

/** What was given on a command line. */
export interface CommandLine<Table extends OptionTable, Operand> {
  readonly options: OptionValues<Table>;
  readonly operands: readonly Operand[];
}

/** More edits than this and the two names have nothing to do with each other. */
const MAX_EDITS = 2;

/**
 * Reads a command line against a table of options. `-p 1 2`, `-p=1 2`, `-p1 2`, `--ports=1,2` and
 * `--ports 1 --ports 2` are the same.
 *
 * The values of an option end at the next word that looks like an option: one that starts with `-`,
 * is longer than that, and is no number. So `-i -1` is a (wrong) value, and a file called `-x` is
 * written `./-x` or `--file=-x`.
 *
 * @param operands What arguments without an option are; absent: there are none.
 * @param settings What options are that are not on the command line.
 * @param familiar What takes the place of options that other programs have, by how they are typed.
 *
 * @throws {MultiportError} `usage`: an unknown option, a value that is missing, unwanted or wrong, an
 * argument that belongs to no option. About a setting it says where that is.
 *
 * @example
 * ```ts
 * const { options } = parseCommandLine(["-p", "60000", "60002"], { ports: PORTS });
 * options.ports; // [60000, 60002]
 * ```
 */
export function parseCommandLine<Table extends OptionTable, Operand = never>(
  args: readonly string[],
  table: Table,
  operands?: Operands<Operand>,
  settings: Settings = new Map(),
  familiar: ReadonlyMap<string, string> = new Map(),
): CommandLine<Table, Operand> {
  const options = Object.values(table);
  const given = new Map<Option<unknown>, string[]>();
  const words: string[] = [];
  let open: string[] | undefined;
  for (const token of tokenize(args, options)) {
    switch (token.kind) {
      case "option": {
        const option = findOption(options, token.name) ??
          unknownOption(token.rawName, options, familiar);
        const texts = given.get(option) ?? [];
        given.set(option, texts);
        texts.push(optionText(option, token));
        open = option.takes === "list" ? texts : undefined;
        break;
      }
      case "positional":
        if (open === undefined || operands?.recognizes(token.value)) words.push(token.value);
        else if (token.value === "") {
          throw new MultiportError("usage", 'Cannot use "": it is empty');
        } else open.push(token.value);
        break;
      case "option-terminator":
        open = undefined;
        break;
    }
  }
  return {
    options: readAll(table, given, settings),
    operands: words.map((word) => operands === undefined ? strayWord(word) : operands.parse(word)),
  };
}

/**
 * Whether a flag stands on a command line that may be wrong otherwise: asked before parsing, so that
 * `--help` helps with any mistake and `--json` shapes the message about it.
 *
 * @example
 * ```ts
 * hasFlag(["--bogus", "-h"], { name: "help", short: "h" }); // true
 * ```
 */
export function hasFlag(
  args: readonly string[],
  { name, short }: OptionName,
): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end < 0 ? undefined : end).some((arg) =>
    arg === `--${name}` || (short !== undefined && arg === `-${short}`)
  );
}

/** The words of a command line, taken apart; what is right or wrong about them is not judged here. */
function tokenize(args: readonly string[], options: readonly Option<unknown>[]) {
  const known = options.flatMap(({ name, short, aliases = [], takes }) => {
    const type = takes === "flag" ? "boolean" as const : "string" as const;
    return [
      [name, short === undefined ? { type } : { type, short }] as const,
      ...aliases.map((alias) => [alias, { type }] as const),
    ];
  });
  return parseArgs({
    args: [...args],
    options: Object.fromEntries(known),
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}

interface OptionToken {
  readonly rawName: string;
  readonly value?: string;
  readonly inlineValue?: boolean;
}

function optionText(option: Option<unknown>, { rawName, value, inlineValue }: OptionToken): string {
  if (option.takes === "flag") {
    if (value !== undefined) throw unwantedValue(option, value);
    return "";
  }
  if (value === undefined || value === "" || (!inlineValue && looksLikeOption(value))) {
    throw missingValue(option, value);
  }
  // -n4 and -n=4 are the same.
  const text = inlineValue && !rawName.startsWith("--") ? value.replace(/^=/, "") : value;
  if (text === "") throw missingValue(option, undefined);
  return text;
}

function findOption(
  options: readonly Option<unknown>[],
  name: string,
): Option<unknown> | undefined {
  return options.find((option) =>
    option.name === name || option.short === name || option.aliases?.includes(name)
  );
}

function readAll<Table extends OptionTable>(
  table: Table,
  given: ReadonlyMap<Option<unknown>, readonly string[]>,
  settings: Settings,
): OptionValues<Table> {
  const values = Object.entries(table).map(([key, option]) => {
    const texts = given.get(option);
    const setting = texts === undefined ? settings.get(option.name) : undefined;
    return [key, setting ? readSetting(option, setting) : option.read(texts ?? [])];
  });
  return Object.fromEntries(values) as OptionValues<Table>;
}

function readSetting(option: Option<unknown>, { texts, from }: Setting): unknown {
  try {
    return option.read(texts);
  } catch (error) {
    if (!(error instanceof MultiportError)) throw error;
    throw new MultiportError(error.code, `${from}: ${error.message}`, { cause: error });
  }
}

function looksLikeOption(word: string): boolean {
  return word.length > 1 && word.startsWith("-") && !/^-\.?\d/.test(word);
}

function unknownOption(
  typed: string,
  options: readonly Option<unknown>[],
  familiar: ReadonlyMap<string, string>,
): never {
  const hint = familiar.get(typed) ?? closestHint(typed, options);
  throw new MultiportError("usage", `Cannot use ${typed}: there is no such option; ${hint}`);
}

function closestHint(typed: string, options: readonly Option<unknown>[]): string {
  const names = options.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const meant = closestName(typed.replace(/^-+/, ""), names);
  return meant === undefined ? "see --help" : `did you mean --${meant}?`;
}

/**
 * The name that somebody probably meant: a few letters wrong, or only begun.
 *
 * @example
 * ```ts
 * closestName("intervall", ["interval", "wait"]); // "interval"
 * ```
 */
export function closestName(typed: string, names: readonly string[]): string | undefined {
  if (typed.length < 2) return undefined;
  const lower = typed.toLowerCase();
  const maxDistance = Math.min(MAX_EDITS, typed.length - 1);
  return closestMatch(lower, names, { maxDistance }) ??
    names.find((name) => name.startsWith(lower));
}

function strayWord(word: string): never {
  throw new MultiportError(
    "usage",
    `Cannot use ${quoted(word)}: it belongs to no option; see --help`,
  );
}

function missingValue(option: OptionName, next: string | undefined): MultiportError {
  const hint = next !== undefined && next !== "--" && looksLikeOption(next)
    ? `; for a value that starts with a dash write --${option.name}=${next}`
    : "";
  return new MultiportError(
    "usage",
    `Cannot use ${optionLabel(option)}: its value is missing${hint}`,
  );
}

function unwantedValue(option: OptionName, value: string): MultiportError {
  return new MultiportError(
    "usage",
    `Cannot use ${optionLabel(option)} with ${quoted(value)}: it takes no value`,
  );
}
