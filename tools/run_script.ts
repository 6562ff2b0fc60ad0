import { childDeno } from "./child_deno.ts";
import { stdFlags } from "./std_flags.ts";

/** Runs a script of this project, with `@std` resolved one way or the other. */
export async function runScript(script: string, args: string[]): Promise<number> {
  return await childDeno(["run", "-A", ...await stdFlags(), script, ...args]);
}
