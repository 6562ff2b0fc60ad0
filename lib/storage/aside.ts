import {
  type Checkpoint,
  CheckpointError,
  CheckpointFile,
  decodeCheckpoint,
} from "./checkpoint.ts";
import { attempt, ifThere } from "./disk_error.ts";
import { checkOwner, foreignFile, openOwnFile } from "./own_file.ts";
import type { PartPaths } from "./part_paths.ts";

/**
 * The part file of other content, set aside until the output is complete. Whoever answers first may be
 * wrong about what the file is, and must not cost what others have sent.
 */
export class Aside {
  readonly #paths: PartPaths;
  readonly #checkpoint: CheckpointFile;

  constructor(paths: PartPaths) {
    this.#paths = paths;
    this.#checkpoint = new CheckpointFile(paths.asideCheckpoint);
  }

  /**
   * Sets the part file and its checkpoint aside, unless a fuller one is there already.
   *
   * @param checkpoint What is in the part file.
   * @param owner To whom all of them have to belong.
   * @returns Whether it was done; if not, the part file is as it was.
   * @throws {MultiportError} With the code `local` if something else has the name.
   */
  put(checkpoint: Checkpoint, owner: number | null): boolean {
    const there = this.read(owner);
    if (there && recordedLength(there) > recordedLength(checkpoint)) return false;
    const { part, aside, checkpoint: path, asideCheckpoint } = this.#paths;
    attempt(`write ${aside}`, () => {
      Deno.renameSync(part, aside);
      Deno.renameSync(path, asideCheckpoint);
    });
    return true;
  }

  /**
   * What is in the part file that was set aside; undefined if there is none.
   *
   * @throws {MultiportError} With the code `local` if something else has the name.
   */
  read(owner: number | null): Checkpoint | undefined {
    const { aside } = this.#paths;
    return attempt(`read ${aside}`, () => {
      using file = openOwnFile(aside);
      if (file === undefined) return undefined;
      checkOwner(aside, file, owner);
      const text = this.#checkpoint.read(owner);
      if (text === undefined) throw foreignFile(aside, "no download has left it");
      try {
        return decodeCheckpoint(text);
      } catch (error) {
        if (error instanceof CheckpointError) return undefined;
        throw error;
      }
    });
  }

  /** Brings it back, in place of whatever part file there is. */
  bringBack(): void {
    const { part, aside, checkpoint, asideCheckpoint } = this.#paths;
    attempt(`write ${part}`, () => {
      // The checkpoint first: a part file without one is nobody's.
      Deno.renameSync(asideCheckpoint, checkpoint);
      Deno.renameSync(aside, part);
    });
  }

  /** Removes it, if it is there and from this program. */
  remove(owner: number | null): void {
    if (ifThere(() => Deno.lstatSync(this.#paths.aside)) === undefined) return;
    try {
      this.read(owner);
    } catch {
      return; // It is somebody else's.
    }
    attempt(`remove ${this.#paths.aside}`, () => ifThere(() => Deno.removeSync(this.#paths.aside)));
    this.#checkpoint.remove();
  }
}

/** Bytes of the pieces that are there for certain. */
function recordedLength({ pieces, pieceLength }: Checkpoint): number {
  let count = 0;
  for (let byte of pieces) {
    for (; byte !== 0; byte &= byte - 1) count += 1;
  }
  return count * pieceLength;
}
