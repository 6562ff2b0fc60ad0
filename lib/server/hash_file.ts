import { createHash } from "node:crypto";
import { type Manifest, pieceLengthFor } from "../content/manifest.ts";
import { type FileIdentity, ServedFile } from "./served_file.ts";

/** Bytes read at once; pieces are multiples of it. */
const CHUNK_BYTES = 1024 * 1024;

/** A manifest, and the one digest that stands for all of its pieces. */
export interface HashedFile {
  readonly manifest: Manifest;
  /** SHA-256 over the raw digests of all pieces, in hexadecimal. */
  readonly piecesSha256: string;
}

/**
 * Computes the digests of a file and of all its pieces in one pass over it.
 *
 * @param identity The version to hash.
 * @param onProgress Told the bytes done so far, after every chunk.
 * @throws {FileChangedError} The file was changed meanwhile: digests of a mixture are worth nothing.
 * @throws {MultiportError} `local` if it cannot be opened.
 */
export function hashFile(
  identity: FileIdentity,
  onProgress: (doneBytes: number) => void,
): HashedFile {
  using file = new ServedFile(identity);
  const { name, size } = identity;
  const pieceLength = pieceLengthFor(size);
  const buffer = new Uint8Array(Math.min(CHUNK_BYTES, size));
  const wholeHash = createHash("sha256");
  const piecesHash = createHash("sha256");
  const pieces: string[] = [];
  for (let start = 0; start < size; start += pieceLength) {
    const end = Math.min(start + pieceLength, size);
    const pieceHash = createHash("sha256");
    for (let position = start; position < end; position += CHUNK_BYTES) {
      const chunk = buffer.subarray(0, Math.min(CHUNK_BYTES, end - position));
      file.readAt(position, chunk);
      wholeHash.update(chunk);
      pieceHash.update(chunk);
      onProgress(position + chunk.length);
    }
    const digest = pieceHash.digest();
    pieces.push(digest.toString("hex"));
    piecesHash.update(digest);
  }
  const manifest = { name, size, sha256: wholeHash.digest("hex"), pieceLength, pieces };
  return { manifest, piecesSha256: piecesHash.digest("hex") };
}
