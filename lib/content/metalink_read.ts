import { parseXml, type XmlElement, XmlText } from "@rgrove/parse-xml";
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
  const size = number(textOf(child(file, "size")));
  const whole = children(file, "hash").find(({ attributes }) => attributes["type"] === "sha-256");
  if (!whole) throw new MetalinkError("it has no SHA-256 of the file");
  const name = file.attributes["name"] ?? "";
  return { name, size, sha256: digest(textOf(whole)), ...piecesOf(file, size) };
}

function piecesOf(file: XmlElement, size: number): Pick<Manifest, "pieceLength" | "pieces"> {
  // An empty file has no pieces, and RFC 5854 has no <pieces> without a hash in it.
  if (size === 0) return { pieceLength: MIN_PIECE_LENGTH, pieces: [] };
  const pieces = child(file, "pieces");
  if (pieces.attributes["type"] !== "sha-256") {
    throw new MetalinkError("its pieces are not SHA-256");
  }
  const pieceLength = number(pieces.attributes["length"] ?? "");
  if (pieceLength < MIN_PIECE_LENGTH || !Number.isInteger(Math.log2(pieceLength))) {
    throw new MetalinkError("its piece length is no power of two of 1 MiB or more");
  }
  const hashes = children(pieces, "hash");
  if (hashes.length > MAX_PIECES) throw new MetalinkError(`it has more than ${MAX_PIECES} pieces`);
  if (hashes.length !== pieceCount(size, pieceLength)) {
    throw new MetalinkError(`it has ${hashes.length} digests for ${size} bytes`);
  }
  return { pieceLength, pieces: hashes.map((hash) => digest(textOf(hash))) };
}

function rootOf(document: string): XmlElement {
  try {
    // The parser does this too (XML, 2.11), but needs time that grows with the square of their number.
    const { root } = parseXml(document.replace(/\r\n?/g, "\n"));
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

/** What stands in an element itself; elements in it count for nothing, however deep they go. */
function textOf({ children }: XmlElement): string {
  return children.map((node) => node instanceof XmlText ? node.text : "").join("").trim();
}

function digest(text: string): string {
  const hex = text.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new MetalinkError("a digest is no SHA-256");
  return hex;
}

function number(text: string): number {
  const value = Number(text);
  if (!/^[0-9]{1,16}$/.test(text) || !Number.isSafeInteger(value)) {
    throw new MetalinkError("a number of bytes is none");
  }
  return value;
}
