import { optionUsage, wrap } from "./help.ts";
import type { Manual } from "./manual.ts";
import { isSettable, type Option } from "../options/option.ts";
import { variableOf } from "../options/settings.ts";

/** The edition of a manual page. */
export interface Edition {
  readonly version: string;
  /** The day it was made, as `2026-11-26`: the same source makes the same page. */
  readonly date: string;
}

/**
 * The manual page of a program, in section 1, for `man` and `mandoc` (man(7) macros).
 *
 * @example
 * ```ts
 * renderManPage(CLIENT_MANUAL, { version: "0.1.0", date: "2026-11-26" });
 * ```
 */
export function renderManPage(manual: Manual, { version, date }: Edition): string {
  const { name, summary, usage, options, examples, notes } = manual;
  const { environment, files, configExample } = manual;
  const other = name === "mpclient" ? "mpserver" : "mpclient";
  const settable = Object.values(options).filter(isSettable);
  const sections = Object.groupBy(Object.values(options), ({ section }) => section);
  const page = [
    `.TH ${name.toUpperCase()} 1 ${date} "Multiport ${version}" "User Commands"`,
    ".SH NAME",
    ...paragraph(`${name} \\- ${text(summary)}`),
    ".SH SYNOPSIS",
    ...usage.flatMap((line) => [".nf", text(line), ".fi"]),
    ".SH OPTIONS",
    ...Object.entries(sections).flatMap(([section, all = []]) => [
      `.SS ${text(section)}`,
      ...all.flatMap(optionLines),
    ]),
    ".SH NOTES",
    ...notes.flatMap((note, at) => at === 0 ? lines(note) : [".PP", ...lines(note)]),
    ".SH ENVIRONMENT",
    ...environment.flatMap(({ names, help }) => entry(names, help)),
    ".PP",
    ...lines(
      "These set options, unless the command line does. A flag takes 1 or 0, a list takes its " +
        "values separated by commas:",
    ),
    ...settable.flatMap((option) => entry(variableOf(option), `--${option.name}`)),
    ".SH FILES",
    ...files.flatMap(({ path, help }) => entry(path, help)),
    ".PP",
    ...lines(
      "The command line and the environment come before it. What it can set: " +
        `${settable.map((option) => option.name).join(", ")}. For example:`,
    ),
    ".PP",
    ".nf",
    ...configExample.map(text),
    ".fi",
    ".SH EXAMPLES",
    ...examples.flatMap(({ does, line: command }) => [
      ".TP",
      ...lines(`${does[0]?.toUpperCase()}${does.slice(1)}:`),
      `.B ${text(command)}`,
    ]),
    ".SH SEE ALSO",
    `.BR ${other} (1),`,
    ".BR curl (1)",
  ];
  return `${page.join("\n")}\n`;
}

function optionLines(option: Option<unknown>): string[] {
  return entry(optionUsage(option), option.help);
}

function entry(what: string, help: string): string[] {
  return [".TP", `.B ${text(what)}`, ...lines(help)];
}

/** A paragraph of plain text. */
function lines(words: string): string[] {
  return paragraph(text(words));
}

/** Lines of text: a full stop or an apostrophe at the start of one would make it a request. */
function paragraph(escaped: string): string[] {
  return wrap(escaped, 0).map((line) => /^[.']/.test(line) ? `\\&${line}` : line);
}

/** Text as roff takes it, in ASCII; a hyphen that is typed must stay one. */
function text(words: string): string {
  return words.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("…", "...");
}
