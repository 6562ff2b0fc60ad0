import { type Line, lineWidth } from "./styled_text.ts";

const GAP = "  ";

/**
 * Puts parts side by side, and goes on in a new line where the next one does not fit.
 *
 * @example
 * ```ts
 * flow([["1.0 GiB"], ["48.1 MiB/s"]], 12); // two lines
 * ```
 */
export function flow(parts: readonly Line[], columns: number): Line[] {
  const lines: Line[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && lineWidth(last) + GAP.length + lineWidth(part) <= columns) {
      lines[lines.length - 1] = [...last, GAP, ...part];
    } else {
      lines.push(part);
    }
  }
  return lines;
}
