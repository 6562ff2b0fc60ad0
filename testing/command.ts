/** A program could not do what it was asked for; the message holds what it said. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** Folders where servers and network tools are, which are not on the PATH of every user. */
const ADMIN_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** Characters of what a program said that are worth quoting. */
const MAX_QUOTED = 300;

/** Where a program is; undefined if it is not installed. */
export function findProgram(name: string): string | undefined {
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), ...ADMIN_FOLDERS];
  return folders.filter((folder) => folder !== "")
    .map((folder) => `${folder}/${name}`)
    .find((path) => isFile(path));
}

/**
 * Runs a program to its end, silently.
 *
 * @returns What it wrote to standard output and standard error.
 * @throws {CommandError} If it cannot be started or does not exit with 0.
 */
export async function runCommand(argv: readonly string[]): Promise<string> {
  const [name = "", ...args] = argv;
  const program = findProgram(name) ?? name;
  const ended = await new Deno.Command(program, { args, stdin: "null" }).output().catch((error) => {
    throw new CommandError(`Cannot run ${name}: ${error.message}`);
  });
  const said = new TextDecoder().decode(ended.stdout) + new TextDecoder().decode(ended.stderr);
  if (ended.success) return said;
  throw new CommandError(`${argv.join(" ")}: exit code ${ended.code}: ${quote(said)}`);
}

/** What a program said, short enough for a line. */
export function quote(said: string): string {
  return said.trim().replace(/\s+/g, " ").slice(-MAX_QUOTED);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
