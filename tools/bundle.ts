import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { asScript } from "./as_script.ts";
import { childDeno } from "./child_deno.ts";
import type { Program } from "./programs.ts";

/** A program as a few scripts: itself, and what it runs in workers. */
export interface Scripts {
  /** The folder that they are in, each as `NAME.script`. */
  folder: string;
  /** The name of the one that comes first. */
  entry: string;
  /** The names of those that run in workers. */
  workers: string[];
}

/**
 * Puts a program's modules together, as each module that an executable loads costs it a quarter of
 * a millisecond, and only of a script can V8 be given a code cache: see `launch/launch.ts`.
 *
 * All scripts end up in one folder, whatever folders their modules are in. So a module that starts
 * a worker has to lie beside the worker's, and to name it as
 * `new URL("./NAME_worker.ts", import.meta.url)`.
 *
 * @param std What lets Deno resolve `@std`.
 * @param folder Where to; it has to be there.
 * @throws {Error} If it cannot be done; Deno has then said why.
 */
export async function bundle(program: Program, std: string[], folder: string): Promise<Scripts> {
  const workers = globSync(program.workers).sort();
  // One after the other: the first one that ever runs fetches esbuild, and a second one meanwhile fails.
  for (const entry of [program.entry, ...workers]) {
    if (await bundleInto(folder, entry, std) === 0) continue;
    throw new Error(
      `Cannot compile ${program.name}: its modules cannot be put together; see above. ` +
        "Where esbuild is missing, Deno has to reach an npm registry once.",
    );
  }
  return { folder, entry: nameOf(program.entry), workers: workers.map(nameOf) };
}

async function bundleInto(folder: string, entry: string, std: string[]): Promise<number> {
  const output = join(folder, `${nameOf(entry)}.script`);
  const options = ["--quiet", "--no-check", "--format", "cjs", "--output", output];
  const code = await childDeno(["bundle", ...options, ...std, entry]);
  if (code === 0) await Deno.writeTextFile(output, asScript(await Deno.readTextFile(output)));
  return code;
}

function nameOf(module: string): string {
  return basename(module, ".ts");
}
