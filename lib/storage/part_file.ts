import { byteCount } from "../byte_count.ts";
import { now } from "../clock.ts";
import type { DigestAlgorithm } from "../content/digest.ts";
import { delay } from "../delay.ts";
import { MultiportError } from "../multiport_error.ts";
import { Aside } from "./aside.ts";
import {
  type Checkpoint,
  CheckpointError,
  CheckpointFile,
  decodeCheckpoint,
} from "./checkpoint.ts";
import { digestFile } from "./digest_file.ts";
import { attempt, attemptAsync, diskErrorCode, ifThere } from "../disk_error.ts";
import { LOCK_PATIENCE_MS, LOCK_RETRY_MS } from "./limits.ts";
import {
  checkOwner,
  createOwnFile,
  type FileIdentity,
  foreignFile,
  isNameOf,
  openOwnFile,
} from "./own_file.ts";
import { type PartPaths, partPaths } from "./part_paths.ts";
import { publish } from "./publish.ts";

/** What a file system says that has no locks, as some networks' do not. */
const NO_LOCKS = new Set(["EINVAL", "ENOLCK", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"]);

/** What is waited for where nothing else may happen meanwhile. */
const NEVER_WOKEN = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** What an earlier run left. */
export type Remains =
  /** Nothing, or nothing that was to be kept. */
  | { readonly type: "nothing" }
  /** A part file with a checkpoint that can be believed. */
  | { readonly type: "checkpoint"; readonly checkpoint: Checkpoint }
  /** A part file whose checkpoint is of no use; `reason` says why. */
  | { readonly type: "unknown"; readonly reason: string };

/**
 * `OUTPUT.part` and its checkpoint: the only thing on disk until the download is complete. Locked while
 * it is open; the lock goes with the process, so a crash cannot leave it behind.
 *
 * Nobody else has a hand in it: it is made by this program, for this user alone, and taken over from an
 * earlier run only if its checkpoint says that it is from one.
 */
export class PartFile implements Disposable {
  /** Path of the file that is made. */
  readonly output: string;
  /** Whether an earlier run left something in it. */
  readonly wasThere: boolean;
  readonly #paths: PartPaths;
  readonly #checkpoint: CheckpointFile;
  readonly #aside: Aside;
  #file: Deno.FsFile;
  /** To whom files belong that are made here; null where nobody owns any. */
  #owner: number | null;
  /** Whether an earlier run left something that this one has not replaced. */
  #isOld: boolean;
  #isBegun = false;
  #isOver = false;
  #isLocked = false;
  #isLockless = false;

  private constructor(output: string, paths: PartPaths, file: Deno.FsFile, isOld: boolean) {
    this.output = output;
    this.#paths = paths;
    this.#checkpoint = new CheckpointFile(paths.checkpoint);
    this.#aside = new Aside(paths);
    this.#file = file;
    this.#owner = file.statSync().uid;
    this.wasThere = this.#isOld = isOld;
  }

  /**
   * Opens the part file that an earlier run left for an output, or makes one. Nothing is changed yet.
   *
   * @param output Path of the file to be made.
   * @param signal Ends the wait for a lock early.
   * @throws {MultiportError} With the code `local` if that cannot be, another download has it, or what has its name
   * was not left by one.
   */
  static async open(
    output: string,
    signal = new AbortController().signal,
  ): Promise<PartFile> {
    const paths = partPaths(output);
    const patience = now() + LOCK_PATIENCE_MS / 1_000;
    for (;;) {
      const part = attempt(`write ${output}`, () => {
        unlinkPublished(output, paths);
        return PartFile.#openOrMake(output, paths);
      });
      try {
        await part.#waitForLock(patience, signal);
        // Whoever had the lock before may have published or removed it before it gave the lock up.
        if (part.isNamed) {
          part.#checkOurs();
          return part;
        }
        if (isNameOf(output, part.identity) || now() >= patience) throw part.#isTaken();
        part.close();
      } catch (error) {
        // What this run has made goes again; without the lock it may be another one's by now.
        if (part.#isLocked && !part.#isOld) ifThere(() => Deno.removeSync(part.path));
        part.close();
        throw error;
      }
    }
  }

  static #openOrMake(output: string, paths: PartPaths): PartFile {
    const file = openOwnFile(paths.part);
    if (file) return new PartFile(output, paths, file, file.statSync().size > 0);
    return new PartFile(output, paths, createOwnFile(paths.part), false);
  }

  /** Where it is. */
  get path(): string {
    return this.#paths.part;
  }

  /** Whether no earlier run has left anything for its output. */
  get isNew(): boolean {
    return !this.#isOld && this.#aside.isEmpty(this.#owner);
  }

  /** Which file it is: whoever opens it by its name has to find this one. */
  get identity(): FileIdentity {
    const { dev, ino } = this.#file.statSync();
    return { dev, ino };
  }

  /** Whether its name still leads to it. */
  get isNamed(): boolean {
    return attempt(`read ${this.path}`, () => isNameOf(this.path, this.identity));
  }

  /** Whether the file system has no locks, so that another download of the same output goes unnoticed. */
  get isLockless(): boolean {
    return this.#isLockless;
  }

  /** Bytes the file system says to have set aside for it, which may be fewer than are in it. */
  get allocated(): number | undefined {
    const { blocks } = this.#file.statSync();
    return blocks === null ? undefined : blocks * 512;
  }

  /** Looks at what an earlier run left, for a file of `size` bytes. */
  remains(size: number): Remains {
    if (!this.#isOld) return { type: "nothing" };
    try {
      const checkpoint = decodeCheckpoint(this.#checkpoint.read(this.#owner) ?? "");
      const found = this.#file.statSync().size;
      // A shorter one is as much of the file as has come; its last pieces cannot be there.
      if (found <= size) return { type: "checkpoint", checkpoint: upTo(checkpoint, found) };
      return { type: "unknown", reason: `the part file has ${byteCount(found)}` };
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      return { type: "unknown", reason: `its checkpoint cannot be used: ${error.message}` };
    }
  }

  /**
   * Makes a new part file in place of what an earlier run left. The old one is not emptied: where there
   * are no locks, another download may have it open, and must not be confused by what this one writes.
   *
   * @param kept What is in the old one, if it is to be set aside until the output is complete.
   * @throws {MultiportError} With the code `local` if another download makes one at this moment.
   */
  startOver(kept?: Checkpoint): void {
    if (!this.#isOld && !this.#isBegun) return;
    const isAside = kept !== undefined && this.#aside.put(kept, this.#owner);
    attempt(`write ${this.path}`, () => {
      if (!isAside) Deno.removeSync(this.path);
      this.#use(createOwnFile(this.path), false);
    });
    this.#checkpoint.remove();
  }

  /**
   * Goes on with a part file that was set aside, if it is of the right content.
   *
   * @param isRight Whether a checkpoint is of that content.
   * @param kept What is in the present one, if that is to be set aside instead.
   * @returns What is in it; undefined if there is none.
   */
  bringBack(
    isRight: (checkpoint: Checkpoint) => boolean,
    kept?: Checkpoint,
  ): Checkpoint | undefined {
    const aside = this.#aside.bringBack(isRight, this.#owner, kept);
    if (aside === undefined) return undefined;
    const file = attempt(`write ${this.path}`, () => openOwnFile(this.path));
    if (file === undefined) throw this.#isTaken();
    this.#use(file, true);
    return aside;
  }

  /**
   * Says in a checkpoint whose it is, before anything is written to it.
   *
   * @param checkpoint What is there already.
   * @param isReserved Whether it is given its full length; no space is taken by that.
   */
  begin(checkpoint: Checkpoint, isReserved: boolean): void {
    this.#isBegun = true;
    if (!this.#isOld) this.#checkpoint.begin(checkpoint);
    attempt(`write ${this.path}`, () => {
      const { size } = this.#file.statSync();
      if (size > checkpoint.size || isReserved && size < checkpoint.size) {
        this.#file.truncateSync(checkpoint.size);
      }
    });
  }

  /**
   * Makes certain that everything written so far is on disk, then says so in the checkpoint.
   *
   * @param checkpoint What was written before the call.
   * @throws {MultiportError} With the code `local` if its name has been taken away: the next run would not find it.
   */
  async record(checkpoint: Checkpoint): Promise<void> {
    if (this.#isOver) return;
    this.checkNamed();
    await attemptAsync(`write ${this.path}`, () => this.#file.syncData());
    this.checkNamed();
    await this.#checkpoint.replace(checkpoint);
  }

  /**
   * Makes sure that its name still leads to it.
   *
   * @throws {MultiportError} With the code `local` if not.
   */
  checkNamed(): void {
    if (this.isNamed) return;
    const why = `${this.path} was taken away meanwhile`;
    throw new MultiportError("local", `Cannot write ${this.output}: ${why}`);
  }

  /**
   * Hashes all that is in it.
   *
   * @returns Its digest, in lower-case hexadecimal digits.
   * @throws The reason of `signal`.
   */
  async digest(signal: AbortSignal, algorithm: DigestAlgorithm = "sha-256"): Promise<string> {
    return await digestFile(this.#file, this.path, signal, algorithm);
  }

  /**
   * Gives the complete file its name. Until then there is nothing under that name.
   *
   * @param replace Whether a file that has the name may be replaced.
   * @param modified When the content was last changed, if the file shall say so.
   */
  async publish(replace: boolean, modified?: Date): Promise<void> {
    this.checkNamed();
    await publish({ file: this.#file, path: this.path, output: this.output, replace, modified });
    this.#isOver = true;
    // Not before the new name is on disk: a part file without a checkpoint is nobody's.
    this.#checkpoint.remove();
    this.#aside.remove(this.#owner);
  }

  /** Throws it away, as nothing in it is of any use; what was set aside for it comes back. */
  discard(): void {
    this.#isOver = true;
    // The checkpoint last: a crash in between must not leave a part file that is nobody's.
    if (this.isNamed) attempt(`remove ${this.path}`, () => Deno.removeSync(this.path));
    this.#checkpoint.remove();
    this.#aside.undo(this.#owner);
  }

  /**
   * Has what is in it count as an earlier run's: another download of the same output begins.
   *
   * @param isWorth Whether anything is in it that could be used.
   */
  rewind(isWorth: boolean): void {
    this.#isOld ||= isWorth;
    this.#isBegun = false;
  }

  /**
   * Ends its use before it is complete.
   *
   * @param isWorth Whether anything is in it that the next run could use.
   * @returns Whether the next run will find it.
   */
  leave(isWorth: boolean): boolean {
    this.#isOver = true;
    if (!this.isNamed) {
      // What is there is another download's, or nothing: then its checkpoint vouches for nothing.
      if (ifThere(() => Deno.lstatSync(this.path)) === undefined) this.#checkpoint.remove();
      return false;
    }
    if (isWorth || this.#isOld) return true;
    this.discard();
    return false;
  }

  close(): void {
    this.#file.close();
  }

  /** One that was never used goes again. */
  [Symbol.dispose](): void {
    try {
      if (!this.#isOver && !this.#isBegun) this.leave(false);
    } finally {
      this.close();
    }
  }

  #use(file: Deno.FsFile, isOld: boolean): void {
    this.#file.close();
    this.#file = file;
    this.#isOld = isOld;
    this.#isBegun = false;
    if (!this.#lockSoon()) throw this.#isTaken();
  }

  /**
   * Locks a file that nobody else uses. A process that was started a moment ago has copies of all
   * descriptors, and so of the locks of files that were closed since, until its own program runs.
   */
  #lockSoon(): boolean {
    const patience = now() + LOCK_PATIENCE_MS / 1_000;
    while (!this.#tryLock()) {
      if (now() >= patience) return false;
      Atomics.wait(NEVER_WOKEN, 0, 0, LOCK_RETRY_MS);
    }
    return true;
  }

  async #waitForLock(patience: number, signal: AbortSignal): Promise<void> {
    while (!this.#tryLock()) {
      signal.throwIfAborted();
      if (now() >= patience) throw this.#isTaken();
      await delay(LOCK_RETRY_MS, signal);
    }
  }

  #tryLock(): boolean {
    try {
      return this.#isLocked = this.#file.tryLockSync(true);
    } catch (error) {
      if (!NO_LOCKS.has(diskErrorCode(error) ?? "")) {
        return attempt(`lock ${this.path}`, () => {
          throw error;
        });
      }
      return this.#isLocked = this.#isLockless = true;
    }
  }

  #isTaken(): MultiportError {
    const why = isNameOf(this.output, this.identity)
      ? "another download has just completed it"
      : "another download is writing it";
    return new MultiportError("local", `Cannot write ${this.output}: ${why}`);
  }

  /** Somebody's file that happens to have this name is not written to. */
  #checkOurs(): void {
    if (this.#isOld) {
      this.#owner = this.#checkpoint.ownerHere();
      checkOwner(this.path, this.#file, this.#owner);
    }
    const isThere = this.#checkpoint.read(this.#owner) !== undefined;
    if (this.#isOld && !isThere) throw foreignFile(this.path, "no download has left it");
  }
}

/** A crash while it was being published leaves one file with both names: it is complete. */
function unlinkPublished(output: string, { part, checkpoint }: PartPaths): void {
  const whole = ifThere(() => Deno.lstatSync(output));
  if (!whole || whole.ino === null || !isNameOf(part, whole)) return;
  ifThere(() => Deno.removeSync(part));
  new CheckpointFile(checkpoint).remove();
}

/** Without pieces that reach beyond the end of what is there. */
function upTo(checkpoint: Checkpoint, length: number): Checkpoint {
  const { size, pieceLength } = checkpoint;
  if (length >= size) return checkpoint;
  const first = Math.floor(length / pieceLength);
  return {
    ...checkpoint,
    pieces: without(checkpoint.pieces, first),
    unverified: without(checkpoint.unverified, first),
  };
}

/** Bits of pieces without those from one on. */
function without(bits: Uint8Array, first: number): Uint8Array {
  const kept = bits.slice();
  for (let piece = first; piece >> 3 < kept.length; piece += 1) {
    kept[piece >> 3] = (kept[piece >> 3] ?? 0) & ~(1 << (piece & 7));
  }
  return kept;
}
