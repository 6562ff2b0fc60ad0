import { describeReadError } from "./disk_error.ts";
import { MultiportError } from "./multiport_error.ts";

/**
 * Reads a text file that a person has named.
 *
 * @param path Where it is.
 * @param what What messages call what is in it: `the token in`; empty for nothing but the path.
 * @param most Bytes that it may have.
 * @throws {MultiportError} `local` if it cannot be read.
 *
 * @example
 * ```ts
 * readNamedFile("token.txt", "the token in"); // or: Cannot read the token in token.txt: …
 * ```
 */
export function readNamedFile(path: string, what = "", most = Infinity): string {
  const named = what === "" ? path : `${what} ${path}`;
  try {
    // Looked at before all of it is in memory.
    if (most < Infinity && Deno.statSync(path).size > most) {
      throw new MultiportError("local", `Cannot read ${named}: it has more than ${most} bytes`);
    }
    return Deno.readTextFileSync(path);
  } catch (cause) {
    if (cause instanceof MultiportError) throw cause;
    const why = describeReadError(cause);
    throw new MultiportError("local", `Cannot read ${named}: ${why}`, { cause });
  }
}
