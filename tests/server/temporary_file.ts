import { basename, join } from "node:path";

/** A file in a folder of its own, which goes with it. */
export interface TemporaryFile extends AsyncDisposable {
  readonly path: string;
  readonly name: string;
  /** Changes the first byte, and the time of the last change. */
  change(): void;
}

/** Makes a file with the given content. */
export async function temporaryFile(
  content: Uint8Array,
  name = "ein film.mp4",
): Promise<TemporaryFile> {
  const folder = await Deno.makeTempDir({ prefix: "multiport-test-" });
  const path = join(folder, name);
  await Deno.writeFile(path, content);
  // Older than any change a test makes, whatever the clock of the file system is good for.
  await Deno.utime(path, new Date(1e12), new Date(1e12));
  return {
    path,
    name: basename(path),
    change() {
      using file = Deno.openSync(path, { write: true });
      file.writeSync(Uint8Array.of((content[0] ?? 0) ^ 1));
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** Content that no part of is like another. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  }
  return bytes;
}
