import { runCommand } from "../testing/command.ts";

/** The names of all network namespaces begin like this, and go on with the number of their process. */
export const NAMESPACE_PREFIX = "mpbench-";

/** Makes a network namespace. */
export async function addNamespace(name: string): Promise<void> {
  await runCommand(["ip", "netns", "add", name]);
}

/** Removes a namespace, with its links and all that still runs in it. */
export async function removeNamespace(name: string): Promise<void> {
  const pids = await runCommand(["ip", "netns", "pids", name]);
  for (const pid of pids.split("\n").filter((line) => line !== "")) killIfThere(Number(pid));
  await runCommand(["ip", "netns", "delete", name]);
}

/** The command that runs another command in a namespace; in this one if `name` is undefined. */
export function inNamespace(name: string | undefined, argv: readonly string[]): string[] {
  return name === undefined ? [...argv] : ["nsenter", `--net=/run/netns/${name}`, ...argv];
}

function killIfThere(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
