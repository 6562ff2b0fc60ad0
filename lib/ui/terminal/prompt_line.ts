import { sanitize, type Span, textWidth } from "./styled_text.ts";

/** What an operator is typing. */
export interface Typing {
  readonly text: string;
  /** Where the next character goes, counted in UTF-16 units of `text`. */
  readonly cursor: number;
}

/** A line that is typed into, and the column of its cursor. */
export interface PromptLine {
  readonly line: readonly Span[];
  readonly cursor: number;
}

const PROMPT = "> ";

/**
 * The line that an operator types into. What does not fit is scrolled out on the left, so that the
 * cursor is always in sight.
 *
 * @example
 * ```ts
 * promptLine({ text: "r1", cursor: 2 }, 79); // { line: [{ text: "> ", style: "bold" }, "r1"], cursor: 4 }
 * ```
 */
export function promptLine({ text, cursor }: Typing, columns: number): PromptLine {
  const room = columns - PROMPT.length - 1;
  const before = endOf(sanitize(text.slice(0, cursor)), room);
  const after = sanitize(text.slice(cursor));
  return {
    line: [{ text: PROMPT, style: "bold" }, before + after],
    cursor: Math.min(PROMPT.length + textWidth(before), Math.max(columns - 1, 0)),
  };
}

/** As much of a text as fits, from its end. */
function endOf(text: string, columns: number): string {
  const characters = [...text];
  let width = 0;
  let start = characters.length;
  while (start > 0) {
    width += textWidth(characters[start - 1] ?? "");
    if (width > columns) break;
    start--;
  }
  return characters.slice(start).join("");
}
