import { eastAsianWidth } from "get-east-asian-width";

/** Marks that are drawn over what precedes them, and characters that are never drawn. */
const INVISIBLE = /[\p{Mn}\p{Me}\p{Cf}\p{Cc}\u1160-\u11ff]/u;

/** `unicodeWidth` of `@std/cli/unicode-width`: the columns that a text takes on a terminal. */
export function unicodeWidth(text: string): number {
  let width = 0;
  for (const char of text) {
    if (!INVISIBLE.test(char)) width += eastAsianWidth(char.codePointAt(0)!);
  }
  return width;
}
