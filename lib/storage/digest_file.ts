import { type DigestAlgorithm, newHash } from "../content/digest.ts";
import { attemptAsync } from "../disk_error.ts";

/** Bytes that are read and hashed at a time. */
const BUFFER_LENGTH = 1024 * 1024;

/**
 * Hashes all that is in a file.
 *
 * @param path What messages call it.
 * @param algorithm Which digest.
 * @returns Its digest, in lower-case hexadecimal digits.
 * @throws {MultiportError} With the code `local` if it cannot be read.
 * @throws The reason of `signal`.
 */
export async function digestFile(
  file: Deno.FsFile,
  path: string,
  signal: AbortSignal,
  algorithm: DigestAlgorithm = "sha-256",
): Promise<string> {
  const hash = newHash(algorithm);
  const buffer = new Uint8Array(BUFFER_LENGTH);
  await attemptAsync(`read ${path}`, async () => {
    await file.seek(0, Deno.SeekMode.Start);
    while (!signal.aborted) {
      const count = await file.read(buffer);
      if (count === null) return;
      hash.update(buffer.subarray(0, count));
    }
  });
  signal.throwIfAborted();
  return hash.digest("hex");
}
