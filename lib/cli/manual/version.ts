import config from "../../../deno.json" with { type: "json" };

/** The version of both programs, from `deno.json`. */
export const VERSION: string = config.version;

/** What the build writes beside the script of an executable; see `tools/embedded.ts`. */
interface Embedded {
  readonly deno: string;
  readonly v8: string;
  readonly packages: readonly {
    readonly name: string;
    readonly version?: string;
    readonly from: string;
    readonly integrity?: string;
  }[];
}

/**
 * What `--version --verbose` prints: the version, and what the executable was made of.
 *
 * @example
 * ```ts
 * versionDetails("mpclient");
 * // mpclient 0.1.0
 * // Deno 2.7.14, V8 14.7.173.20-rusty
 * // npm saxes 6.0.0 sha512-…
 * ```
 */
export function versionDetails(program: string): string {
  const embedded = readEmbedded();
  const { deno, v8 } = embedded ?? Deno.version;
  const lines = [`${program} ${VERSION}`, `Deno ${deno}, V8 ${v8}`];
  if (embedded === undefined) lines.push("run from source");
  for (const { from, name, version, integrity } of embedded?.packages ?? []) {
    lines.push([from, name, version, integrity].filter((part) => part !== undefined).join(" "));
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** Undefined where the program does not run from an executable. */
function readEmbedded(): Embedded | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(new URL("./embedded.json", import.meta.url)));
  } catch {
    return undefined;
  }
}
