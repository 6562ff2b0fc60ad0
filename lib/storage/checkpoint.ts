import { createHash } from "node:crypto";

/** What a download needs to go on after anything: which content it was, and what of it is on disk. */
export interface Checkpoint {
  /** Bytes in the file. */
  readonly size: number;
  readonly pieceLength: number;
  /** SHA-256 of the content; null if no server had told it. */
  readonly sha256: string | null;
  /** Entity tags that servers gave the content; what identifies it while `sha256` is null. */
  readonly etags: readonly string[];
  /** The pieces that are on disk for certain: one bit each, the lowest bit of a byte first. */
  readonly pieces: Uint8Array;
}

/** Of the format below; raised whenever an older program could misread it. */
const VERSION = 1;

/** A checkpoint is of no use; the message says why, in words. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
}

/**
 * Writes a checkpoint as text: one line of JSON, and one with the SHA-256 of the first, so that a torn or
 * damaged checkpoint is known for what it is.
 *
 * @example
 * ```ts
 * decodeCheckpoint(encodeCheckpoint(checkpoint)); // the same checkpoint
 * ```
 */
export function encodeCheckpoint(checkpoint: Checkpoint): string {
  const { pieces, ...rest } = checkpoint;
  const line = JSON.stringify({ version: VERSION, ...rest, pieces: toBase64(pieces) });
  return `${line}\n${checksum(line)}\n`;
}

/**
 * Reads what {@linkcode encodeCheckpoint} wrote.
 *
 * @throws {CheckpointError} If it is damaged, incomplete or of another version.
 */
export function decodeCheckpoint(text: string): Checkpoint {
  const [line = "", sum, end] = text.split("\n");
  if (sum === undefined || end === undefined) throw new CheckpointError("it is incomplete");
  if (sum !== checksum(line)) throw new CheckpointError("it is damaged");
  const { version, size, pieceLength, sha256, etags, pieces } = JSON.parse(line);
  if (version !== VERSION) throw new CheckpointError(`it is of version ${version}, not ${VERSION}`);
  return { size, pieceLength, sha256, etags, pieces: fromBase64(pieces) };
}

function checksum(line: string): string {
  return createHash("sha256").update(line).digest("hex");
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
