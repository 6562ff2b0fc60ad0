import { dirname } from "node:path";

/** So that the new name of a file survives a power cut, too; not every system lets folders be opened. */
export function syncFolder(path: string): void {
  try {
    using folder = Deno.openSync(dirname(path));
    folder.syncSync();
  } catch {
    // The file is whole either way; at worst a power cut leaves it under its old name.
  }
}
