import { entityTag, type FileIdentity, isSameVersion, openServedFile } from "./file_identity.ts";

/** The file was changed while it was being served: what was about to be sent is not what was promised. */
export class FileChangedError extends Error {
  override readonly name = "FileChangedError";
}

/** A file that is open to be served, and is watched for changes: a mixture of versions never leaves. */
export class ServedFile implements Disposable {
  readonly identity: FileIdentity;
  readonly etag: string;
  readonly #file: Deno.FsFile;
  #changed = false;

  /**
   * @param identity The version that is to be served.
   * @throws {Failure} `local` if the file cannot be opened.
   */
  constructor(identity: FileIdentity) {
    this.identity = identity;
    this.etag = entityTag(identity);
    this.#file = openServedFile(identity.path);
  }

  /** Whether a change was noticed; from then on nothing of the file is sent, whatever it is later. */
  get changed(): boolean {
    return this.#changed;
  }

  /**
   * Looks whether the open file, and what its path names now, are still the version to be served. A
   * file that was replaced or removed counts as changed.
   */
  checkUnchanged(): boolean {
    this.#changed ||= !this.#isUnchangedOnDisk();
    return !this.#changed;
  }

  #isUnchangedOnDisk(): boolean {
    try {
      return isSameVersion(this.identity, this.#file.statSync()) &&
        isSameVersion(this.identity, Deno.statSync(this.identity.path));
    } catch {
      return false;
    }
  }

  /**
   * Fills a buffer from a place in the file.
   *
   * @param position Where to begin, in bytes.
   * @param buffer Filled to its end; the file must have as much.
   * @throws {FileChangedError} The file is not the version to be served any more; the buffer must not
   * be sent.
   */
  readAt(position: number, buffer: Uint8Array): void {
    this.#file.seekSync(position, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < buffer.length) {
      const count = this.#file.readSync(buffer.subarray(filled));
      if (count === null) break;
      filled += count;
    }
    // After the read: a change before it shows now, and one after it did not touch these bytes.
    const unchanged = filled === buffer.length &&
      isSameVersion(this.identity, this.#file.statSync());
    this.#changed ||= !unchanged;
    if (this.#changed) throw new FileChangedError();
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}
