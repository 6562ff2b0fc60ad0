import { MultiportError } from "../../multiport_error.ts";
import { optionLabel, type OptionName } from "./option.ts";

/** Longer than this is no pause but a mistake, and timers cannot hold much more. */
const MAX_SECONDS = 1_000_000;

/** How many bytes a letter stands for: powers of 1024, as in curl and aria2. */
const BYTE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/**
 * Reads a whole number in decimal digits.
 *
 * @throws {MultiportError} `usage` when it is anything else, or out of range.
 *
 * @example
 * ```ts
 * parseCount("4", option, { min: 1, max: 1024 }); // 4
 * ```
 */
export function parseCount(
  text: string,
  option: OptionName,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const count = /^\d+$/.test(text) ? Number(text) : NaN;
  if (count >= min && count <= max) return count;
  throw wrongValue(option, text, `it takes a whole number from ${min} to ${max}`);
}

/**
 * Reads seconds: decimal digits with or without a fraction.
 *
 * @param min The least that makes sense; 0 is let through besides when `zero` says so.
 *
 * @throws {MultiportError} `usage` when it is anything else, or out of range.
 *
 * @example
 * ```ts
 * parseSeconds("0.5", option, { min: 0.05, zero: true }); // 0.5
 * ```
 */
export function parseSeconds(
  text: string,
  option: OptionName,
  { min, zero }: { readonly min: number; readonly zero: boolean },
): number {
  const seconds = /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : NaN;
  if (zero && seconds === 0) return 0;
  if (seconds >= min && seconds <= MAX_SECONDS) return seconds;
  const least = zero && min > 0 ? `0, or from ${min}` : `from ${min}`;
  throw wrongValue(option, text, `it takes seconds, ${least} to ${MAX_SECONDS}`);
}

/**
 * Reads bytes per second: a number and maybe `k`, `M`, `G` or `T`, also spelt `KiB` and so on, which
 * all count in 1024s.
 *
 * @returns Bytes per second, a whole number; 0 means no limit.
 *
 * @throws {MultiportError} `usage` when it is anything else, or less than one byte per second.
 *
 * @example
 * ```ts
 * parseRate("1.5m", option); // 1_572_864
 * ```
 */
export function parseRate(text: string, option: OptionName): number {
  const rate = countBytes(text.replace(/\/s$/i, ""));
  if (rate !== undefined) return rate;
  throw wrongValue(option, text, "it takes bytes per second, such as 500k or 10M");
}

/**
 * Reads a number of bytes, spelt as those of `parseRate`.
 *
 * @throws {MultiportError} `usage` when it is anything else, or less than a byte.
 *
 * @example
 * ```ts
 * parseSize("4G", option); // 4_294_967_296
 * ```
 */
export function parseSize(text: string, option: OptionName): number {
  const size = countBytes(text);
  if (size !== undefined && size > 0) return size;
  throw wrongValue(option, text, "it takes bytes, such as 700M or 4G");
}

/**
 * Takes one of a few words.
 *
 * @throws {MultiportError} `usage` when it is none of them.
 *
 * @example
 * ```ts
 * parseChoice("equal", option, ["equal", "adaptive"]); // "equal"
 * ```
 */
export function parseChoice<Choice extends string>(
  text: string,
  option: OptionName,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((each) => each === text);
  if (choice !== undefined) return choice;
  throw wrongValue(option, text, `it takes ${choices.join(" or ")}`);
}

/**
 * Takes a path.
 *
 * @throws {MultiportError} `usage` when no file system can have it.
 *
 * @example
 * ```ts
 * parsePath("films/oned.mp4", option); // "films/oned.mp4"
 * ```
 */
export function parsePath(text: string, option: OptionName): string {
  if (!text.includes("\0")) return text;
  throw wrongValue(option, text, "no path contains a NUL byte");
}

/**
 * Reads `sha-256=HEX`.
 *
 * @returns 64 lower-case hexadecimal digits.
 *
 * @throws {MultiportError} `usage` when it is another algorithm, or not 64 digits.
 *
 * @example
 * ```ts
 * parseChecksum(`sha-256=${"AB".repeat(32)}`, option); // "abab…"
 * ```
 */
export function parseChecksum(text: string, option: OptionName): string {
  const match = /^sha-?256=([0-9a-f]{64})$/i.exec(text);
  if (match?.[1] !== undefined) return match[1].toLowerCase();
  throw wrongValue(option, text, "it takes sha-256= and 64 hexadecimal digits");
}

/**
 * Cuts values at their commas as well: `1,2 3` is `1 2 3`.
 *
 * @throws {MultiportError} `usage` when nothing but commas was given.
 *
 * @example
 * ```ts
 * splitAtCommas(["60000,60002", "60003"], option); // ["60000", "60002", "60003"]
 * ```
 */
export function splitAtCommas(values: readonly string[], option: OptionName): string[] {
  return values.flatMap((value) => {
    const parts = value.split(",").map((part) => part.trim()).filter((part) => part !== "");
    if (parts.length === 0) throw wrongValue(option, value, "its value is empty");
    return parts;
  });
}

/**
 * The failure that a wrong value of an option makes, in one shape for all of them.
 *
 * @example
 * ```ts
 * throw wrongValue(option, "70000", "a port is a whole number from 1 to 65535");
 * ```
 */
export function wrongValue(option: OptionName, value: string, why: string): MultiportError {
  const message = `Cannot use ${optionLabel(option)} with ${quoted(value)}: ${why}`;
  return new MultiportError("usage", message);
}

/**
 * What was typed, for a message: without what may be a password, wherever somebody has put one.
 *
 * @example
 * ```ts
 * quoted("a.example:1"); // '"a.example:1"'
 * quoted("me:secret@a.example:1"); // '"…"'
 * ```
 */
export function quoted(typed: string): string {
  return /:.*@/s.test(typed) ? '"…"' : `"${typed}"`;
}

/** A whole number of bytes, or 0; undefined when the text is none. */
function countBytes(text: string): number | undefined {
  const match = /^(\d+\.?\d*|\.\d+)([kmgt]?)(?:i?b)?$/i.exec(text);
  const number = Number(match?.[1] ?? NaN);
  if (number === 0) return 0;
  const bytes = Math.floor(number * (BYTE_UNITS[(match?.[2] ?? "").toLowerCase()] ?? NaN));
  return bytes >= 1 && Number.isSafeInteger(bytes) ? bytes : undefined;
}
