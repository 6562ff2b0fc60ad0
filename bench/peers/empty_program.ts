import { runCommand } from "../../testing/command.ts";
import { findDenort } from "../../tools/denort.ts";
import type { Scratch } from "../scratch.ts";

/**
 * Compiles a program that does nothing: what every compiled Deno program takes at least.
 *
 * @returns Where it is.
 */
export async function compileEmptyProgram(scratch: Scratch): Promise<string> {
  const source = scratch.path("empty.ts");
  const program = scratch.path("empty");
  await Deno.writeTextFile(source, "export {};\n");
  const denort = await findDenort(Deno.build.target);
  const env = denort === undefined ? [] : [`DENORT_BIN=${denort}`];
  const options = ["--quiet", "--no-config", "--no-check", "--no-code-cache"];
  const compile = ["compile", ...options, "--output", program, source];
  await runCommand(["env", ...env, Deno.execPath(), ...compile]);
  return program;
}
