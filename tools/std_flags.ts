import { askDeno } from "./child_deno.ts";
import { stdModules, writeImportMap } from "./import_map.ts";

/** How long Deno may take to find `@std` before the stand-ins are used; once cached it is instant. */
const PROBE_TIMEOUT_MS = 5_000;

let flags: Promise<string[]> | undefined;

/**
 * What to tell Deno so that it can resolve `@std`: nothing where it can fetch the packages or has
 * them in its cache, else an import map that puts `tools/std_adapters/` in their place.
 */
export function stdFlags(): Promise<string[]> {
  return flags ??= findStd();
}

async function findStd(): Promise<string[]> {
  const { ok } = await askDeno(["cache", ...await stdModules()], PROBE_TIMEOUT_MS);
  if (ok) return [];
  console.error("JSR is out of reach: tools/std_adapters/ stands in for @std");
  return ["--import-map", await writeImportMap()];
}
