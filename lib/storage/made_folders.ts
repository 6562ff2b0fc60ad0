import { dirname } from "node:path";
import { MultiportError } from "../multiport_error.ts";
import { attempt, diskErrorCode, ifThere } from "../disk_error.ts";

/** Folders that were made for an output. At the end of their use, those that are empty go again. */
export class MadeFolders implements Disposable {
  /** Outermost first. */
  readonly #paths: readonly string[];

  /**
   * Makes a folder, and those that it is to be in.
   *
   * @throws {MultiportError} With the code `local` if that cannot be.
   */
  constructor(path: string) {
    this.#paths = attempt(`make the folder ${path}`, () => missing(path));
    attempt(`make the folder ${path}`, () => {
      try {
        Deno.mkdirSync(path, { recursive: true });
      } catch (error) {
        if (diskErrorCode(error) !== "EEXIST") throw error;
        throw new MultiportError("local", `Cannot make the folder ${path}: a file has this name`);
      }
    });
  }

  [Symbol.dispose](): void {
    try {
      for (const path of this.#paths.toReversed()) Deno.removeSync(path);
    } catch {
      // Something is in it, and in those that it is in.
    }
  }
}

/** The folders of a path that are not there, outermost first. */
function missing(path: string): string[] {
  const paths: string[] = [];
  for (let at = path; ifThere(() => Deno.statSync(at)) === undefined; at = dirname(at)) {
    paths.unshift(at);
    if (dirname(at) === at) break;
  }
  return paths;
}
