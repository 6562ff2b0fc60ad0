import { parseXml, type XmlElement } from "@rgrove/parse-xml";
import { type Manifest, MAX_PIECES, MIN_PIECE_LENGTH, pieceCount } from "./manifest.ts";

/** A Metalink document is not one, or says what cannot be. */
export class MetalinkError extends Error {
  override readonly name = "MetalinkError";
}

/**
 * Reads the manifest out of a Metalink document (RFC 5854): its first file, which must have a size,
 * a SHA-256 and SHA-256 digests of all its pieces.
 *
 * @param document The XML.
 * @throws {MetalinkError} If anything needed is missing or does not fit the rest.
 *
 * @example
 * ```ts
 * const manifest = readMetalink(await Deno.readTextFile("film.mp4.meta4"));
 * manifest.pieces.length; // 1024
 * ```
 */
export function readMetalink(document: string): Manifest {
  const file = child(rootOf(document), "file");
  const size = number(child(file, "size").text);
  const { pieceLength, digests } = readPieces(file, size);
  if (pieceLength < MIN_PIECE_LENGTH || !Number.isInteger(Math.log2(pieceLength))) {
    throw new MetalinkError("its piece length is no power of two of 1 MiB or more");
  }
  if (digests.length > MAX_PIECES) throw new MetalinkError(`it has more than ${MAX_PIECES} pieces`);
  if (digests.length !== pieceCount(size, pieceLength)) {
    throw new MetalinkError(`it has ${digests.length} digests for ${size} bytes`);
  }
  const whole = children(file, "hash").find(({ attributes }) => attributes["type"] === "sha-256");
  if (!whole) throw new MetalinkError("it has no SHA-256 of the file");
  const name = file.attributes["name"] ?? "";
  return { name, size, sha256: digest(whole.text), pieceLength, pieces: digests };
}

/** An empty file has no pieces, and RFC 5854 has no `pieces` without a hash in it. */
function readPieces(file: XmlElement, size: number): { pieceLength: number; digests: string[] } {
  if (size === 0) return { pieceLength: MIN_PIECE_LENGTH, digests: [] };
  const pieces = child(file, "pieces");
  if (pieces.attributes["type"] !== "sha-256") {
    throw new MetalinkError("its pieces are not SHA-256");
  }
  const digests = children(pieces, "hash").map(({ text }) => digest(text));
  return { pieceLength: number(pieces.attributes["length"] ?? ""), digests };
}

function rootOf(document: string): XmlElement {
  try {
    const { root } = parseXml(document);
    if (root?.name === "metalink") return root;
  } catch (error) {
    throw new MetalinkError(`not well-formed: ${(error as Error).message.split("\n")[0]}`);
  }
  throw new MetalinkError("not a Metalink document");
}

function children(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((node): node is XmlElement => "name" in node && node.name === name);
}

function child(parent: XmlElement, name: string): XmlElement {
  const [first] = children(parent, name);
  if (!first) throw new MetalinkError(`it has no <${name}>`);
  return first;
}

function digest(text: string): string {
  const hex = text.trim().toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new MetalinkError("a digest is no SHA-256");
  return hex;
}

function number(text: string): number {
  const value = Number(text.trim());
  if (text.trim() === "" || !Number.isSafeInteger(value) || value < 0) {
    throw new MetalinkError(`${JSON.stringify(text)} is no number of bytes`);
  }
  return value;
}
