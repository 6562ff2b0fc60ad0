import { MultiportError } from "../multiport_error.ts";
import { digestFile } from "../storage/digest_file.ts";
import { attempt } from "../disk_error.ts";
import { MadeFolders } from "../storage/made_folders.ts";
import { askedPath, existingFile, inFolder, isFolder } from "../storage/output_path.ts";
import { PartFile } from "../storage/part_file.ts";
import { safeName } from "../storage/safe_name.ts";
import type { MetalinkFile } from "../content/metalink.ts";
import type { DownloadSettings } from "./download_settings.ts";

/** What the person said of where the file goes; `listed` if it is one of several in a Metalink. */
export type PlaceOptions = Pick<DownloadSettings, "output" | "dir" | "force" | "stream"> & {
  readonly listed?: MetalinkFile;
};

/**
 * Where a download goes: derived from the options, and later from the name that the sources give the
 * file. Removes the folders and part files that turned out not to be needed when it is disposed of.
 */
export class Place implements Disposable {
  readonly #options: PlaceOptions;
  readonly #asked: string | undefined;
  readonly #isNamed: boolean;
  readonly #used = new DisposableStack();
  #name: string | undefined;
  #part: PartFile | undefined;
  /** The output that the part file is for. */
  #opened: string | undefined;
  /** Part files that were made for what other sources had called it, which were outvoted. */
  readonly #others: PartFile[] = [];

  constructor(options: PlaceOptions) {
    this.#options = options;
    const asked = this.#asked = askedPath(options.dir, options.output);
    this.#isNamed = asked !== undefined && !isFolder(asked);
  }

  /**
   * Makes sure that several files can go there.
   *
   * @throws {MultiportError} With the code `usage` if it is a place for one.
   */
  checkHoldsSeveral(count: number): void {
    if (!this.#isNamed && !this.#options.stream) return;
    throw new MultiportError("usage", `Cannot write ${count} files to one output: name a folder`);
  }

  /** Tells what the sources call the file. */
  learn(name: string): void {
    this.#name = safeName(name);
  }

  /** Path of the file to be made; undefined while that is for the sources to say. */
  get output(): string | undefined {
    if (this.#isNamed) return this.#asked;
    return this.#name === undefined ? undefined : inFolder(this.#asked, this.#name);
  }

  /** What people are told of it: the output, or `-` for a stream. */
  get label(): string {
    return this.#options.stream ? "-" : this.output ?? "";
  }

  /** Whether a file may be replaced; never one whose name the person has not typed. */
  get mayReplace(): boolean {
    return this.#options.force && this.#isNamed;
  }

  /**
   * Whether a file is there that may not be replaced.
   *
   * @throws {MultiportError} With the code `local` if something else is there.
   */
  get isTaken(): boolean {
    const { output } = this;
    return output !== undefined && existingFile(output) !== undefined && !this.mayReplace;
  }

  /** Bytes in the file that is there. */
  get length(): number {
    return this.output === undefined ? 0 : existingFile(this.output) ?? 0;
  }

  /** Says that a file is there which may not be replaced. */
  refusal(): MultiportError {
    const message = `Cannot write ${this.output}: it exists already`;
    if (this.#options.listed !== undefined) {
      // There is no name to give to one of several.
      return new MultiportError("local", `${message}; move it away or write somewhere else`);
    }
    return new MultiportError(this.#isNamed ? "exists" : "exists-unnamed", message);
  }

  /**
   * Whether the file that is there is the one that is wanted.
   *
   * @param size Bytes that it must have; undefined if that is not known.
   * @param sha256 What it must hash to.
   */
  async isComplete(
    size: number | undefined,
    sha256: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    const output = this.output as string;
    if (size !== undefined && this.length !== size) return false;
    using file = attempt(`read ${output}`, () => Deno.openSync(output));
    return await digestFile(file, output, signal) === sha256;
  }

  /**
   * Opens the part file, as soon as it is known where that is.
   *
   * @param signal Ends the wait for a lock early.
   * @throws {MultiportError} With the code `local` if the file cannot be made there.
   */
  async open(signal: AbortSignal): Promise<PartFile | undefined> {
    const { output } = this;
    if (output === undefined || this.#opened === output) return this.#part;
    // Outvoted sources had another name for the file: their part file stays, in case they win after all.
    if (this.#part?.leave(false) && !this.#part.wasThere) this.#others.push(this.#part);
    this.#makeFolder();
    this.#part = this.#used.use(await PartFile.open(output, signal));
    this.#opened = output;
    return this.#part;
  }

  /** The file is complete: what sources sent that were outvoted is of no use any more. */
  dropOthers(): void {
    for (const other of this.#others) other.discard();
  }

  [Symbol.dispose](): void {
    this.#used[Symbol.dispose]();
  }

  /** Only one that was named as a folder is made. */
  #makeFolder(): void {
    const folder = this.#isNamed ? this.#options.dir : this.#asked;
    if (folder !== undefined) this.#used.use(new MadeFolders(folder));
  }
}
