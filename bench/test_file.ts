import { Buffer } from "node:buffer";

/** A file to be served; disposing of it removes it. */
export interface TestFile extends Disposable {
  readonly path: string;
  /** Its name without folders. */
  readonly name: string;
  readonly size: number;
}

/** Bytes written and compared at a time. */
const CHUNK_BYTES = 4 << 20;

/** What `crypto.getRandomValues` gives at a time. */
const RANDOM_BYTES = 1 << 16;

/** Makes a file of random bytes: nothing on the way can take two places in it for one. */
export async function makeTestFile(folder: string, size: number): Promise<TestFile> {
  const made = testFile(folder, `file-${size}.bin`, size);
  using file = await Deno.open(made.path, { write: true, create: true, truncate: true });
  const chunk = new Uint8Array(Math.min(CHUNK_BYTES, size));
  for (let done = 0; done < size; done += chunk.length) {
    for (let at = 0; at < chunk.length; at += RANDOM_BYTES) {
      crypto.getRandomValues(chunk.subarray(at, at + RANDOM_BYTES));
    }
    const part = chunk.subarray(0, Math.min(chunk.length, size - done));
    for (let written = 0; written < part.length;) {
      written += file.writeSync(part.subarray(written));
    }
    // So that an interruption is noticed before a large file is complete.
    await new Promise((resolve) => setTimeout(resolve));
  }
  return made;
}

/**
 * Makes a file that takes no memory: zeros, but for some random bytes in every MiB. It is read faster
 * than one that is there, so it serves to measure memory, not time.
 */
export async function makeSparseFile(folder: string, size: number): Promise<TestFile> {
  const made = testFile(folder, `sparse-${size}.bin`, size);
  using file = await Deno.open(made.path, { write: true, create: true, truncate: true });
  file.truncateSync(size);
  const mark = new Uint8Array(64);
  for (let at = 0; at + mark.length <= size; at += 1 << 20) {
    file.seekSync(at, Deno.SeekMode.Start);
    file.writeSync(crypto.getRandomValues(mark));
  }
  return made;
}

/** Whether a copy is, byte for byte, the part `[start, end)` of a file. */
export function isCopy(copy: string, original: string, start: number, end: number): boolean {
  using copied = Deno.openSync(copy);
  using source = Deno.openSync(original);
  if (copied.statSync().size !== end - start) return false;
  source.seekSync(start, Deno.SeekMode.Start);
  const [got, wanted] = [Buffer.alloc(CHUNK_BYTES), Buffer.alloc(CHUNK_BYTES)];
  for (let left = end - start; left > 0;) {
    const length = Math.min(left, CHUNK_BYTES);
    fill(copied, got.subarray(0, length));
    fill(source, wanted.subarray(0, length));
    if (!got.subarray(0, length).equals(wanted.subarray(0, length))) return false;
    left -= length;
  }
  return true;
}

function testFile(folder: string, name: string, size: number): TestFile {
  const path = `${folder}/${name}`;
  return { path, name, size, [Symbol.dispose]: () => Deno.removeSync(path) };
}

function fill(file: Deno.FsFile, buffer: Uint8Array): void {
  for (let filled = 0; filled < buffer.length;) {
    const count = file.readSync(buffer.subarray(filled));
    if (count === null) throw new RangeError("The file ended early");
    filled += count;
  }
}
