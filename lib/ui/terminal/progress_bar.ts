import type { Glyphs } from "./glyphs.ts";
import type { Line, Style } from "./styled_text.ts";

/**
 * A bar of exactly `columns` columns, its two ends included; nothing when there is no room for one.
 *
 * It is full only when `fraction` is 1, and not empty as soon as there is anything to show.
 *
 * @param fraction From 0 to 1; anything outside counts as the nearer end.
 *
 * @example
 * ```ts
 * renderLine(progressBar(0.5, 10, ASCII_GLYPHS, "green"), false); // "[####....]"
 * ```
 */
export function progressBar(
  fraction: number,
  columns: number,
  glyphs: Glyphs,
  style: Style,
): Line {
  const cells = columns - 2;
  if (cells < 1) return [];
  const filled = filledParts(fraction, cells * glyphs.bar.length);
  const whole = Math.floor(filled / glyphs.bar.length);
  const part = glyphs.bar[filled % glyphs.bar.length - 1] ?? "";
  const full = (glyphs.bar.at(-1) ?? "").repeat(whole);
  const rest = glyphs.barEmpty.repeat(cells - whole - (part === "" ? 0 : 1));
  return betweenBarEnds([{ text: full + part, style }, { text: rest, style: "dim" }], glyphs);
}

/** What a bar is made of, with the two ends that every bar has. */
export function betweenBarEnds(cells: Line, glyphs: Glyphs): Line {
  return [
    { text: glyphs.barStart, style: "dim" },
    ...cells,
    { text: glyphs.barEnd, style: "dim" },
  ];
}

/** The least parts of a cell that are filled. */
function filledParts(fraction: number, parts: number): number {
  if (!(fraction > 0)) return 0;
  if (fraction >= 1) return parts;
  return Math.min(Math.max(Math.round(fraction * parts), 1), parts - 1);
}
