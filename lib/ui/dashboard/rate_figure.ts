import { formatRate } from "../format_figures.ts";

/**
 * A rate in a table: a dash where nothing moves.
 *
 * @example
 * ```ts
 * rateFigure(0); // "–"
 * ```
 */
export function rateFigure(bytesPerSecond: number): string {
  return bytesPerSecond > 0 ? formatRate(bytesPerSecond) : "–";
}
