import { fillWithNoise } from "./noise.ts";

export const MIB = 1024 ** 2;

/** A folder for one test, which goes with everything in it when the test is over. */
export class Scratch implements AsyncDisposable {
  private constructor(readonly folder: string) {}

  static async make(): Promise<Scratch> {
    return new Scratch(await Deno.makeTempDir({ prefix: "multiport-" }));
  }

  /** The path of something in the folder. */
  path(name: string): string {
    return `${this.folder}/${name}`;
  }

  /**
   * Makes a file that looks random and depends on the seed alone.
   *
   * @param from Where the noise begins, a multiple of 1 MiB; before it there are zeros.
   * @param every Only one MiB of so many has noise in it. Zeros take no room on the disk, and no time.
   * @returns Its path.
   */
  async noise(name: string, size: number, { seed = 1, from = 0, every = 1 } = {}): Promise<string> {
    using file = await Deno.create(this.path(name));
    await file.truncate(size);
    for (let at = from; at < size; at += every * MIB) {
      const block = new Uint8Array(Math.min(MIB, size - at));
      fillWithNoise(block, at, seed);
      await file.seek(at, Deno.SeekMode.Start);
      await writeAll(file, block);
    }
    return this.path(name);
  }

  /** Makes a copy of a file of this folder with one byte changed; returns its path. */
  async flipped(original: string, name: string, offset: number): Promise<string> {
    await Deno.copyFile(original, this.path(name));
    await flipByte(this.path(name), offset);
    return this.path(name);
  }

  /** The names of the files in the folder, in order. */
  async names(): Promise<string[]> {
    const entries = await Array.fromAsync(Deno.readDir(this.folder));
    return entries.map(({ name }) => name).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Changes one byte of a file, whatever it was. */
export async function flipByte(path: string, offset: number): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true });
  const byte = new Uint8Array(1);
  await file.seek(offset, Deno.SeekMode.Start);
  await file.read(byte);
  await file.seek(offset, Deno.SeekMode.Start);
  await file.write(byte.map((value) => value ^ 0xff));
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
}
