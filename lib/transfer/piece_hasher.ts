import type { Hash } from "node:crypto";
import { type DigestAlgorithm, newHash } from "../content/digest.ts";
import type { PieceDigest } from "../content/piece_digest.ts";

/**
 * Hashes the pieces that pass by whole and in order, in the thread that has their bytes; parts of
 * pieces that begin or end elsewhere are let through unhashed.
 */
export class PieceHasher {
  readonly #algorithm: DigestAlgorithm;
  readonly #size: number;
  readonly #pieceLength: number;
  #hash: Hash | undefined;
  /** The position in the file that the hash has reached. */
  #at = 0;

  /**
   * @param size Bytes in the file.
   * @param pieceLength Bytes in every piece but the last.
   * @param algorithm Which digest.
   */
  constructor(size: number, pieceLength: number, algorithm: DigestAlgorithm = "sha-256") {
    this.#algorithm = algorithm;
    this.#size = size;
    this.#pieceLength = pieceLength;
  }

  /**
   * Takes bytes as they come.
   *
   * @param bytes What came.
   * @param position Where in the file it belongs.
   * @returns The digests of the pieces that end in it and have passed whole.
   */
  pass(bytes: Uint8Array, position: number): PieceDigest[] {
    const digests: PieceDigest[] = [];
    if (position !== this.#at) this.#hash = undefined;
    for (let taken = 0; taken < bytes.length;) {
      const at = position + taken;
      const piece = Math.floor(at / this.#pieceLength);
      const pieceEnd = Math.min((piece + 1) * this.#pieceLength, this.#size);
      const length = Math.min(pieceEnd - at, bytes.length - taken);
      if (at === piece * this.#pieceLength) this.#hash = newHash(this.#algorithm);
      this.#hash?.update(bytes.subarray(taken, taken + length));
      taken += length;
      if (at + length === pieceEnd && this.#hash) {
        digests.push({ piece, digest: this.#hash.digest("hex") });
      }
    }
    this.#at = position + bytes.length;
    return digests;
  }
}
