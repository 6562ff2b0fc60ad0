import { globSync } from "node:fs";
import { childDeno } from "./child_deno.ts";
import { stdFlags } from "./std_flags.ts";

/**
 * Adds to `deno.lock` what a changed `deno.json` needs. What comes from JSR can only be added where
 * that can be reached; elsewhere it stays as it is.
 */
export async function lock(args: string[]): Promise<number> {
  if (args.length > 0) throw new Error(`Cannot lock ${args.join(" ")}: lock takes no arguments.`);
  return await childDeno(["cache", "--frozen=false", ...await stdFlags(), ...allModules()]);
}

/** The paths of all modules of the project in this folder. */
export function allModules(): string[] {
  return globSync("**/*.ts", { exclude: ["dist/**", "node_modules/**", ".git/**"] }).sort();
}
