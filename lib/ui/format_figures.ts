import { byteCount } from "../byte_count.ts";

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
/** From here on one digit after the point would round up to the next unit. */
const NEXT_UNIT = 1023.95;

/** Below this part of its unit, a number that changes takes the next smaller unit. */
const LEAST_OF_UNIT = 0.1;
/** Numbers of the same unit stay below 9,000 or so, which is as long as `1023.9`. */
const LONGEST_NUMBER = 8;

/** The columns that the longest amount takes: `1023.9 MiB`. */
export const BYTES_WIDTH = 10;
/** The columns that the longest rate takes: `1023.9 MiB/s`. */
export const RATE_WIDTH = 12;

/** A unit for amounts of bytes: 0 for bytes, 1 for KiB, 2 for MiB and so on. */
export type ByteUnit = number;

/**
 * Bytes for people, in powers of 1024.
 *
 * @param unit The unit to use; absent: the one that makes the number handiest.
 *
 * @example
 * ```ts
 * formatBytes(1_340_000); // "1.3 MiB"
 * formatBytes(1_340_000, 1); // "1308.6 KiB"
 * ```
 */
export function formatBytes(bytes: number, unit: ByteUnit = byteUnit(bytes)): string {
  const amount = Math.max(bytes, 0) / 1024 ** unit;
  return `${amount.toFixed(unit === 0 ? 0 : 1)} ${BYTE_UNITS[unit]}`;
}

/**
 * The size of a file for people, and exactly where that differs.
 *
 * @example
 * ```ts
 * formatSize(1_340_000); // "1.3 MiB (1340000 bytes)"
 * formatSize(1); // "1 byte"
 * ```
 */
export function formatSize(bytes: number): string {
  const exact = byteCount(bytes);
  return byteUnit(bytes) === 0 ? exact : `${formatBytes(bytes)} (${exact})`;
}

/**
 * Bytes per second for people.
 *
 * @param unit The unit to use; absent: the one that makes the number handiest.
 *
 * @example
 * ```ts
 * formatRate(1_340_000); // "1.3 MiB/s"
 * ```
 */
export function formatRate(bytesPerSecond: number, unit?: ByteUnit): string {
  return `${formatBytes(bytesPerSecond, unit)}/s`;
}

/** The unit that makes a number of bytes handiest. */
function byteUnit(bytes: number): ByteUnit {
  let unit = 0;
  for (let amount = bytes; amount >= NEXT_UNIT && unit < BYTE_UNITS.length - 1; unit++) {
    amount /= 1024;
  }
  return unit;
}

/**
 * The unit for all amounts of a download, from its first byte to its last: no number of them gets
 * longer than `BYTES_WIDTH`.
 *
 * @example
 * ```ts
 * formatBytes(12_345, sharedUnit(2 ** 30)); // "0.0 MiB", of 1024.0 MiB
 * ```
 */
export function sharedUnit(size: number): ByteUnit {
  return byteUnit(size / LONGEST_NUMBER);
}

/**
 * The unit for a number that changes: the one it had, unless another fits far better.
 *
 * @example
 * ```ts
 * steadyUnit(900 * 1024, 2); // 2: 0.9 MiB/s, as a moment ago it was more than 1
 * ```
 */
export function steadyUnit(bytes: number, before: ByteUnit): ByteUnit {
  const unit = byteUnit(bytes);
  return unit < before && bytes >= LEAST_OF_UNIT * 1024 ** before ? before : unit;
}

/**
 * The units for rates that are shown below each other: the same for all that are not far smaller, so
 * that they can be compared, and the one that a rate had where that does.
 *
 * @param before The unit of each a moment ago.
 *
 * @example
 * ```ts
 * comparableUnits([{ rate: 1_100_000, before: 0 }, { rate: 1_000_000, before: 0 }]); // [2, 2]: 1.0 and 1.0 MiB/s
 * ```
 */
export function comparableUnits(
  rates: readonly { readonly rate: number; readonly before: ByteUnit }[],
): ByteUnit[] {
  const largest = byteUnit(Math.max(...rates.map(({ rate }) => rate), 0));
  return rates.map(({ rate, before }) => steadyUnit(rate, Math.max(before, largest)));
}

/**
 * How much of a whole is done, rounded down: 100% is said only when nothing is missing.
 *
 * @example
 * ```ts
 * formatPercent(999, 1000); // "99%"
 * ```
 */
export function formatPercent(part: number, whole: number): string {
  return `${whole > 0 ? Math.floor(Math.min(part / whole, 1) * 100) : 100}%`;
}

/**
 * Seconds as on a clock, rounded down.
 *
 * @example
 * ```ts
 * formatClock(3723); // "1:02:03"
 * ```
 */
export function formatClock(seconds: number): string {
  const whole = Math.floor(Math.max(seconds, 0));
  const days = Math.floor(whole / 86_400);
  const hours = Math.floor(whole / 3600) % 24;
  const minutes = twoDigits(Math.floor(whole / 60) % 60);
  if (days > 0) return `${days}d ${twoDigits(hours)}:${minutes}`;
  if (hours > 0) return `${hours}:${minutes}:${twoDigits(whole % 60)}`;
  return `${Number(minutes)}:${twoDigits(whole % 60)}`;
}

/**
 * How long something took: tenths of a second within the first minute, a clock after that.
 *
 * @example
 * ```ts
 * formatDuration(5.62); // "5.6 s"
 * ```
 */
export function formatDuration(seconds: number): string {
  return seconds < 59.95 ? `${Math.max(seconds, 0).toFixed(1)} s` : formatClock(seconds);
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}
