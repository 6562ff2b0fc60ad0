import { MultiportError } from "../multiport_error.ts";
import {
  type Checkpoint,
  CheckpointError,
  CheckpointFile,
  decodeCheckpoint,
} from "./checkpoint.ts";
import { attempt, ifThere } from "../disk_error.ts";
import { checkOwner, foreignFile, openOwnFile } from "./own_file.ts";
import type { PartPair, PartPaths } from "./part_paths.ts";
import { syncFolder } from "./sync_folder.ts";

/** A part file that was set aside, and what is in it. */
interface Kept {
  readonly pair: PartPair;
  readonly checkpoint: Checkpoint;
}

/** What there is under the names of one. */
type Look =
  /** Nothing, or nothing that is of any use. */
  | { readonly type: "free" }
  | { readonly type: "kept"; readonly checkpoint: Checkpoint }
  /** Files that no download has left; `failure` says so. */
  | { readonly type: "foreign"; readonly failure: MultiportError };

/**
 * Part files of other content, set aside until the output is complete. Whoever answers first may be
 * wrong about what the file is, and must not cost what others have sent.
 *
 * There is room for two: one that comes back can change places with the one that was in its place.
 */
export class Aside {
  readonly #paths: PartPaths;
  /** What this run has set aside last. */
  #last: PartPair | undefined;

  constructor(paths: PartPaths) {
    this.#paths = paths;
  }

  /**
   * Sets the part file and its checkpoint aside, in place of the emptiest one that is there already,
   * unless all are fuller.
   *
   * @param checkpoint What is in the part file.
   * @param owner To whom all of them have to belong.
   * @returns Whether it was done; if not, the part file is as it was.
   * @throws {MultiportError} With the code `local` if somebody else's files have the names.
   */
  put(checkpoint: Checkpoint, owner: number | null): boolean {
    return this.#put(checkpoint, this.#paths.aside, owner);
  }

  /**
   * Brings back the fullest part file that is of the right content.
   *
   * @param isRight Whether a checkpoint is of that content.
   * @param present What is in the part file that it takes the place of, if that is to be set aside.
   * @returns What is in it; undefined if there is none.
   */
  bringBack(
    isRight: (checkpoint: Checkpoint) => boolean,
    owner: number | null,
    present?: Checkpoint,
  ): Checkpoint | undefined {
    const [found] = this.#kept(owner).filter(({ checkpoint }) => isRight(checkpoint))
      .sort((one, other) => recordedLength(other.checkpoint) - recordedLength(one.checkpoint));
    if (found === undefined) return undefined;
    const { pair, checkpoint } = found;
    if (present) this.#put(present, this.#paths.aside.filter((other) => other !== pair), owner);
    move(pair, this.#paths, checkpoint);
    return checkpoint;
  }

  /** Whether there is none. */
  isEmpty(owner: number | null): boolean {
    return this.#kept(owner).length === 0;
  }

  /** Brings back what this run has set aside, if it has and that is still there. */
  undo(owner: number | null): void {
    if (this.#last === undefined) return;
    const last = this.#kept(owner).find(({ pair }) => pair === this.#last);
    if (last) move(last.pair, this.#paths, last.checkpoint);
  }

  /** Removes all that are there and from this program. */
  remove(owner: number | null): void {
    for (const pair of this.#paths.aside) {
      try {
        if (lookAt(pair, owner).type === "foreign") continue;
        attempt(`remove ${pair.part}`, () => ifThere(() => Deno.removeSync(pair.part)));
        new CheckpointFile(pair.checkpoint).remove();
      } catch (error) {
        // The output is complete: what cannot be removed is no reason to say anything else.
        if (!(error instanceof MultiportError)) throw error;
      }
    }
  }

  #put(checkpoint: Checkpoint, pairs: readonly PartPair[], owner: number | null): boolean {
    const looks = pairs.map((pair) => ({ pair, found: lookAt(pair, owner) }));
    const lengthIn = ({ found }: { readonly found: Look }) =>
      found.type === "kept" ? recordedLength(found.checkpoint) : -1;
    const [emptiest] = looks.filter(({ found }) => found.type !== "foreign")
      .sort((one, other) => lengthIn(one) - lengthIn(other));
    if (emptiest === undefined) {
      for (const { found } of looks) if (found.type === "foreign") throw found.failure;
      return false;
    }
    if (lengthIn(emptiest) > recordedLength(checkpoint)) return false;
    move(this.#paths, emptiest.pair, checkpoint);
    this.#last = emptiest.pair;
    return true;
  }

  #kept(owner: number | null): Kept[] {
    return this.#paths.aside.flatMap((pair) => {
      const found = lookAt(pair, owner);
      return found.type === "kept" ? [{ pair, checkpoint: found.checkpoint }] : [];
    });
  }
}

/** Looks what has the names of a part file that was set aside, and of its checkpoint. */
function lookAt({ part, checkpoint }: PartPair, owner: number | null): Look {
  try {
    const text = new CheckpointFile(checkpoint).read(owner);
    if (!isThere(part, owner)) return { type: "free" };
    if (text === undefined) throw foreignFile(part, "no download has left it");
    return { type: "kept", checkpoint: decodeCheckpoint(text) };
  } catch (error) {
    if (error instanceof CheckpointError) return { type: "free" };
    if (error instanceof MultiportError) return { type: "foreign", failure: error };
    throw error;
  }
}

function isThere(part: string, owner: number | null): boolean {
  return attempt(`read ${part}`, () => {
    using file = openOwnFile(part);
    if (file !== undefined) checkOwner(part, file, owner);
    return file !== undefined;
  });
}

/**
 * Moves a part file and its checkpoint, in place of others. Wherever that is cut off, it is in one of
 * the two places with a checkpoint that is true, and no part file is left without one, or beside that
 * of other content: a checkpoint alone says nothing.
 */
function move(from: PartPair, to: PartPair, checkpoint: Checkpoint): void {
  attempt(`write ${to.part}`, () => ifThere(() => Deno.removeSync(to.part)));
  new CheckpointFile(to.checkpoint).begin(checkpoint, true);
  attempt(`write ${to.part}`, () => Deno.renameSync(from.part, to.part));
  syncFolder(to.part);
  new CheckpointFile(from.checkpoint).remove();
}

/** Bytes of the pieces that are there for certain. */
function recordedLength({ pieces, pieceLength }: Checkpoint): number {
  let count = 0;
  for (let byte of pieces) {
    for (; byte !== 0; byte &= byte - 1) count += 1;
  }
  return count * pieceLength;
}
