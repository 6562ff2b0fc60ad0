import { describeReadError } from "./disk_error.ts";
import { MultiportError } from "./multiport_error.ts";

/** Reads a text file in UTF-8 that a person has named, as {@linkcode readNamedBytes} does. */
export function readNamedFile(...named: Parameters<typeof readNamedBytes>): string {
  return new TextDecoder().decode(readNamedBytes(...named));
}

/**
 * Reads a small file that a person has named.
 *
 * @param path Where it is.
 * @param what What messages call what is in it: `the token in`; empty for nothing but the path.
 * @param most Bytes that it may have.
 * @throws {MultiportError} `local` if it cannot be read.
 *
 * @example
 * ```ts
 * readNamedBytes("film.mp4.meta4"); // or: Cannot read film.mp4.meta4: there is no such file
 * ```
 */
export function readNamedBytes(path: string, what = "", most = Infinity): Uint8Array {
  const named = what === "" ? path : `${what} ${path}`;
  try {
    // Looked at before all of it is in memory.
    if (most < Infinity && Deno.statSync(path).size > most) {
      throw new MultiportError("local", `Cannot read ${named}: it has more than ${most} bytes`);
    }
    return Deno.readFileSync(path);
  } catch (cause) {
    if (cause instanceof MultiportError) throw cause;
    const why = describeReadError(cause);
    throw new MultiportError("local", `Cannot read ${named}: ${why}`, { cause });
  }
}
