import { ARROWS_DOCUMENT, checkArrows, readArrows } from "./arrows.ts";
import { childDeno } from "./child_deno.ts";
import { readModuleGraph } from "./module_graph.ts";
import { stdFlags } from "./std_flags.ts";

/**
 * Runs the formatter, the linter and the type checker, and looks whether modules import each other
 * only as the documentation says: all four whatever they find.
 */
export async function check(args: string[]): Promise<number> {
  if (args.length > 0) throw new Error(`Cannot check ${args.join(" ")}: check takes no arguments.`);
  const std = await stdFlags();
  const failed: string[] = [];
  for (const command of [["fmt", "--check"], ["lint"], ["check", ...frozen(std), "."]]) {
    if (await childDeno(command) !== 0) failed.push(`deno ${command[0]}`);
  }
  for (const complaint of checkArrows(await readModuleGraph(), await documentedArrows())) {
    console.error(complaint);
    if (failed.at(-1) !== ARROWS_DOCUMENT) failed.push(ARROWS_DOCUMENT);
  }
  if (failed.length > 0) console.error(`Failed: ${failed.join(", ")}`);
  return failed.length > 0 ? 1 : 0;
}

/**
 * With the stand-ins for `@std`, all packages are from npm, and `deno.lock` has to have them. What
 * comes from JSR is not in it before somebody who reaches JSR has committed it.
 */
function frozen(std: string[]): string[] {
  return std.length > 0 ? ["--frozen", ...std] : std;
}

async function documentedArrows() {
  return readArrows(await Deno.readTextFile(ARROWS_DOCUMENT));
}
