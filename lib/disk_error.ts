import { MultiportError } from "./multiport_error.ts";

/** What a person can mend, by the system's code for it. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EDQUOT: "the disk quota is used up",
  EEXIST: "it exists already",
  EFBIG: "the file system does not hold files of this size",
  EIO: "the disk has failed",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links lead nowhere",
  ENAMETOOLONG: "its name is too long for the file system",
  ENODEV: "the disk is not there any more",
  ENOENT: "no such file or folder",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is not a folder",
  EPERM: "permission denied",
  EPIPE: "nobody reads it any more",
  EROFS: "the file system is read-only",
  ESTALE: "the file system has lost it",
};

/** The number that is in the words for an error, whatever language they are in. */
const OS_ERROR = /\(os error (\d+)\)/;

/** The codes that Deno does not tell. */
const CODES: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  linux: {
    19: "ENODEV",
    27: "EFBIG",
    37: "ENOLCK",
    38: "ENOSYS",
    116: "ESTALE",
    122: "EDQUOT",
  },
  darwin: {
    19: "ENODEV",
    27: "EFBIG",
    69: "EDQUOT",
    70: "ESTALE",
    77: "ENOLCK",
    78: "ENOSYS",
  },
};

/**
 * Does something with a local file, and says in words why if that is not possible.
 *
 * @param what Words that follow `Cannot`: `write film.mp4`.
 * @throws {MultiportError} With the code `local`; its `cause` is the error of the system.
 *
 * @example
 * ```ts
 * attempt(`read ${path}`, () => Deno.readTextFileSync(path));
 * ```
 */
export function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw cannot(what, error);
  }
}

/** The same for something that takes a while. */
export async function attemptAsync<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw cannot(what, error);
  }
}

/**
 * Does something with a file that may not be there.
 *
 * @returns Undefined if it is not.
 *
 * @example
 * ```ts
 * ifThere(() => Deno.removeSync(path));
 * ```
 */
export function ifThere<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (diskErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** The system's code for what went wrong, such as `ENOSPC`; undefined if it is none of the system's. */
export function diskErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return CODES[Deno.build.os]?.[Number(OS_ERROR.exec(error.message)?.[1])];
}

/**
 * Says in words why a local file could not be used.
 *
 * @param error What a file operation threw.
 * @returns Words that follow a colon: `the disk is full`.
 */
export function describeDiskError(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) {
    return "this program may not touch files under /dev, /proc or /sys";
  }
  const words = WORDS[diskErrorCode(error) ?? ""];
  if (words !== undefined) return words;
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\).*$/s, "");
}

/**
 * Says in words why a file that a person has named could not be read, and what to do about it.
 *
 * @param error What a file operation threw.
 * @returns Words that follow a colon: `there is no such file`.
 */
export function describeReadError(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.PermissionDenied) {
    return "it may not be read; give this user permission to read it";
  }
  if (error instanceof Deno.errors.NotCapable) {
    return "programs like this one may not read there, as under /dev and /proc; copy it elsewhere";
  }
  return describeDiskError(error);
}

function cannot(what: string, error: unknown): MultiportError {
  if (error instanceof MultiportError) return error;
  return new MultiportError("local", `Cannot ${what}: ${describeDiskError(error)}`, {
    cause: error,
  });
}
