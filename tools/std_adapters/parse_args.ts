// @ts-types="npm:@types/minimist@1.2.5"
import minimist from "minimist";

/** What {@linkcode parseArgs} is told about the options of a command line. */
export interface ParseOptions<B extends string, S extends string, C extends string, D> {
  /** Put what follows `--` under `"--"` instead of `_`. */
  "--"?: D;
  /** Other names of an option. */
  alias?: Record<string, string | readonly string[]>;
  /** Options that take no value. */
  boolean?: B | readonly B[];
  /** Options whose value stays a string. */
  string?: S | readonly S[];
  /** Options that may be repeated; the others keep their last value. */
  collect?: C | readonly C[];
  /** Values of the options that are not given. */
  default?: Record<string, unknown>;
  /** Parse nothing after the first argument that is no option. */
  stopEarly?: boolean;
  /** Called for what is in no list, with the option's name if it is one; `false` drops it. */
  unknown?: (arg: string, key?: string) => unknown;
}

/** What {@linkcode parseArgs} returns. */
export type Args<B extends string, S extends string, C extends string, D> =
  & Record<string, unknown>
  & { [Key in B]: boolean }
  & { [Key in Exclude<S, C>]?: string }
  & { [Key in C]: string[] }
  & { _: (string | number)[] }
  & (D extends true ? { "--": string[] } : unknown);

/**
 * `parseArgs` of `@std/cli/parse-args` over minimist, which it was ported from.
 *
 * Made equal: `--no-x` is an option of that name (but `--no-x=1` sets `x`), an option that is not
 * collected keeps its last value, `--x=` does not name `x`, and neither `-` nor an empty argument
 * is the value of `--x`. Left out: `negatable`, collected booleans and the value for `unknown`.
 */
export function parseArgs<
  B extends string = never,
  S extends string = never,
  C extends string = never,
  D extends boolean = false,
>(args: string[], options: ParseOptions<B, S, C, D> = {}): Args<B, S, C, D> {
  const withAliases = (names: string | readonly string[] = []) =>
    [names].flat().flatMap((name) => [name, ...aliasesOf(name, options.alias)]);
  const boolean = withAliases(options.boolean).map(escaped);
  const string = withAliases(options.string).map(escaped);
  const collect = new Set(withAliases(options.collect));
  const alias = Object.entries(options.alias ?? {});
  const defaults = Object.entries(options.default ?? {});
  const declared = new Set([boolean, string, alias.flat(2).map(escaped)].flat());
  const typed = new Map(args.map((arg) => [escapedArg(arg), arg]));
  const asTyped = (arg: string) => typed.get(arg) ?? arg;
  const { unknown } = options;

  const parsed = minimist(withEmptyValues(args.map(escapedArg), boolean), {
    boolean,
    string,
    alias: Object.fromEntries(alias.map(([k, v]) => [escaped(k), [v].flat().map(escaped)])),
    default: Object.fromEntries(defaults.map(([k, v]) => [escaped(k), v])),
    stopEarly: options.stopEarly,
    "--": options["--"],
    unknown: unknown && ((arg) => unknown(asTyped(arg), undeclaredIn(arg, declared)) as boolean),
  });

  const result: Record<string, unknown> = {};
  for (const name of collect) result[name] = [];
  for (const [key, value] of Object.entries(parsed)) {
    const name = unescaped(key);
    if (name === "_" || name === "--") result[name] = value.map(asTyped);
    else if (collect.has(name)) result[name] = [value].flat();
    else result[name] = Array.isArray(value) ? value.at(-1) : value;
  }
  return result as Args<B, S, C, D>;
}

function aliasesOf(name: string, alias: ParseOptions<string, string, string, boolean>["alias"]) {
  const groups = Object.entries(alias ?? {}).map(([key, others]) => [key, ...[others].flat()]);
  return groups.filter((group) => group.includes(name)).flat().filter((other) => other !== name);
}

/** Hides from minimist what it reads differently: a leading `no-`, and `=` with nothing behind. */
function escapedArg(arg: string): string {
  if (!arg.startsWith("--")) return arg;
  if (/^--no-[^=]+=./s.test(arg)) return arg.replace("--no-", "--");
  return "--" + escaped(arg.slice(2)).replace(/^([^=]+)=$/, "$1\x01");
}

function escaped(name: string): string {
  return name.startsWith("no-") ? `\0${name.slice(3)}` : name;
}

function unescaped(name: string): string {
  return name.replace("\0", "no-").replace("\x01", "=");
}

/** Gives an empty value to options before `-` and before an empty argument, which then stays. */
function withEmptyValues(args: string[], boolean: string[]): string[] {
  const end = args.indexOf("--");
  return args.flatMap((arg, i) => {
    const isOption = /^--[^=]+$/.test(arg) && (end < 0 || i < end);
    const takesNext = isOption && !boolean.includes(arg.slice(2));
    return takesNext && (args[i + 1] === "" || args[i + 1] === "-") ? [arg, ""] : [arg];
  });
}

/** The name that an undeclared option goes by; of letters in one argument, the first such. */
function undeclaredIn(arg: string, declared: Set<string>): string | undefined {
  if (arg.startsWith("--")) return unescaped(arg.slice(2).split("=", 1)[0]!);
  if (arg.length < 2 || !arg.startsWith("-")) return undefined;
  return [...arg.slice(1)].find((letter) => !declared.has(letter));
}
