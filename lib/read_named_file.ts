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
    throw new MultiportError("local", `Cannot read ${named}: ${whyUnreadable(cause)}`, { cause });
  }
}

/**
 * Says in words why a file that a person has named could not be read.
 *
 * @param cause What a file operation threw.
 * @returns Words that follow a colon: `there is no such file`.
 */
export function whyUnreadable(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) return "there is no such file";
  if (cause instanceof Deno.errors.PermissionDenied) {
    return "it may not be read; give this user permission to read it";
  }
  if (cause instanceof Deno.errors.NotCapable) {
    return "programs like this one may not read there, as under /dev and /proc; copy it elsewhere";
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.replace(/ \(os error \d+\).*$/s, "");
}
