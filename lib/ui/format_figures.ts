const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
/** From here on one digit after the point would round up to the next unit. */
const NEXT_UNIT = 1023.95;

/** The columns that the longest amount takes: `1023.9 MiB`. */
export const BYTES_WIDTH = 10;
/** The columns that the longest rate takes: `1023.9 MiB/s`. */
export const RATE_WIDTH = 12;

/**
 * Bytes for people, in powers of 1024.
 *
 * @example
 * ```ts
 * formatBytes(1_340_000); // "1.3 MiB"
 * ```
 */
export function formatBytes(bytes: number): string {
  let amount = Math.max(bytes, 0);
  let unit = 0;
  while (amount >= NEXT_UNIT && unit < BYTE_UNITS.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${amount.toFixed(unit === 0 ? 0 : 1)} ${BYTE_UNITS[unit]}`;
}

/**
 * Bytes per second for people.
 *
 * @example
 * ```ts
 * formatRate(1_340_000); // "1.3 MiB/s"
 * ```
 */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
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
