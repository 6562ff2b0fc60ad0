/**
 * Runs a program that a release is made with.
 *
 * @returns What it printed.
 * @throws {Error} If it is missing or fails.
 */
export async function runTool(command: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, stdin: "null" })
    .output().catch((error) => {
      throw new Error(`Cannot release: ${command} cannot be started: ${error.message}`);
    });
  const decoder = new TextDecoder();
  if (success) return decoder.decode(stdout);
  throw new Error(`Cannot release: ${command} failed: ${decoder.decode(stderr).trim()}`);
}
