import { ASCII_GLYPHS, type Glyphs, UNICODE_GLYPHS } from "./glyphs.ts";

/** What a terminal, or whatever else standard output is, can show. */
export interface TerminalTraits {
  /** Whether a region can be redrawn in place. */
  readonly live: boolean;
  readonly color: boolean;
  readonly glyphs: Glyphs;
}

/** What decides about them. */
export interface TerminalFacts {
  /** Whether standard output is a terminal. */
  readonly terminal: boolean;
  /** Whether the person wants colours: neither `--no-color` nor `NO_COLOR`. */
  readonly color: boolean;
  readonly windows: boolean;
  /** `TERM`, `LC_ALL`, `LC_CTYPE`, `LANG`; undefined: not set, or not ours to read. */
  readonly env: (name: "TERM" | "LC_ALL" | "LC_CTYPE" | "LANG") => string | undefined;
}

/**
 * Finds out what standard output can show. A place that says nothing about its letters is taken to
 * know UTF-8, as nearly all do; the Linux console has no fine blocks in its font.
 *
 * @example
 * ```ts
 * terminalTraits({ terminal: true, color: true, windows: false, env: (name) => ENV[name] });
 * ```
 */
export function terminalTraits({ terminal, color, windows, env }: TerminalFacts): TerminalTraits {
  const term = env("TERM");
  const dumb = term === "dumb";
  const locale = env("LC_ALL") || env("LC_CTYPE") || env("LANG") || "";
  const utf8 = windows || locale === "" || /utf-?8/i.test(locale);
  return {
    live: terminal && !dumb,
    color: terminal && !dumb && color,
    glyphs: terminal && utf8 && !dumb && term !== "linux" ? UNICODE_GLYPHS : ASCII_GLYPHS,
  };
}
