import { createHash } from "node:crypto";

const BUFFER_BYTES = 1 << 20;

/** The SHA-256 of a file, in hexadecimal digits. */
export function digestOf(path: string): string {
  using file = Deno.openSync(path);
  const hash = createHash("sha256");
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (let count = file.readSync(buffer); count !== null; count = file.readSync(buffer)) {
    hash.update(buffer.subarray(0, count));
  }
  return hash.digest("hex");
}
