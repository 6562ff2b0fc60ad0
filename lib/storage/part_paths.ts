import { createHash } from "node:crypto";
import { basename } from "node:path";
import { diskErrorCode } from "../disk_error.ts";
import { byteLength, cutToBytes } from "./safe_name.ts";

/** Where a part file and its checkpoint are. */
export interface PartPair {
  /** The content, as far as it has arrived. */
  readonly part: string;
  /** What of it is certain. */
  readonly checkpoint: string;
}

/** Where a download keeps what it has until it is complete. */
export interface PartPaths extends PartPair {
  /** Where the content of earlier downloads is kept that another one took the place of. */
  readonly aside: readonly PartPair[];
}

/** The longest of all suffixes: what a checkpoint is called while it is being written. */
const LONGEST_SUFFIX = ".part.old2.checkpoint.new";

/** Hexadecimal digits that tell apart names which begin alike. */
const DIGEST_LENGTH = 16;

/**
 * The names beside an output. Where its own name leaves no room for a suffix, it is cut short and a
 * digest of all of it put in its place: always the same one, and another one for every other name.
 *
 * @param output Path of the file to be made.
 *
 * @example
 * ```ts
 * partPaths("film.mp4").checkpoint; // "film.mp4.part.checkpoint"
 * ```
 */
export function partPaths(output: string): PartPaths {
  const stem = isTooLong(`${output}${LONGEST_SUFFIX}`) ? shortened(output) : output;
  const aside = [`${stem}.part.old`, `${stem}.part.old2`];
  return { ...pair(`${stem}.part`), aside: aside.map(pair) };
}

function pair(part: string): PartPair {
  return { part, checkpoint: `${part}.checkpoint` };
}

/** Only the file system knows how long a name may be. */
function isTooLong(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return false;
  } catch (error) {
    return diskErrorCode(error) === "ENAMETOOLONG";
  }
}

/** No longer than the name itself, suffix and all. */
function shortened(output: string): string {
  const name = basename(output);
  const digest = createHash("sha256").update(name).digest("hex").slice(0, DIGEST_LENGTH);
  const room = byteLength(name) - byteLength(`~${digest}${LONGEST_SUFFIX}`);
  return output.slice(0, -name.length) + `${cutToBytes(name, room)}~${digest}`;
}
