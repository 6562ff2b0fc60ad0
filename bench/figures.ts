import { median } from "./statistics.ts";

/** Seconds for people: three significant digits, thousandths at the finest. */
export function formatSeconds(seconds: number): string {
  return `${seconds >= 10 ? seconds.toFixed(1) : seconds.toFixed(seconds >= 1 ? 2 : 3)} s`;
}

/** Bytes of a file, in the unit that it is a whole number of. */
export function formatSize(bytes: number): string {
  for (const [unit, name] of [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"]] as const) {
    if (bytes >= unit && bytes % unit === 0) return `${bytes / unit} ${name}`;
  }
  return `${bytes} bytes`;
}

/** Bytes of memory. */
export function formatMemory(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** Bytes per second. */
export function formatRate(bytesPerSec: number): string {
  return `${Math.round(bytesPerSec / 1e6)} MB/s`;
}

/** The median of many ratios, with the least and the largest of them. */
export function formatRatios(ratios: readonly number[]): string {
  const [least, largest] = [Math.min(...ratios), Math.max(...ratios)];
  return `**${median(ratios).toFixed(2)}** (${least.toFixed(2)}–${largest.toFixed(2)})`;
}

/** Part of a whole, as what it is more than the whole. */
export function formatExcess(part: number, whole: number): string {
  return `${((part / whole - 1) * 100).toFixed(1)} %`;
}
