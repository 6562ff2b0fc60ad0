/** The signs that a terminal can show. */
export interface Glyphs {
  /** Parts of a filled cell of a bar, from the least to the whole. */
  readonly bar: readonly string[];
  readonly barEmpty: string;
  readonly barStart: string;
  readonly barEnd: string;
  readonly ellipsis: string;
  readonly arrow: string;
  /** Stands where there is nothing to say. */
  readonly none: string;
}

/** For terminals that speak UTF-8. */
export const UNICODE_GLYPHS: Glyphs = {
  bar: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
  barEmpty: " ",
  barStart: "▕",
  barEnd: "▏",
  ellipsis: "…",
  arrow: "→",
  none: "–",
};

/** For all others. */
export const ASCII_GLYPHS: Glyphs = {
  bar: ["#"],
  barEmpty: ".",
  barStart: "[",
  barEnd: "]",
  ellipsis: "~",
  arrow: "->",
  none: "-",
};
