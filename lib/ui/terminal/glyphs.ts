/** The signs that a terminal can show. */
export interface Glyphs {
  /** Parts of a filled cell of a bar, from the least to the whole. */
  readonly bar: readonly string[];
  readonly barEmpty: string;
  readonly barStart: string;
  readonly barEnd: string;
  /** A part of the file that a server has delivered, has begun to, and is yet to deliver. */
  readonly done: string;
  readonly begun: string;
  readonly todo: string;
  /** A part of the file that is missing, one not verified yet, and one that an earlier run left. */
  readonly missing: string;
  readonly unverified: string;
  readonly kept: string;
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
  done: "█",
  begun: "▓",
  todo: "░",
  missing: "·",
  unverified: "?",
  kept: "=",
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
  done: "#",
  begun: "+",
  todo: "-",
  missing: ".",
  unverified: "?",
  kept: "=",
  ellipsis: "~",
  arrow: "->",
  none: "-",
};
