import { Failure } from "../failure.ts";
import { findOption, optionLabel, type OptionSpec } from "./option_spec.ts";

/**
 * Rewrites what people type into one shape, so that parsing has nothing to guess: every option by its
 * long name, every value behind `=`, one value per token. `-p 1 2`, `-p=1 2`, `-p1 2` and
 * `--ports 1 --ports 2` all become `--ports=1 --ports=2`. What is not an option of `specs` is passed
 * on as it is, and so is everything from `--` on.
 *
 * The values of an option end at the next token that looks like an option: one that starts with `-`,
 * is longer than that, and is no number. So `-i -1` is a (wrong) value, and a file called `-x` is
 * written `./-x` or `--file=-x`.
 *
 * @throws {Failure} `usage` when a value is missing, or given to a flag.
 *
 * @example
 * ```ts
 * normalizeArgs(["-n2", "-p", "60000", "60002"], specs);
 * // ["--servers=2", "--ports=60000", "--ports=60002"]
 * ```
 */
export function normalizeArgs(args: readonly string[], specs: readonly OptionSpec[]): string[] {
  const normalized: string[] = [];
  for (let next = 0; next < args.length;) {
    const token = args[next++] ?? "";
    if (token === "--") return [...normalized, token, ...args.slice(next)];
    for (const { spec, value, unknown } of splitToken(token, specs)) {
      if (spec === undefined) {
        normalized.push(unknown);
      } else if (spec.takes === "flag") {
        if (value !== undefined) throw unwantedValue(spec, value);
        normalized.push(`--${spec.name}`);
      } else {
        const values = value === undefined ? [] : [value];
        while (
          next < args.length && !looksLikeOption(args[next] ?? "") &&
          (spec.takes === "values" || values.length === 0)
        ) {
          values.push(args[next++] ?? "");
        }
        if (values.length === 0 || values.includes("")) throw missingValue(spec, args[next]);
        normalized.push(...values.map((each) => `--${spec.name}=${each}`));
      }
    }
  }
  return normalized;
}

/** What one token asks for: several options when it is a group of letters such as `-hV`. */
interface TokenPart {
  readonly spec?: OptionSpec;
  readonly value?: string;
  /** The token as it was typed, for the message about an unknown option. */
  readonly unknown: string;
}

function splitToken(token: string, specs: readonly OptionSpec[]): TokenPart[] {
  if (!looksLikeOption(token)) return [{ unknown: token }];
  return token.startsWith("--") ? [splitLong(token, specs)] : splitGroup(token, specs);
}

function splitLong(token: string, specs: readonly OptionSpec[]): TokenPart {
  const equals = token.indexOf("=");
  const name = token.slice(2, equals < 0 ? undefined : equals);
  const spec = name.length > 1 ? findOption(specs, name) : undefined;
  return { spec, value: equals < 0 ? undefined : token.slice(equals + 1), unknown: token };
}

/** `-n4`, `-n=4`, `-h`: letters up to the first one that takes a value; the rest is that value. */
function splitGroup(token: string, specs: readonly OptionSpec[]): TokenPart[] {
  const parts: TokenPart[] = [];
  for (let at = 1; at < token.length; at++) {
    const spec = specs.find(({ short }) => short === token[at]);
    if (spec === undefined) return [{ unknown: token }];
    const rest = token.slice(at + 1);
    if (spec.takes !== "flag" || rest.startsWith("=")) {
      const value = rest === "" ? undefined : rest.replace(/^=/, "");
      return [...parts, { spec, value, unknown: token }];
    }
    parts.push({ spec, unknown: token });
  }
  return parts;
}

function looksLikeOption(token: string): boolean {
  return token.length > 1 && token.startsWith("-") && !/^-\.?\d/.test(token);
}

function missingValue(spec: OptionSpec, next: string | undefined): Failure {
  const hint = next !== undefined && next !== "--" && looksLikeOption(next)
    ? `; for a value that starts with a dash write --${spec.name}=${next}`
    : "";
  return new Failure("usage", `Cannot use ${optionLabel(spec)}: its value is missing${hint}`);
}

function unwantedValue(spec: OptionSpec, value: string): Failure {
  return new Failure(
    "usage",
    `Cannot use ${optionLabel(spec)} with "${value}": it takes no value`,
  );
}
