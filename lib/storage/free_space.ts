import { statfsSync } from "node:fs";
import { MultiportError } from "../multiport_error.ts";

/**
 * Makes sure that the disk has room, before the first byte: a download that cannot end should not
 * begin. Where the system does not tell, it is given the benefit of the doubt.
 *
 * @param path A file on that disk.
 * @param needed Bytes that are yet to be written.
 * @throws {MultiportError} With the code `local` if there is too little room.
 */
export function checkFreeSpace(path: string, needed: number): void {
  const free = freeSpace(path);
  if (free === undefined || free >= needed) return;
  throw new MultiportError(
    "local",
    `Cannot write ${path}: the disk has room for ${free} more bytes, and ${needed} are needed`,
  );
}

function freeSpace(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
