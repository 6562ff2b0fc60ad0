import { findProgram, runCommand } from "../testing/command.ts";
import { NAMESPACE_PREFIX, removeNamespace } from "./namespace.ts";
import { removeScratch, SCRATCH_PREFIX } from "./scratch.ts";

/**
 * Removes what runs of the bench left that were killed without a chance to do so. Those that are
 * still alive are left alone: everything carries the number of its process.
 */
export async function removeLeftovers(): Promise<void> {
  for (const folder of leftoverFolders()) await removeScratch(folder).catch(() => {});
  if (!findProgram("ip")) return;
  const listed = await runCommand(["ip", "netns", "list"]).catch(() => "");
  const names = listed.split("\n").map((line) => line.split(" ")[0] ?? "");
  for (const name of names.filter((name) => isLeftover(name, NAMESPACE_PREFIX))) {
    await removeNamespace(name).catch(() => {});
  }
}

function leftoverFolders(): string[] {
  const parent = Deno.env.get("TMPDIR") ?? "/tmp";
  return Array.from(Deno.readDirSync(parent), ({ name }) => name)
    .filter((name) => isLeftover(name, SCRATCH_PREFIX))
    .map((name) => `${parent}/${name}`);
}

function isLeftover(name: string, prefix: string): boolean {
  const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length)) : NaN;
  return Number.isInteger(pid) && !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    return Deno.statSync(`/proc/${pid}`).isDirectory;
  } catch {
    return false;
  }
}
