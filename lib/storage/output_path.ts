import { Failure } from "../failure.ts";
import { attempt } from "./attempt.ts";
import { statIfThere } from "./if_there.ts";

/**
 * Where the file goes: the path that was asked for; in it, under the servers' name for the file, if
 * it is a folder; in the current folder if none was asked for.
 *
 * @param asked What the person said.
 * @param name What the servers call the file.
 */
export function outputPath(asked: string | undefined, name: string): string {
  if (asked === undefined) return name;
  return isFolder(asked) ? `${asked.replace(/[/\\]+$/, "")}/${name}` : asked;
}

/** Whether a path names a folder, by being one or by how it ends. */
export function isFolder(path: string): boolean {
  return /[/\\]$/.test(path) || look(path)?.isDirectory === true;
}

/**
 * Makes sure that nothing of value is in the way of the output, before anything is fetched.
 *
 * @param output Path of the file to be made.
 * @param force Whether a file may be replaced.
 * @throws {Failure} Of kind `local` if a file is there, or something that is no file.
 */
export function checkOutput(output: string, force: boolean): void {
  const there = look(output);
  if (!there) return;
  if (!there.isFile) throw new Failure("local", `Cannot write ${output}: it is not a regular file`);
  if (force) return;
  throw new Failure(
    "local",
    `Cannot write ${output}: it exists already; use --force to replace it`,
  );
}

function look(path: string): Deno.FileInfo | undefined {
  return attempt(`write ${path}`, () => statIfThere(path));
}
