import { MultiportError } from "../../multiport_error.ts";
import { hasFlag } from "./command_line.ts";
import { configPath, readConfigFile } from "./config_file.ts";
import { HELP, NO_CONFIG, VERSION_FLAG } from "./display_options.ts";
import type { Host } from "../host/host.ts";
import { isSettable, type Option, type OptionTable, type Settings } from "./option.ts";

/** Ways to write that a flag is given, or that it is not. */
const YES = ["1", "true", "yes", "on"];
const NO = ["0", "false", "no", "off", ""];

/**
 * What options are where the command line does not say: what the environment says, or else the
 * configuration file. Neither is looked at by who only asks for help or the version.
 *
 * @param args The command line, which `--no-config` may be in.
 *
 * @throws {MultiportError} `usage` if the file has a mistake, `local` if it cannot be read.
 *
 * @example
 * ```ts
 * const settings = await readSettings(CLIENT_MANUAL, Deno.args, denoHost);
 * parseClientOptions(Deno.args, settings);
 * ```
 */
export async function readSettings(
  { name, options }: { readonly name: "mpclient" | "mpserver"; readonly options: OptionTable },
  args: readonly string[],
  host: Pick<Host, "env" | "windows">,
): Promise<Settings> {
  if (hasFlag(args, HELP) || hasFlag(args, VERSION_FLAG)) return new Map();
  const path = hasFlag(args, NO_CONFIG) ? undefined : configPath(host);
  const section = name === "mpclient" ? "client" : "server";
  const file = path === undefined ? [] : await readConfigFile(path, section, options, host);
  return new Map([...file, ...readVariables(options, host)]);
}

/**
 * The environment variable that sets an option.
 *
 * @example
 * ```ts
 * variableOf(CLIENT_OPTIONS.stallTimeout); // "MULTIPORT_STALL_TIMEOUT"
 * ```
 */
export function variableOf({ name }: Pick<Option<unknown>, "name">): `MULTIPORT_${string}` {
  return `MULTIPORT_${name.toUpperCase().replaceAll("-", "_")}`;
}

function readVariables(table: OptionTable, host: Pick<Host, "env">): Settings {
  const settings = new Map();
  for (const option of Object.values(table).filter(isSettable)) {
    const from = variableOf(option);
    const text = host.env(from);
    if (text === undefined || (text === "" && option.takes !== "flag")) continue;
    settings.set(option.name, { from, texts: textsOf(option, text, from) });
  }
  return settings;
}

/** A list is separated by commas, which the option itself sees to. */
function textsOf(option: Option<unknown>, text: string, from: string): readonly string[] {
  if (option.takes !== "flag") return [text];
  if (YES.includes(text.toLowerCase())) return [""];
  if (NO.includes(text.toLowerCase())) return [];
  throw new MultiportError("usage", `Cannot use ${from} with "${text}": it takes 1 or 0`);
}
