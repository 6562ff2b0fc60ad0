import { assertEquals } from "@std/assert";
import { beforeDeadline } from "./deadline.ts";

/** Whether a program is installed here. */
export function isInstalled(program: string): boolean {
  try {
    const command = new Deno.Command(program, {
      args: ["--version"],
      stdout: "null",
      stderr: "null",
    });
    return command.outputSync().success;
  } catch {
    return false;
  }
}

/**
 * Runs a program to its end, which has to be a good one.
 *
 * @returns What it printed.
 */
export async function run(program: string, args: readonly string[], cwd?: string): Promise<string> {
  await using child = new Deno.Command(program, {
    args: [...args],
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const line = [program, ...args].join(" ");
  const output = await beforeDeadline(child.output(), () => `the end of ${line}`);
  const text = new TextDecoder().decode(output.stdout);
  const problem = new TextDecoder().decode(output.stderr);
  assertEquals(output.code, 0, `${line} said:\n${text}\n${problem}`);
  return text;
}
