import { closeSync, fchmodSync, fstatSync, openSync } from "node:fs";
import { MultiportError } from "../multiport_error.ts";
import { attempt, attemptAsync, diskErrorCode, ifThere } from "../disk_error.ts";
import { syncFolder } from "./sync_folder.ts";

/** Bytes of a file that is synced at once: to start a thread that waits for it would take longer. */
const MAX_INLINE_SYNC = 4 * 1024 * 1024;

/** What everybody may do with a file that nobody has said anything else about. */
const PUBLIC_MODE = 0o666;

/** A complete file, and the name that it is to have. */
export interface Publication {
  readonly file: Deno.FsFile;
  /** The name that it has. */
  readonly path: string;
  readonly output: string;
  /** Whether a file that has the name may be replaced. */
  readonly replace: boolean;
  /** When the content was last changed, if the file shall say so. */
  readonly modified: Date | undefined;
}

/**
 * Gives a complete file its name: first all of it is on disk, then it has the name, then that is on
 * disk, too. There is never a moment when the name leads to less than all of it.
 *
 * @throws {MultiportError} With the code `local` if that cannot be; the file keeps the name that it had.
 */
export async function publish(publication: Publication): Promise<void> {
  const { file, path, output, replace, modified } = publication;
  if (modified) attempt(`write ${path}`, () => file.utimeSync(new Date(), modified));
  if (file.statSync().size <= MAX_INLINE_SYNC) attempt(`write ${path}`, () => file.syncSync());
  else await attemptAsync(`write ${path}`, () => file.sync());
  attempt(`write ${output}`, () => {
    if (replace) Deno.renameSync(path, output);
    else renameWithoutReplacing(path, output);
  });
  openToOthers(file, output);
  syncFolder(output);
}

/** A rename replaces; a hard link refuses to. Where the file system has no links, look first. */
function renameWithoutReplacing(from: string, to: string): void {
  try {
    Deno.linkSync(from, to);
  } catch (error) {
    if (diskErrorCode(error) === "EEXIST" || isThere(to)) {
      throw new MultiportError("local", `Cannot write ${to}: it exists already`, { cause: error });
    }
    return Deno.renameSync(from, to);
  }
  ifThere(() => Deno.removeSync(from));
}

/** Symbolic links that lead nowhere are there too. */
function isThere(path: string): boolean {
  return ifThere(() => Deno.lstatSync(path)) !== undefined;
}

/**
 * Until now it was private. Whatever has its name by now, no other file is opened to others; where a
 * file system has no modes, there is nothing to open.
 */
function openToOthers(file: Deno.FsFile, output: string): void {
  if (Deno.build.os === "windows") return;
  try {
    const opened = openSync(output, "r");
    try {
      const { dev, ino } = fstatSync(opened);
      const { dev: ownDev, ino: ownIno } = file.statSync();
      if (dev === ownDev && ino === ownIno) fchmodSync(opened, PUBLIC_MODE & ~Deno.umask());
    } finally {
      closeSync(opened);
    }
  } catch {
    // The file is complete either way; at worst only its owner can read it.
  }
}
