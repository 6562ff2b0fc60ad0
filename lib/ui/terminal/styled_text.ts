import { unicodeWidth } from "@std/cli/unicode-width";
import { blue, bold, cyan, dim, green, magenta, red, yellow } from "@std/fmt/colors";
import { abridge } from "../abridge.ts";

/** How a piece of text looks where there are colours. It never says anything the text does not. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan" | "blue" | "magenta";

/** A piece of text, styled or plain. */
export type Span = string | { readonly text: string; readonly style: Style };

/** One line of text, without its end. */
export type Line = readonly Span[];

const PAINT: Readonly<Record<Style, (text: string) => string>> = {
  bold,
  dim,
  red,
  green,
  yellow,
  cyan,
  blue,
  magenta,
};

/**
 * Control characters, lone surrogates, line separators, and what turns the direction of writing:
 * anything that could move a cursor, speak to the terminal, or make a name look like another one.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * Replaces whatever must not reach a terminal by `?`. Names and messages come from servers that
 * anyone may run.
 *
 * @example
 * ```ts
 * sanitize("a\x1b[2Jb"); // "a?[2Jb"
 * ```
 */
export function sanitize(text: string): string {
  return text.replace(UNSAFE, "?");
}

/**
 * The columns that a line takes in a terminal.
 *
 * @example
 * ```ts
 * lineWidth(["日本", { text: "!", style: "bold" }]); // 5
 * ```
 */
export function lineWidth(line: Line): number {
  return line.reduce((sum, span) => sum + textWidth(spanText(span)), 0);
}

/** The columns that a text takes in a terminal. */
export function textWidth(text: string): number {
  return unicodeWidth(sanitize(text));
}

/**
 * Shortens a line to so many columns; what is cut off leaves an ellipsis.
 *
 * @example
 * ```ts
 * fitLine(["oned_copy.mp4"], 8, "…"); // ["oned_co…"]
 * ```
 */
export function fitLine(line: Line, columns: number, ellipsis: string): Line {
  if (lineWidth(line) <= columns) return line;
  const fitted: Span[] = [];
  let left = columns - textWidth(ellipsis);
  for (const span of line) {
    const text = takeColumns(spanText(span), left);
    if (text !== "") fitted.push(withText(span, text));
    left -= textWidth(text);
    if (text !== sanitize(spanText(span))) break;
  }
  return columns < textWidth(ellipsis) ? [] : [...fitted, ellipsis];
}

/**
 * A line as it is written: sanitized, nothing in it longer than any message, and with the codes for its styles where there are colours.
 *
 * @example
 * ```ts
 * renderLine([{ text: "paused", style: "yellow" }], false); // "paused"
 * ```
 */
export function renderLine(line: Line, color: boolean): string {
  return line.map((span) => {
    const text = sanitize(abridge(spanText(span)));
    return typeof span === "string" || !color || text === "" ? text : PAINT[span.style](text);
  }).join("");
}

/** Made when it is first needed: it costs 7 ms, and most runs cut no text. */
let graphemes: Intl.Segmenter | undefined;

/** As many whole characters from the start of a text as fit in so many columns. */
function takeColumns(text: string, columns: number): string {
  let taken = "";
  let left = columns;
  graphemes ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { segment } of graphemes.segment(sanitize(text))) {
    left -= textWidth(segment);
    if (left < 0) break;
    taken += segment;
  }
  return taken;
}

function spanText(span: Span): string {
  return typeof span === "string" ? span : span.text;
}

function withText(span: Span, text: string): Span {
  return typeof span === "string" ? text : { text, style: span.style };
}
