import type { Manifest } from "./manifest.ts";
import { PieceSet } from "./piece_set.ts";

/** What a piece turned out to be; `pending` until there is a manifest to compare it with. */
export type PieceVerdict = "right" | "wrong" | "pending";

/** Which pieces are known to be right, and which arrived before that could be told. */
export class Verification {
  /** Pieces that are right; without verification, those that are there. */
  readonly right: PieceSet;
  readonly #pending = new Map<number, string>();
  #manifest: Manifest | undefined;

  /** @param count Pieces in the file. */
  constructor(count: number) {
    this.right = new PieceSet(count);
  }

  /** What pieces are compared with; undefined until a server has published it. */
  get manifest(): Manifest | undefined {
    return this.#manifest;
  }

  /** Compares the digest of a piece, or keeps it until that is possible. */
  check(piece: number, sha256: string): PieceVerdict {
    if (!this.#manifest) {
      this.#pending.set(piece, sha256);
      return "pending";
    }
    if (this.#manifest.pieces[piece] === sha256) {
      this.right.add(piece);
      return "right";
    }
    this.right.delete(piece);
    return "wrong";
  }

  /**
   * Takes the manifest and compares what arrived before it.
   *
   * @returns The pieces that are wrong.
   */
  settle(manifest: Manifest): number[] {
    this.#manifest = manifest;
    const pending = [...this.#pending];
    this.#pending.clear();
    return pending.filter(([piece, sha256]) => this.check(piece, sha256) === "wrong")
      .map(([piece]) => piece);
  }
}
