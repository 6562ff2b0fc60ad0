import { isAbsolute, sep } from "node:path";
import { MultiportError } from "../multiport_error.ts";
import { attempt, ifThere } from "../disk_error.ts";

/**
 * What the person said of where the file goes: a folder, or the path of a file.
 *
 * @param folder `--dir`.
 * @param output `--output`, which is in the folder unless it is absolute.
 * @returns Undefined: the current folder.
 *
 * @example
 * ```ts
 * askedPath("films", "a.mp4"); // "films/a.mp4"
 * askedPath("films", undefined); // "films/", which is a folder
 * ```
 */
export function askedPath(folder?: string, output?: string): string | undefined {
  if (folder === undefined) return output;
  if (output === undefined) return inFolder(folder, "");
  return isAbsolute(output) ? output : inFolder(folder, output);
}

/** The path of something in a folder; undefined is the current one. */
export function inFolder(folder: string | undefined, name: string): string {
  if (folder === undefined) return name;
  return endsAsFolder(folder) ? folder + name : `${folder}/${name}`;
}

/** Whether a path names a folder, by being one or by how it ends. */
export function isFolder(path: string): boolean {
  return endsAsFolder(path) || look(path, Deno.statSync)?.isDirectory === true;
}

/**
 * Makes sure that nothing but a file is in the way of the output, before anything is fetched.
 *
 * @param output Path of the file to be made.
 * @returns Bytes of the file that is there; undefined if there is none.
 * @throws {MultiportError} With the code `local` if something else is there.
 */
export function existingFile(output: string): number | undefined {
  if (!look(output, Deno.lstatSync)) return undefined;
  const there = look(output, Deno.statSync);
  if (there?.isFile) return there.size;
  const why = there
    ? "it is not a regular file"
    : "it is a link that leads nowhere; remove it or write somewhere else";
  throw new MultiportError("local", `Cannot write ${output}: ${why}`);
}

function endsAsFolder(path: string): boolean {
  return path.endsWith("/") || path.endsWith(sep);
}

function look(path: string, stat: (path: string) => Deno.FileInfo): Deno.FileInfo | undefined {
  return attempt(`write ${path}`, () => ifThere(() => stat(path)));
}
