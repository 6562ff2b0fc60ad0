import { type Manifest, MAX_PIECES, MIN_PIECE_LENGTH, pieceCount } from "./manifest.ts";
import type { MetalinkFile } from "./metalink.ts";
import { MetalinkError } from "./metalink_builder.ts";
import { readMetalink } from "./metalink_read.ts";

export { MetalinkError } from "./metalink_builder.ts";

/**
 * Reads the manifest that an mpserver publishes as a Metalink: its first file, which must have a
 * size, a SHA-256, and SHA-256 digests of all pieces of a power of two of 1 MiB or more.
 *
 * @param document The XML, whole or as it comes.
 * @throws {MetalinkError} If anything needed is missing or does not fit the rest.
 *
 * @example
 * ```ts
 * const manifest = await readManifest(await Deno.readTextFile("film.mp4.meta4"));
 * manifest.pieces.length; // 1024
 * ```
 */
export async function readManifest(document: string | AsyncIterable<string>): Promise<Manifest> {
  const { files: [file] } = await readMetalink(document);
  if (!file) throw new MetalinkError("it has no <file>");
  return manifestOf(file);
}

function manifestOf(file: MetalinkFile): Manifest {
  const { name, size, digests } = file;
  if (size === undefined) throw new MetalinkError("it has no <size>");
  const sha256 = digests["sha-256"];
  if (sha256 === undefined) throw new MetalinkError("it has no SHA-256 of the file");
  return { name, size, sha256, ...piecesOf(file, size) };
}

function piecesOf(
  { pieces }: MetalinkFile,
  size: number,
): Pick<Manifest, "pieceLength" | "pieces"> {
  // An empty file has no pieces, and RFC 5854 has no <pieces> without a hash in it.
  if (size === 0) return { pieceLength: MIN_PIECE_LENGTH, pieces: [] };
  if (!pieces) throw new MetalinkError("it has no <pieces>");
  const { algorithm, length, digests } = pieces;
  if (algorithm !== "sha-256") throw new MetalinkError("its pieces are not SHA-256");
  if (length < MIN_PIECE_LENGTH || !Number.isInteger(Math.log2(length))) {
    throw new MetalinkError("its piece length is no power of two of 1 MiB or more");
  }
  if (digests.length > MAX_PIECES) throw new MetalinkError(`it has more than ${MAX_PIECES} pieces`);
  if (digests.length !== pieceCount(size, length)) {
    throw new MetalinkError(`it has ${digests.length} digests for ${size} bytes`);
  }
  return { pieceLength: length, pieces: digests };
}
