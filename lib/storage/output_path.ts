import { sep } from "node:path";
import { Failure } from "../failure.ts";
import { attempt, diskErrorCode, ifThere } from "./disk_error.ts";

/**
 * Where the file goes: the path that was asked for; in it, under the sources' name for the file, if
 * it is a folder; in the current folder if none was asked for.
 *
 * @param asked What the person said.
 * @param name What the sources call the file.
 */
export function outputPath(asked: string | undefined, name: string): string {
  if (asked === undefined) return name;
  return isFolder(asked) ? `${endsAsFolder(asked) ? asked : `${asked}/`}${name}` : asked;
}

/** Whether a path names a folder, by being one or by how it ends. */
export function isFolder(path: string): boolean {
  return endsAsFolder(path) || look(path, Deno.statSync)?.isDirectory === true;
}

/**
 * Makes sure that nothing of value is in the way of the output, before anything is fetched.
 *
 * @param output Path of the file to be made.
 * @param force Whether a file may be replaced.
 * @throws {Failure} Of kind `local` if a file is there, or something that is no file.
 */
export function checkOutput(output: string, force: boolean): void {
  const named = look(output, Deno.lstatSync);
  if (!named) return;
  const there = look(output, Deno.statSync);
  if (!there) {
    const why = "it is a link that leads nowhere; remove it or write somewhere else";
    throw new Failure("local", `Cannot write ${output}: ${why}`);
  }
  if (!there.isFile) throw new Failure("local", `Cannot write ${output}: it is not a regular file`);
  if (force) return;
  throw new Failure(
    "local",
    `Cannot write ${output}: it exists already; use --force to replace it`,
  );
}

/**
 * Makes the folder that an output goes to, if its path said that it is one: `new/`.
 *
 * @param asked What the person said.
 * @throws {Failure} Of kind `local` if that cannot be.
 */
export function makeFolder(asked: string | undefined): void {
  if (asked === undefined || !endsAsFolder(asked)) return;
  attempt(`make the folder ${asked}`, () => {
    try {
      Deno.mkdirSync(asked, { recursive: true });
    } catch (error) {
      if (diskErrorCode(error) !== "EEXIST") throw error;
      throw new Failure("local", `Cannot make the folder ${asked}: a file has this name`);
    }
  });
}

function endsAsFolder(path: string): boolean {
  return path.endsWith("/") || path.endsWith(sep);
}

function look(path: string, stat: (path: string) => Deno.FileInfo): Deno.FileInfo | undefined {
  return attempt(`write ${path}`, () => ifThere(() => stat(path)));
}
