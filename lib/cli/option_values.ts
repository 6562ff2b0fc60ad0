import { Failure } from "../failure.ts";
import type { OptionSpec } from "./option_spec.ts";
import { optionLabel } from "./option_spec.ts";

/** Longer than this is no pause but a mistake, and timers cannot hold much more. */
const MAX_SECONDS = 1_000_000;

/** How many bytes the letter of a rate stands for: powers of 1024, as in curl and aria2. */
const RATE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/**
 * Reads a whole number in decimal digits.
 *
 * @throws {Failure} `usage` when it is anything else, or out of range.
 *
 * @example
 * ```ts
 * parseCount("4", spec, { min: 1, max: 1024 }); // 4
 * ```
 */
export function parseCount(
  text: string,
  spec: OptionSpec,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const count = /^\d+$/.test(text) ? Number(text) : NaN;
  if (count >= min && count <= max) return count;
  throw wrongValue(spec, text, `it takes a whole number from ${min} to ${max}`);
}

/**
 * Reads seconds: decimal digits with or without a fraction.
 *
 * @param min The least that makes sense; 0 is let through besides when `zero` says so.
 *
 * @throws {Failure} `usage` when it is anything else, or out of range.
 *
 * @example
 * ```ts
 * parseSeconds("0.5", spec, { min: 0.05, zero: true }); // 0.5
 * ```
 */
export function parseSeconds(
  text: string,
  spec: OptionSpec,
  { min, zero }: { readonly min: number; readonly zero: boolean },
): number {
  const seconds = /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : NaN;
  if (zero && seconds === 0) return 0;
  if (seconds >= min && seconds <= MAX_SECONDS) return seconds;
  const least = zero ? `0, or from ${min}` : `from ${min}`;
  throw wrongValue(spec, text, `it takes seconds, ${least} to ${MAX_SECONDS}`);
}

/**
 * Reads bytes per second: a number and maybe `k`, `M`, `G` or `T`, also spelt `KiB` and so on, which
 * all count in 1024s.
 *
 * @returns Bytes per second, a whole number; 0 means no limit.
 *
 * @throws {Failure} `usage` when it is anything else, or less than one byte per second.
 *
 * @example
 * ```ts
 * parseRate("1.5m", spec); // 1_572_864
 * ```
 */
export function parseRate(text: string, spec: OptionSpec): number {
  const match = /^(\d+\.?\d*|\.\d+)([kmgt]?)(?:i?b)?(?:\/s)?$/i.exec(text);
  const number = Number(match?.[1] ?? NaN);
  const rate = Math.floor(number * (RATE_UNITS[(match?.[2] ?? "").toLowerCase()] ?? NaN));
  if (number === 0) return 0;
  if (rate >= 1 && Number.isSafeInteger(rate)) return rate;
  throw wrongValue(spec, text, "it takes bytes per second, such as 500k or 10M");
}

/**
 * Reads `sha-256=HEX`.
 *
 * @returns 64 lower-case hexadecimal digits.
 *
 * @throws {Failure} `usage` when it is another algorithm, or not 64 digits.
 *
 * @example
 * ```ts
 * parseChecksum(`sha-256=${"AB".repeat(32)}`, spec); // "abab…"
 * ```
 */
export function parseChecksum(text: string, spec: OptionSpec): string {
  const match = /^sha-?256=([0-9a-f]{64})$/i.exec(text);
  if (match?.[1] !== undefined) return match[1].toLowerCase();
  throw wrongValue(spec, text, "it takes sha-256= and 64 hexadecimal digits");
}

/**
 * Cuts values at their commas as well: `1,2 3` is `1 2 3`.
 *
 * @throws {Failure} `usage` when nothing but commas was given.
 *
 * @example
 * ```ts
 * splitAtCommas(["60000,60002", "60003"], spec); // ["60000", "60002", "60003"]
 * ```
 */
export function splitAtCommas(values: readonly string[], spec: OptionSpec): string[] {
  return values.flatMap((value) => {
    const parts = value.split(",").map((part) => part.trim()).filter((part) => part !== "");
    if (parts.length === 0) throw wrongValue(spec, value, "its value is empty");
    return parts;
  });
}

/**
 * The failure that a wrong value of an option makes, in one shape for all of them.
 *
 * @example
 * ```ts
 * throw wrongValue(spec, "70000", "a port is a whole number from 1 to 65535");
 * ```
 */
export function wrongValue(spec: OptionSpec, value: string, why: string): Failure {
  return new Failure("usage", `Cannot use ${optionLabel(spec)} with "${value}": ${why}`);
}
