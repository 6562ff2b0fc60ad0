import { replaceFile } from "./replace_file.ts";

/** Which module of `tools/std_adapters/` stands in for which of `@std`. */
export const ADAPTERS: Readonly<Record<string, string>> = {
  "@std/assert": "assert.ts",
  "@std/cli/unicode-width": "unicode_width.ts",
  "@std/fmt/colors": "colors.ts",
  "@std/streams/text-line-stream": "text_line_stream.ts",
};

/** Lies beside the executables, so that `dist/` is all that a build writes. */
const IMPORT_MAP = "dist/import_map.json";

/** The modules of `@std` that the project uses, with the versions that `deno.json` asks for. */
export async function stdModules(): Promise<string[]> {
  const { imports } = await declared();
  return Object.keys(ADAPTERS).map((specifier) => {
    const [scope, name, ...path] = specifier.split("/");
    return [imports[`${scope}/${name}`], ...path].join("/");
  });
}

/**
 * Writes the import map that takes the place of the one in `deno.json`: the same, but for `@std`.
 *
 * @returns where it is.
 */
export async function writeImportMap(): Promise<string> {
  const adapters = Object.entries(ADAPTERS)
    .map(([specifier, file]) => [specifier, `../tools/std_adapters/${file}`]);
  const imports = { ...Object.fromEntries(adapters), ...(await declared()).scopes["./"] };
  await replaceFile(IMPORT_MAP, JSON.stringify({ imports }, null, 2) + "\n");
  return IMPORT_MAP;
}

/**
 * The import map in `deno.json`. Packages from npm are in its scope `./`, which is all modules of
 * this project: those in `imports` are fetched by `deno task` before it runs anything, with the
 * built-in certificates only, and so from an empty cache no task would start in some networks.
 */
async function declared(): Promise<ImportMap> {
  return JSON.parse(await Deno.readTextFile("deno.json"));
}

interface ImportMap {
  imports: Record<string, string>;
  scopes: { "./": Record<string, string> };
}
