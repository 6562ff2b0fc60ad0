import { childDeno } from "./child_deno.ts";
import { stdFlags } from "./std_flags.ts";

/** Runs the formatter, the linter and the type checker, all three whatever they find. */
export async function check(args: string[]): Promise<number> {
  if (args.length > 0) throw new Error(`Cannot check ${args.join(" ")}: check takes no arguments.`);
  const std = await stdFlags();
  const failed: string[] = [];
  for (const command of [["fmt", "--check"], ["lint"], ["check", ...std, "."]]) {
    if (await childDeno(command) !== 0) failed.push(`deno ${command[0]}`);
  }
  if (failed.length > 0) console.error(`Failed: ${failed.join(", ")}`);
  return failed.length > 0 ? 1 : 0;
}
