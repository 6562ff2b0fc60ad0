import type { TomlTable, TomlValue } from "smol-toml";
import { describeReadError } from "../../disk_error.ts";
import { MultiportError } from "../../multiport_error.ts";
import { closestName } from "./command_line.ts";
import type { Host } from "../host/host.ts";
import { isSettable, type Option, type OptionTable, type Setting } from "./option.ts";

/** What a part of the file is called: one for each program. */
export type ConfigSection = "client" | "server";

const SECTIONS: readonly ConfigSection[] = ["client", "server"];

/** Nobody writes more than this by hand. */
const MAX_CONFIG_BYTES = 64 * 1024;

/**
 * Where a person's defaults are: `multiport/config.toml` in `$XDG_CONFIG_HOME`, which is `~/.config`
 * where nobody says (XDG Base Directory Specification), or in `%APPDATA%` on Windows.
 *
 * @returns Undefined where nobody knows this person's folder.
 */
export function configPath(host: Pick<Host, "env" | "windows">): string | undefined {
  if (host.windows) return inFolder(host.env("APPDATA"), "\\multiport\\config.toml");
  const chosen = host.env("XDG_CONFIG_HOME");
  // One that is not absolute is to be ignored.
  if (chosen?.startsWith("/")) return inFolder(chosen, "/multiport/config.toml");
  return inFolder(host.env("HOME"), "/.config/multiport/config.toml");
}

/**
 * Reads a program's part of the configuration file; of the rest, only that it can be read at all.
 *
 * @returns Options by name, each with its line; nothing where there is no file.
 *
 * @throws {MultiportError} `usage`, with the file and the line, if something in it is wrong; `local` if it
 * cannot be read.
 *
 * @example
 * ```ts
 * await readConfigFile("/home/me/.config/multiport/config.toml", "client", CLIENT_OPTIONS, host);
 * ```
 */
export async function readConfigFile(
  path: string,
  section: ConfigSection,
  table: OptionTable,
  host: Pick<Host, "env">,
): Promise<readonly (readonly [name: string, setting: Setting])[]> {
  const text = await readIfThere(path);
  if (text === undefined) return [];
  const { parse, TomlError } = await import("smol-toml");
  let content: TomlTable;
  try {
    content = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const why = error.message.split("\n")[0]?.replace("Invalid TOML document: ", "");
    throw new MultiportError("usage", `${path}:${error.line}: Cannot read this line: ${why}`);
  }
  for (const [name, part] of Object.entries(content)) checkSection(name, part);
  const part = content[section] ?? {};
  return Object.entries(part).map(([key, value]) => {
    const from = `${path}:${lineOf(section, key)}`;
    const option = findSettable(key, table, from);
    return [option.name, { from, texts: textsOf(option, value, from, host.env("HOME")) }];
  });

  /** Parsing fewer lines than this, the key is not there yet: so a value's last line is its line. */
  function lineOf(section: string, key?: string): number {
    const lines = text?.split("\n") ?? [];
    for (let count = 1; count < lines.length; count++) {
      try {
        const part = parse(lines.slice(0, count).join("\n"))[section];
        if (key === undefined ? part !== undefined : isTable(part) && key in part) return count;
      } catch {
        // It ends in the middle of a value.
      }
    }
    return lines.length;
  }

  function checkSection(name: string, part: TomlValue): void {
    if (isSection(name) && isTable(part)) return;
    const meant = closestName(name, SECTIONS);
    const why = !isTable(part)
      ? "write it under [client] or [server]"
      : `there is no such section; ${
        meant ? `did you mean [${meant}]?` : "use [client], [server]"
      }`;
    throw new MultiportError("usage", `${path}:${lineOf(name)}: Cannot use ${name}: ${why}`);
  }
}

function inFolder(folder: string | undefined, rest: string): string | undefined {
  return folder === undefined || folder === "" ? undefined : `${folder}${rest}`;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const { isFile, size } = await Deno.stat(path);
    if (!isFile) throw new Error("it is no file");
    if (size > MAX_CONFIG_BYTES) throw new Error(`it has more than ${MAX_CONFIG_BYTES} bytes`);
    return await Deno.readTextFile(path);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    const why = `${describeReadError(cause)}; --no-config does without it`;
    throw new MultiportError("local", `Cannot read ${path}: ${why}`, { cause });
  }
}

/** A folder on the way that is a file is a missing file, too. */
function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

function isSection(name: string): name is ConfigSection {
  return SECTIONS.some((section) => section === name);
}

function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === "object" && !Array.isArray(value) && !(value instanceof Date);
}

function findSettable(key: string, table: OptionTable, from: string): Option<unknown> {
  const options = Object.values(table);
  const option = options.find(({ name }) => name === key);
  if (option !== undefined && isSettable(option)) return option;
  if (option !== undefined) {
    throw new MultiportError(
      "usage",
      `${from}: Cannot set ${key}: it is for the command line only`,
    );
  }
  const meant = closestName(key, options.filter(isSettable).map(({ name }) => name));
  const hint = meant === undefined ? "see --help" : `did you mean ${meant}?`;
  throw new MultiportError("usage", `${from}: Cannot set ${key}: there is no such option; ${hint}`);
}

function textsOf(
  option: Option<unknown>,
  value: TomlValue,
  from: string,
  home: string | undefined,
): readonly string[] {
  const { name, takes, completes } = option;
  if (takes === "flag") {
    if (typeof value === "boolean") return value ? [""] : [];
    throw new MultiportError("usage", `${from}: Cannot set ${name}: it takes true or false`);
  }
  const many = Array.isArray(value) && takes !== "value" ? value : [value];
  const isPath = completes === "file" || completes === "folder";
  return many.map((each) => {
    const text = typeof each === "number" || typeof each === "bigint" ? String(each) : each;
    if (typeof text !== "string" || text === "") {
      const what = takes === "value" ? "a text or a number" : "texts or numbers in brackets";
      throw new MultiportError("usage", `${from}: Cannot set ${name}: it takes ${what}`);
    }
    return isPath && home ? text.replace(/^~(?=\/|$)/, home) : text;
  });
}
