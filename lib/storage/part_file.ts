import { createHash } from "node:crypto";
import { Failure } from "../failure.ts";
import { attempt, attemptAsync } from "./attempt.ts";
import { removeIfThere, statIfThere } from "./if_there.ts";
import { type Checkpoint, CheckpointError, decodeCheckpoint } from "./checkpoint.ts";
import { CheckpointFile } from "./checkpoint_file.ts";

/** Bytes that are read and hashed at a time. */
const DIGEST_BUFFER_LENGTH = 1024 * 1024;

/** Bytes of a file that is synced at once: to start a thread that waits for it would take longer. */
const MAX_INLINE_SYNC = 4 * 1024 * 1024;

/** What an earlier run left. */
export type Remains =
  /** Nothing, or nothing that was to be kept. */
  | { readonly type: "nothing" }
  /** A part file with a checkpoint that can be believed. */
  | { readonly type: "checkpoint"; readonly checkpoint: Checkpoint }
  /** A part file whose checkpoint is missing or of no use; `reason` says why. */
  | { readonly type: "unknown"; readonly reason: string };

/**
 * `OUTPUT.part` and its checkpoint: the only thing on disk until the download is complete. Locked while
 * it is open; the lock goes with the process, so a crash cannot leave it behind.
 */
export class PartFile implements Disposable {
  readonly path: string;
  readonly #output: string;
  readonly #file: Deno.FsFile;
  readonly #checkpoint: CheckpointFile;

  private constructor(output: string, file: Deno.FsFile) {
    this.#output = output;
    this.path = partPath(output);
    this.#file = file;
    this.#checkpoint = checkpointOf(output);
  }

  /**
   * Opens the part file of an output, or makes one.
   *
   * @param output Path of the file to be made.
   * @throws {Failure} Of kind `local` if it cannot be opened, or another download has it.
   */
  static open(output: string): PartFile {
    const path = partPath(output);
    const file = attempt(`write ${path}`, () => {
      unlinkPublished(output);
      return Deno.openSync(path, { read: true, write: true, create: true });
    });
    try {
      const part = new PartFile(output, file);
      part.#lock();
      return part;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Bytes the file system has set aside for it; undefined where that cannot be told. */
  get allocated(): number | undefined {
    const { blocks } = this.#file.statSync();
    return blocks === null ? undefined : blocks * 512;
  }

  /** Looks at what an earlier run left, for a file of `size` bytes. */
  remains(size: number): Remains {
    const found = this.#file.statSync().size;
    const text = this.#checkpoint.read();
    if (found === 0 && text === undefined) return { type: "nothing" };
    if (found !== size) return { type: "unknown", reason: `the part file has ${found} bytes` };
    if (text === undefined) return { type: "unknown", reason: "its checkpoint is missing" };
    try {
      return { type: "checkpoint", checkpoint: decodeCheckpoint(text) };
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      return { type: "unknown", reason: `its checkpoint cannot be used: ${error.message}` };
    }
  }

  /** Throws away what is in it; the checkpoint first, which would vouch for what is not there. */
  clear(): void {
    this.#checkpoint.remove();
    attempt(`write ${this.path}`, () => this.#file.truncateSync(0));
  }

  /** Gives it its full length; nothing is written, so no space is taken yet. */
  reserve(size: number): void {
    attempt(`write ${this.path}`, () => {
      if (this.#file.statSync().size !== size) this.#file.truncateSync(size);
    });
  }

  /**
   * Makes certain that everything written so far is on disk, then says so in the checkpoint.
   *
   * @param checkpoint What was written before the call.
   */
  async record(checkpoint: Checkpoint): Promise<void> {
    await attemptAsync(`write ${this.path}`, () => this.#file.syncData());
    await this.#checkpoint.replace(checkpoint);
  }

  /**
   * Hashes all that is in it.
   *
   * @returns Its SHA-256, 64 lower-case hexadecimal digits.
   * @throws {Failure} Of kind `interrupted` if `signal` said stop first.
   */
  async digest(signal: AbortSignal): Promise<string> {
    const hash = createHash("sha256");
    const buffer = new Uint8Array(DIGEST_BUFFER_LENGTH);
    await attemptAsync(`read ${this.path}`, async () => {
      await this.#file.seek(0, Deno.SeekMode.Start);
      while (!signal.aborted) {
        const count = await this.#file.read(buffer);
        if (count === null) return;
        hash.update(buffer.subarray(0, count));
      }
    });
    if (signal.aborted) throw new Failure("interrupted", "Interrupted");
    return hash.digest("hex");
  }

  /**
   * Gives the complete file its name. Until then there is nothing under that name.
   *
   * @param replace Whether a file that has the name may be replaced.
   */
  async publish(replace: boolean): Promise<void> {
    if (!this.#isNamed()) {
      const why = `${this.path} was taken away meanwhile`;
      throw new Failure("local", `Cannot write ${this.#output}: ${why}`);
    }
    if (this.#file.statSync().size <= MAX_INLINE_SYNC) {
      attempt(`write ${this.path}`, () => this.#file.syncSync());
    } else await attemptAsync(`write ${this.path}`, () => this.#file.sync());
    attempt(`write ${this.#output}`, () => {
      if (replace) Deno.renameSync(this.path, this.#output);
      else renameWithoutReplacing(this.path, this.#output);
    });
    this.#checkpoint.remove();
    syncFolder(this.#output);
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  #lock(): void {
    const isLocked = attempt(`lock ${this.path}`, () => this.#file.tryLockSync(true));
    // One that another download published between the two calls is the output itself by now.
    if (isLocked && this.#isNamed()) return;
    throw new Failure("local", `Cannot write ${this.#output}: another download is writing it`);
  }

  /** Whether its path still leads to it. */
  #isNamed(): boolean {
    const there = attempt(`read ${this.path}`, () => statIfThere(this.path));
    return isSameFile(this.#file.statSync(), there);
  }
}

function partPath(output: string): string {
  return `${output}.part`;
}

function checkpointOf(output: string): CheckpointFile {
  return new CheckpointFile(`${partPath(output)}.checkpoint`);
}

/** A rename replaces; a hard link refuses to. Where the file system has no links, look first. */
function renameWithoutReplacing(from: string, to: string): void {
  try {
    Deno.linkSync(from, to);
    removeIfThere(from);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw error;
    if (isThere(to)) throw new Deno.errors.AlreadyExists();
    Deno.renameSync(from, to);
  }
}

/** Symbolic links that lead nowhere are there too. */
function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** A crash between the two steps above leaves one file with both names: it is complete. */
function unlinkPublished(output: string): void {
  const whole = statIfThere(output);
  if (!whole || whole.ino === null) return;
  if (!isSameFile(whole, statIfThere(partPath(output)))) return;
  removeIfThere(partPath(output));
  checkpointOf(output).remove();
}

/** Where files have no numbers, one that is there is taken for the same. */
function isSameFile(a: Deno.FileInfo, b: Deno.FileInfo | undefined): boolean {
  return b !== undefined && a.ino === b.ino && a.dev === b.dev;
}

/** So that the new name survives a power cut too; not every system lets folders be opened. */
function syncFolder(path: string): void {
  try {
    using folder = Deno.openSync(path.replace(/[^/\\]*$/, "") || ".");
    folder.syncSync();
  } catch {
    // The file is complete either way; at worst a power cut leaves it under its old name.
  }
}
