/**
 * Says in words why a local file could not be used.
 *
 * @param error What a file operation threw.
 * @returns Words that follow a colon: `the disk is full`.
 */
export function describeDiskError(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "no such file or folder";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.AlreadyExists) return "it exists already";
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (error instanceof Deno.errors.NotADirectory) return "a part of the path is not a folder";
  if (error instanceof Deno.errors.NotCapable) {
    return "this program may not touch files under /dev, /proc or /sys";
  }
  const message = error instanceof Error ? error.message : String(error);
  if (/no space left/i.test(message)) return "the disk is full";
  if (/quota exceeded/i.test(message)) return "the disk quota is used up";
  if (/file too large/i.test(message)) return "the file system does not hold files of this size";
  if (/read-only file system/i.test(message)) return "the file system is read-only";
  return message.replace(/ \(os error \d+\).*$/, "");
}
