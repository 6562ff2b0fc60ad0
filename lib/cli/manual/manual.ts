import type { OptionTable } from "../options/option.ts";

/** All that there is to say about a program: `--help`, manual pages and completions are made of it. */
export interface Manual {
  readonly name: "mpclient" | "mpserver";
  /** What it does, in a few words. */
  readonly summary: string;
  /** The shapes of its command line. */
  readonly usage: readonly string[];
  /** In the order in which they are shown, sections together. */
  readonly options: OptionTable;
  readonly examples: readonly Example[];
  /** Environment variables that it reads, besides those that set options. */
  readonly environment: readonly Variable[];
  /** Files that it reads or writes without having been told their names. */
  readonly files: readonly KnownFile[];
  /** The lines of a configuration file, as one might look. */
  readonly configExample: readonly string[];
  /** Paragraphs that end it. */
  readonly notes: readonly string[];
}

/** A command line to try. */
export interface Example {
  readonly does: string;
  readonly line: string;
}

/** Environment variables that belong together, and what they are for. */
export interface Variable {
  readonly names: string;
  readonly help: string;
}

/** A file and what it is for. */
export interface KnownFile {
  readonly path: string;
  readonly help: string;
}

/** What both programs read of the environment. */
export const SHARED_VARIABLES: readonly Variable[] = [
  { names: "MULTIPORT_TOKEN", help: "a token, where no --token-file names one" },
  { names: "MULTIPORT_DEBUG", help: "1: an internal error shows where it happened" },
  { names: "NO_COLOR", help: "no colours, whatever its value" },
  { names: "LC_ALL, LC_CTYPE, LANG, TERM", help: "what the terminal can show" },
];

/** Where defaults are. */
export const CONFIG_FILE: KnownFile = {
  path: "~/.config/multiport/config.toml",
  help:
    "defaults, in TOML: options by their long names, those of mpclient under [client] and those " +
    "of mpserver under [server]; XDG_CONFIG_HOME takes the place of ~/.config, and on Windows it is " +
    "%APPDATA%\\multiport\\config.toml",
};

/** Which of several places counts. */
export const PRECEDENCE =
  "An option that is not on the command line is taken from MULTIPORT_NAME in the environment, or " +
  "else from ~/.config/multiport/config.toml; the manual page describes both.";
