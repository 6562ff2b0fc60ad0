/** What an option is called. */
export interface OptionName {
  /** The long name, without dashes. */
  readonly name: string;
  /** The letter after a single dash. */
  readonly short?: string;
}

/** What is said of an option: in messages, in help, and to shells. */
export interface OptionText extends OptionName {
  /** Other long names for the same option. */
  readonly aliases?: readonly string[];
  /** What its value is called: `PATH`; absent for flags. */
  readonly placeholder?: string;
  /** The heading in help under which it stands. */
  readonly section: string;
  /** What it does, its default included. */
  readonly help: string;
  /** What a shell may offer for its value: paths, or one of these words. */
  readonly completes?: "file" | "folder" | readonly string[];
  /**
   * Whether it is about one run, or a secret: then no file and no variable can set it for all runs.
   * Secrets have files of their own, which are not passed around as settings are.
   */
  readonly perRun?: boolean;
}

/** One option of a command line: what is said of it, and what it makes of what was typed. */
export interface Option<Value> extends OptionText {
  /**
   * `flag` takes no value. `value` takes one, and the last one counts. `values` takes one each time
   * it is given, and all count. `list` takes one or more, separated by spaces or commas.
   */
  readonly takes: "flag" | "value" | "values" | "list";
  /**
   * What was typed, as a value for the program.
   *
   * @param texts Everything that was given, in order; for a flag, an empty text each time.
   * @throws {MultiportError} `usage`.
   */
  readonly read: (texts: readonly string[]) => Value;
}

/** All options of a program, by the names that their values have in it. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>;

/** What was set for an option elsewhere than on the command line. */
export interface Setting {
  /** As if it had been typed; of a flag, an empty text if it is given. */
  readonly texts: readonly string[];
  /** Where: a file and a line, or a variable. */
  readonly from: string;
}

/** What was set for options, by their names. */
export type Settings = ReadonlyMap<string, Setting>;

/** The values of all options of a table. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Key in keyof Table]: Table[Key] extends Option<infer Value> ? Value : never;
};

/** Makes something of one value; throws a `usage` failure, for which `wrongValue` has the words. */
export type ParseValue<Value> = (text: string, option: OptionName) => Value;

/**
 * An option that takes no value.
 *
 * @param given Its value when it is given: false for `--no-resume`.
 *
 * @example
 * ```ts
 * flag({ name: "force", short: "f", section: "Output", help: "replace an existing file" });
 * ```
 */
export function flag(text: OptionText, given = true): Option<boolean> {
  return { ...text, takes: "flag", read: (texts) => texts.length > 0 ? given : !given };
}

/**
 * An option that takes one value. Given twice, the last one counts, so that it can be put behind
 * those of an alias.
 *
 * @example
 * ```ts
 * value({ name: "dir", short: "d", placeholder: "DIR", section: "Output", help: "…" }, parsePath);
 * ```
 */
export function value<Value>(
  text: OptionText,
  parse: ParseValue<Value>,
): Option<Value | undefined>;
export function value<Value>(
  text: OptionText,
  parse: ParseValue<Value>,
  fallback: Value,
): Option<Value>;
export function value<Value>(
  text: OptionText,
  parse: ParseValue<Value>,
  fallback?: Value,
): Option<Value | undefined> {
  return {
    ...text,
    takes: "value",
    read: (texts) => {
      const last = texts.at(-1);
      return last === undefined ? fallback : parse(last, text);
    },
  };
}

/**
 * An option that takes one value and may be given again, each time for one more.
 *
 * @example
 * ```ts
 * values({ name: "header", placeholder: "LINE", section: "Network", help: "…" }, parseHeader);
 * ```
 */
export function values<Value>(
  text: OptionText,
  parse: ParseValue<Value>,
): Option<readonly Value[]> {
  return { ...text, takes: "values", read: (texts) => texts.map((each) => parse(each, text)) };
}

/**
 * An option that takes one value or more.
 *
 * @param parse Makes something of all of them.
 *
 * @example
 * ```ts
 * list({ name: "ports", short: "p", placeholder: "PORT…", section: "Servers", help: "…" }, parsePorts);
 * ```
 */
export function list<Value>(
  text: OptionText,
  parse: (texts: readonly string[], option: OptionName) => Value,
): Option<Value> {
  return { ...text, takes: "list", read: (texts) => parse(texts, text) };
}

/** How an option is spelt in messages: `-p, --ports` or `--wait`. */
export function optionLabel({ name, short }: OptionName): string {
  return short === undefined ? `--${name}` : `-${short}, --${name}`;
}

/** Whether a file or a variable can set an option for all runs. */
export function isSettable({ perRun }: OptionText): boolean {
  return !perRun;
}
