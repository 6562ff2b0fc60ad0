import { createHash } from "node:crypto";
import { pieceLengthFor } from "../../lib/content/manifest.ts";
import { completeMetalink, writeMetalinkSkeleton } from "../../lib/content/metalink_write.ts";
import { MIB } from "../../testing/scratch.ts";
import { fillWithNoise } from "../../testing/noise.ts";

/** Header fields of an answer. */
export type Fields = Readonly<Record<string, string>>;

/** What a server says it has. */
export interface Claim {
  readonly name: string;
  /** Bytes, if what it has is as long as it says. */
  readonly size: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sha256: string;
  readonly piecesSha256: string;
  /** The Metalink that goes with it. */
  readonly metalink: string;
  /** Sent with content. */
  readonly fields: Fields;
}

/** What a server says that has these bytes. */
export function claimOf(name: string, bytes: Uint8Array<ArrayBuffer>, fields: Fields = {}): Claim {
  const size = bytes.length;
  const pieceLength = pieceLengthFor(size);
  const pieces: string[] = [];
  for (let at = 0; at < size; at += pieceLength) {
    pieces.push(sha256Of(bytes.subarray(at, at + pieceLength)));
  }
  const sha256 = sha256Of(bytes);
  const manifest = { name, size, sha256, pieceLength, pieces };
  const decoder = new TextDecoder();
  const metalink = completeMetalink(writeMetalinkSkeleton(manifest), [])
    .map((part) => decoder.decode(part)).join("");
  const piecesSha256 = createHash("sha256").update(pieces.join(""), "hex").digest("hex");
  return { name, size, bytes, sha256, piecesSha256, metalink, fields };
}

/** Bytes that look random; the same for the same seed. */
export function noise(size: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += MIB) {
    const block = new Uint8Array(Math.min(MIB, size - at));
    fillWithNoise(block, at, seed);
    bytes.set(block, at);
  }
  return bytes;
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
