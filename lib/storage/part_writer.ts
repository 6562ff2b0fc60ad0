import { type DigestAlgorithm, newHash } from "../content/digest.ts";
import type { ByteRange } from "../byte_range.ts";
import type { Written } from "../content/piece_digest.ts";
import { describeDiskError } from "../disk_error.ts";
import { MAX_GAPS, MIN_GAP_LENGTH, MIN_HOLE_LENGTH } from "./limits.ts";
import { type FileIdentity, isSameFile } from "./own_file.ts";
import { writeAll } from "./write_all.ts";

/** The part file cannot be written or read; the message says why, in words. */
export class PartFileError extends Error {
  override readonly name = "PartFileError";
}

/** Where an engine puts what it fetches. */
export interface ContentWriter extends Disposable {
  write(bytes: Uint8Array, position: number): void;
  digest(range: ByteRange, buffer: Uint8Array, algorithm?: DigestAlgorithm): string;
  written(range: ByteRange, buffer: Uint8Array): Written;
}

/** One engine's handle of the part file. */
export class PartWriter implements ContentWriter {
  readonly #file: Deno.FsFile;

  /**
   * @param path Where the part file is.
   * @param identity Which file it has to be: another one may have its name by now.
   * @throws {PartFileError} If it cannot be opened.
   */
  constructor(path: string, identity: FileIdentity) {
    this.#file = guarded(() => openSame(path, identity));
  }

  /**
   * Puts bytes where they belong.
   *
   * @param position Bytes from the start of the file.
   * @throws {PartFileError} If they cannot be written, as on a full disk.
   */
  write(bytes: Uint8Array, position: number): void {
    guarded(() => {
      this.#file.seekSync(position, Deno.SeekMode.Start);
      writeAll(this.#file, bytes);
    });
  }

  /**
   * Hashes what is there.
   *
   * @param buffer What the bytes pass through.
   * @returns The digest of the range, in lower-case hexadecimal digits.
   * @throws {PartFileError} If it cannot be read.
   */
  digest(range: ByteRange, buffer: Uint8Array, algorithm: DigestAlgorithm = "sha-256"): string {
    const hash = newHash(algorithm);
    for (const { bytes } of this.#read(range, buffer)) hash.update(bytes);
    return hash.digest("hex");
  }

  /**
   * Looks which parts of a range have been written: what never was reads as zeros.
   *
   * @param buffer What the bytes pass through.
   * @returns What lies between runs of {@linkcode MIN_HOLE_LENGTH} zeros or more; nothing where there is
   * nothing but zeros. The last extent ends with a byte that is not zero. Shorter runs are gaps if they
   * reach over the end of a page; where there are many, they are the content's own.
   * @throws {PartFileError} If it cannot be read.
   */
  written(range: ByteRange, buffer: Uint8Array): Written {
    const extents: ByteRange[] = [];
    const gaps: ByteRange[] = [];
    let { start, start: end } = range;
    let isOpen = false;
    for (const { bytes, at } of this.#read(range, buffer)) {
      for (let from = 0; from < bytes.length; from += LOOK_LENGTH) {
        const look = bytes.subarray(from, from + LOOK_LENGTH);
        const length = lengthWithoutZeros(look);
        if (length === 0) continue;
        const first = at + from + look.findIndex((byte) => byte !== 0);
        if (first - end >= MIN_HOLE_LENGTH) {
          if (isOpen) extents.push({ start, end });
          start = first;
        } else if (first - end >= MIN_GAP_LENGTH) gaps.push({ start: end, end: first });
        end = at + from + length;
        isOpen = true;
      }
    }
    if (isOpen) extents.push({ start, end });
    return { extents, gaps: gaps.length > MAX_GAPS ? [] : gaps };
  }

  *#read(range: ByteRange, buffer: Uint8Array): Generator<{ bytes: Uint8Array; at: number }> {
    for (let at = range.start; at < range.end;) {
      const part = buffer.subarray(0, Math.min(buffer.length, range.end - at));
      const count = guarded(() => {
        this.#file.seekSync(at, Deno.SeekMode.Start);
        return this.#file.readSync(part);
      });
      if (count === null) return;
      yield { bytes: part.subarray(0, count), at };
      at += count;
    }
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** Bytes that are looked at together: a page, which is what file systems set aside at a time. */
const LOOK_LENGTH = 4 * 1024;

/** Four bytes at a time where that is possible: most of what is looked at was never written. */
function lengthWithoutZeros(bytes: Uint8Array): number {
  const { buffer, byteOffset, length } = bytes;
  let count = byteOffset % 4 === 0 ? length >> 2 : 0;
  const found = lastNonZero(bytes, 4 * count, length);
  if (found > 0 || count === 0) return found;
  const words = new Uint32Array(buffer, byteOffset, count);
  while (count > 0 && words[count - 1] === 0) count -= 1;
  return lastNonZero(bytes, 0, 4 * count);
}

/** Where the last byte that is not zero ends; 0 if there is none. */
function lastNonZero(bytes: Uint8Array, start: number, end: number): number {
  for (let at = end; at > start; at -= 1) if (bytes[at - 1] !== 0) return at;
  return 0;
}

function openSame(path: string, identity: FileIdentity): Deno.FsFile {
  const file = Deno.openSync(path, { read: true, write: true });
  if (isSameFile(file.statSync(), identity)) return file;
  file.close();
  throw new PartFileError("it was taken away meanwhile");
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof PartFileError) throw error;
    throw new PartFileError(describeDiskError(error), { cause: error });
  }
}
