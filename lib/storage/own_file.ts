import { MultiportError } from "../multiport_error.ts";
import { ifThere } from "../disk_error.ts";

/** Which file it is, whatever it is called. */
export type FileIdentity = Pick<Deno.FileInfo, "dev" | "ino">;

/** Only its owner may read and write it. */
const PRIVATE_MODE = 0o600;

/** The bits of a mode that let others write. */
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Makes a file that nobody else can open. Whatever has the name already, be it a link, is an error.
 *
 * @throws {Deno.errors.AlreadyExists} If the name is taken.
 */
export function createOwnFile(path: string): Deno.FsFile {
  return Deno.openSync(path, { read: true, write: true, createNew: true, mode: PRIVATE_MODE });
}

/**
 * Opens a file for reading and writing, but never through a link, and never one that somebody else
 * has a hand in: in a folder where others may write, they could put something under its name.
 *
 * @param path Where it is.
 * @returns Undefined if nothing has the name.
 * @throws {MultiportError} With the code `local` if it is not a file, or others may write to it.
 */
export function openOwnFile(path: string): Deno.FsFile | undefined {
  const seen = ifThere(() => Deno.lstatSync(path));
  if (seen === undefined) return undefined;
  // Before it is opened: to open a pipe would wait for whoever is at its other end.
  checkOwn(path, seen);
  const file = ifThere(() => Deno.openSync(path, { read: true, write: true }));
  if (file === undefined) return undefined;
  try {
    const opened = file.statSync();
    if (!isSameFile(opened, seen)) throw foreignFile(path, "others are replacing it");
    checkOwn(path, opened);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * Makes sure that a file belongs to a user.
 *
 * @param owner The user's number; null where the system knows no owners.
 * @throws {MultiportError} With the code `local` if it does not.
 */
export function checkOwner(path: string, file: Deno.FsFile, owner: number | null): void {
  const { uid } = file.statSync();
  if (uid !== owner) throw foreignFile(path, "it belongs to another user");
}

/** What is said of a file that is in the way, and that this program did not make for itself. */
export function foreignFile(path: string, why: string): MultiportError {
  return new MultiportError(
    "local",
    `Cannot use ${path}: ${why}; move it away or write somewhere else`,
  );
}

/** Whether two looks show the same file; where files have no numbers, that cannot be told. */
export function isSameFile(a: FileIdentity, b: FileIdentity | undefined): boolean {
  return b !== undefined && a.ino === b.ino && a.dev === b.dev;
}

/** Whether a name leads to a file, and not by way of a link. */
export function isNameOf(path: string, file: FileIdentity): boolean {
  return isSameFile(file, ifThere(() => Deno.lstatSync(path)));
}

/** Systems that know no links or modes have null for them. */
function checkOwn(path: string, { isFile, isSymlink, isDirectory, nlink, mode }: Deno.FileInfo) {
  if (isSymlink) throw foreignFile(path, "it is a symbolic link");
  if (isDirectory) throw foreignFile(path, "it is a folder");
  if (!isFile) throw foreignFile(path, "it is not a regular file");
  if ((nlink ?? 1) > 1) throw foreignFile(path, "it has another name besides");
  if (Deno.build.os !== "windows" && ((mode ?? 0) & WRITABLE_BY_OTHERS) !== 0) {
    throw foreignFile(path, "other users may write to it");
  }
}
