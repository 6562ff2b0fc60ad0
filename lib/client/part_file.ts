import { Failure } from "../failure.ts";
import { describeDiskError } from "./disk_error.ts";
import { decodeJournal, encodeJournal, type Journal, JournalError } from "./journal.ts";

/** What an earlier run left. */
export type Remains =
  /** Nothing, or nothing that was to be kept. */
  | { readonly type: "nothing" }
  /** A part file with a journal that can be believed. */
  | { readonly type: "journal"; readonly journal: Journal }
  /** A part file whose journal is missing or of no use; `reason` says why. */
  | { readonly type: "unknown"; readonly reason: string };

/**
 * `OUTPUT.part` and its journal: the only thing on disk until the download is complete. Locked while
 * it is open; the lock goes with the process, so a crash cannot leave it behind.
 */
export class PartFile implements Disposable {
  readonly path: string;
  readonly #output: string;
  readonly #file: Deno.FsFile;

  private constructor(output: string, file: Deno.FsFile) {
    this.#output = output;
    this.path = `${output}.part`;
    this.#file = file;
  }

  /**
   * Opens the part file of an output, or makes one.
   *
   * @param output Path of the file to be made.
   * @throws {Failure} Of kind `local` if it cannot be opened, or another download has it.
   */
  static open(output: string): PartFile {
    const path = `${output}.part`;
    const file = attempt(`write ${path}`, () => {
      unlinkPublished(output, path);
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
    const path = journalPath(this.path);
    const text = attempt(`read ${path}`, () => readIfThere(path));
    if (found === 0 && text === undefined) return { type: "nothing" };
    if (found !== size) return { type: "unknown", reason: `the part file has ${found} bytes` };
    if (text === undefined) return { type: "unknown", reason: "its journal is missing" };
    try {
      return { type: "journal", journal: decodeJournal(text) };
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      return { type: "unknown", reason: `its journal cannot be used: ${error.message}` };
    }
  }

  /** Throws away what is in it; the journal first, which would vouch for what is not there. */
  clear(): void {
    removeJournal(this.path);
    attempt(`write ${this.path}`, () => this.#file.truncateSync(0));
  }

  /** Gives it its full length; nothing is written, so no space is taken yet. */
  reserve(size: number): void {
    attempt(`write ${this.path}`, () => {
      if (this.#file.statSync().size !== size) this.#file.truncateSync(size);
    });
  }

  /**
   * Makes certain that everything written so far is on disk, then says so in the journal, which is
   * replaced as a whole.
   *
   * @param journal What was written before the call.
   */
  async record(journal: Journal): Promise<void> {
    await attemptAsync(`write ${this.path}`, () => this.#file.syncData());
    const path = journalPath(this.path);
    const next = nextJournalPath(this.path);
    await attemptAsync(`write ${path}`, async () => {
      using file = await Deno.open(next, { write: true, create: true, truncate: true });
      await writeAll(file, new TextEncoder().encode(encodeJournal(journal)));
      await file.syncData();
      await Deno.rename(next, path);
    });
  }

  /**
   * Gives the complete file its name. Until then there is nothing under that name.
   *
   * @param replace Whether a file that has the name may be replaced.
   */
  async publish(replace: boolean): Promise<void> {
    if (!this.#isNamed()) {
      throw new Failure(
        "local",
        `Cannot write ${this.#output}: ${this.path} was taken away meanwhile`,
      );
    }
    await attemptAsync(`write ${this.path}`, () => this.#file.sync());
    await attemptAsync(`write ${this.#output}`, async () => {
      if (replace) await Deno.rename(this.path, this.#output);
      else await renameWithoutReplacing(this.path, this.#output);
    });
    removeJournal(this.path);
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
    return isSameFile(
      this.#file.statSync(),
      attempt(`read ${this.path}`, () => statIfThere(this.path)),
    );
  }
}

function journalPath(part: string): string {
  return `${part}.journal`;
}

/** Where the next journal is written before it replaces the last one. */
function nextJournalPath(part: string): string {
  return `${journalPath(part)}.new`;
}

/** A full disk or a crash may have left one that was begun, besides the one that counts. */
function removeJournal(part: string): void {
  for (const path of [journalPath(part), nextJournalPath(part)]) {
    attempt(`remove ${path}`, () => removeIfThere(path));
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
}

/** A rename replaces; a hard link refuses to. Where the file system has no links, look first. */
async function renameWithoutReplacing(from: string, to: string): Promise<void> {
  try {
    await Deno.link(from, to);
    removeIfThere(from);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw error;
    const isThere = await Deno.lstat(to).then(() => true, () => false);
    if (isThere) throw new Deno.errors.AlreadyExists();
    await Deno.rename(from, to);
  }
}

/** A crash between the two steps above leaves one file with both names: it is complete. */
function unlinkPublished(output: string, part: string): void {
  const whole = statIfThere(output);
  if (!whole || whole.ino === null || !isSameFile(whole, statIfThere(part))) return;
  removeIfThere(part);
  removeJournal(part);
}

/** Where files have no numbers, it is taken for granted. */
function isSameFile(a: Deno.FileInfo, b: Deno.FileInfo | undefined): boolean {
  return b !== undefined && a.ino === b.ino && a.dev === b.dev;
}

function statIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
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

function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Failure("local", `Cannot ${what}: ${describeDiskError(error)}`);
  }
}

async function attemptAsync<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Failure("local", `Cannot ${what}: ${describeDiskError(error)}`);
  }
}
