import { createHash } from "node:crypto";
import { type Manifest, pieceCount, pieceLengthFor } from "../../lib/content/manifest.ts";
import { sha256 } from "./content.ts";

/** The manifest of some content. */
export function manifestOf(name: string, content: Uint8Array): Manifest {
  const size = content.length;
  const pieceLength = pieceLengthFor(size);
  const pieces = Array.from(
    { length: pieceCount(size, pieceLength) },
    (_, piece) => sha256(content.subarray(piece * pieceLength, (piece + 1) * pieceLength)),
  );
  return { name, size, sha256: sha256(content), pieceLength, pieces };
}

/** What a server's info says of its digests. */
export function digestsOf({ sha256, pieces, pieceLength }: Manifest) {
  const piecesSha256 = createHash("sha256").update(pieces.join(""), "hex").digest("hex");
  return { sha256, piecesSha256, pieceLength };
}
