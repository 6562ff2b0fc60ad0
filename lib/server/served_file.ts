import { createHash } from "node:crypto";
import { basename } from "node:path";
import { MultiportError } from "../multiport_error.ts";
import { describeReadError } from "../disk_error.ts";

/** One version of one file: what was there when the servers started, and has to stay. */
export interface FileIdentity {
  readonly path: string;
  /** The last part of the path: what the file is called in URLs. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** When the content was last written, in milliseconds since 1970; anybody who may write can set it. */
  readonly modifiedMs: number;
  /**
   * When anything about the file was last changed, in milliseconds since 1970; nobody can set it. Deno
   * tells whole seconds. 0 where the system has no such time.
   */
  readonly changedMs: number;
  readonly device: number;
  /** 0 where the system has no such number. */
  readonly inode: number;
}

/** Milliseconds in which a file may change twice and have the same time of change, as Deno tells it. */
const CHANGE_TIME_STEP_MS = 1000;

/** Looks at a file that goes on changing. */
const MOST_LOOKS = 4;

/** Milliseconds by which a file system's clock may lag behind: a tick of the slowest kernels, twice. */
const CLOCK_LAG_MS = 20;

/**
 * Identifies a file that is to be served, once its last change is more than a second ago: Deno tells times
 * of change in whole seconds, so that another change within the same second would not show.
 *
 * @param path Where it is; symbolic links are followed.
 * @throws {MultiportError} `no-file` if there is no regular file, `local` if it cannot be read.
 *
 * @example
 * ```ts
 * const identity = await settledIdentity("videos/oned.mp4");
 * ```
 */
export async function settledIdentity(path: string): Promise<FileIdentity> {
  let identity = identifyFile(path);
  // A file that is written to all the time is given up on: its next change will be noticed.
  for (let look = 1; look < MOST_LOOKS; look++) {
    const waitMs = identity.changedMs + CHANGE_TIME_STEP_MS + CLOCK_LAG_MS - Date.now();
    // A change that lies in the future has another machine's time: waiting does not help.
    if (waitMs <= 0 || waitMs > CHANGE_TIME_STEP_MS + CLOCK_LAG_MS) break;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    identity = identifyFile(path);
  }
  return identity;
}

/**
 * Looks at a file that is to be served.
 *
 * @param path Where it is; symbolic links are followed.
 * @throws {MultiportError} `no-file` if there is no regular file, `local` if it cannot be read.
 *
 * @example
 * ```ts
 * const identity = identifyFile("videos/oned.mp4"); // { name: "oned.mp4", size: 1073741824, … }
 * ```
 */
export function identifyFile(path: string): FileIdentity {
  using file = openServedFile(path);
  return { path, name: basename(path), ...versionOf(file.statSync()) };
}

/**
 * Opens a file to be served, for reading.
 *
 * @throws {MultiportError} `no-file` or `local` if it cannot be opened.
 */
function openServedFile(path: string): Deno.FsFile {
  try {
    // A directory can be opened, but a named pipe would wait here for a writer: ask before opening.
    if (!Deno.statSync(path).isFile) {
      throw new MultiportError("no-file", `Cannot serve ${path}: it is not a regular file`);
    }
    return Deno.openSync(path, { read: true });
  } catch (error) {
    if (error instanceof MultiportError) throw error;
    const code = error instanceof Deno.errors.NotFound ? "no-file" : "local";
    const why = describeReadError(error);
    throw new MultiportError(code, `Cannot serve ${path}: ${why}`, { cause: error });
  }
}

/** Whether a look at a file still shows the version that was identified. */
export function isSameVersion(identity: FileIdentity, stat: Deno.FileInfo): boolean {
  const now = versionOf(stat);
  return stat.isFile && now.size === identity.size && now.modifiedMs === identity.modifiedMs &&
    now.changedMs === identity.changedMs && now.device === identity.device &&
    now.inode === identity.inode;
}

function versionOf(stat: Deno.FileInfo) {
  return {
    size: stat.size,
    modifiedMs: stat.mtime?.getTime() ?? 0,
    changedMs: stat.ctime?.getTime() ?? 0,
    device: stat.dev,
    inode: stat.ino ?? 0,
  };
}

/**
 * The strong entity tag of a version (RFC 9110, 8.8.3), with its quotes. It is a digest, because
 * inode numbers are nobody else's business.
 */
export function entityTag(identity: FileIdentity): string {
  const { device, inode, size, modifiedMs, changedMs } = identity;
  const version = [device, inode, size, modifiedMs, changedMs].join(":");
  return `"${createHash("sha256").update(version).digest("hex").slice(0, 32)}"`;
}

/** The file was changed while it was being served: what was about to be sent is not what was promised. */
export class FileChangedError extends Error {
  override readonly name = "FileChangedError";
}

/** A file that is open to be served, and is watched for changes: a mixture of versions never leaves. */
export class ServedFile implements Disposable {
  readonly identity: FileIdentity;
  readonly etag: string;
  readonly #file: Deno.FsFile;
  /** Whether a change was noticed; from then on nothing of the file is sent, whatever it is later. */
  #changed = false;

  /**
   * @param identity The version that is to be served.
   * @throws {MultiportError} `no-file` or `local` if the file cannot be opened.
   */
  constructor(identity: FileIdentity) {
    this.identity = identity;
    this.etag = entityTag(identity);
    this.#file = openServedFile(identity.path);
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
