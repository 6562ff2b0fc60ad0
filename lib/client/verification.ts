import {
  type DigestAlgorithm,
  digestLabel,
  isBroken,
  type WholeDigest,
} from "../content/digest.ts";
import { pieceCount, type PieceDigests, pieceLengthFor } from "../content/manifest.ts";
import type { MetalinkPieces } from "../content/metalink.ts";
import { MIN_FOREIGN_PIECE_LENGTH } from "./limits.ts";

/** How it is found out whether what comes is right. */
export interface Verification {
  /** Bytes in every piece but the last. */
  readonly pieceLength: number;
  /** How pieces are hashed as they pass; undefined if they are not. */
  readonly hash: DigestAlgorithm | undefined;
  /** What pieces are compared with, where that is known from the start. */
  readonly known: PieceDigests | undefined;
  /** Whether pieces are compared with digests, now or when servers have published them. */
  readonly verify: boolean;
  /** Whether each piece is fetched from two sources, and the copies are compared. */
  readonly twice: boolean;
}

/** What there is to go by. */
export interface VerificationMeans {
  /** Whether the person wants pieces to be compared with digests, and copies with each other. */
  readonly settings: { readonly verify: boolean; readonly twice: boolean };
  /** Bytes in the file. */
  readonly size: number;
  /** Whether servers publish digests of the pieces, now or later. */
  readonly isPublished: boolean;
  /** Digests of pieces that a Metalink has. */
  readonly listed: MetalinkPieces | undefined;
  /** SHA-256 of the whole file that has these pieces, as the Metalink says. */
  readonly sha256?: string | undefined;
}

/**
 * Chooses by what pieces are verified: by what servers publish, else by what a Metalink has, else by
 * each other.
 */
export function planVerification(
  { settings, size, isPublished, listed, sha256 }: VerificationMeans,
): Verification {
  const ours = pieceLengthFor(size);
  if (settings.verify && isPublished) {
    return { pieceLength: ours, hash: "sha-256", known: undefined, verify: true, twice: false };
  }
  if (settings.verify && listed && fits(listed, size)) {
    const { algorithm, length, digests } = listed;
    // Pieces that have digests nobody can forge make up the file whose SHA-256 the Metalink names.
    const isProof = sha256 !== undefined && !isBroken(algorithm);
    const known = isProof ? { pieces: digests, sha256 } : { pieces: digests };
    return { pieceLength: length, hash: algorithm, known, verify: true, twice: false };
  }
  const twice = settings.twice;
  const hash = twice ? "sha-256" : undefined;
  return { pieceLength: ours, hash, known: undefined, verify: false, twice };
}

/**
 * What people have to know of how a file is verified.
 *
 * @param whole The digest that the whole file must have.
 * @returns A line for each; none where there is nothing unusual.
 */
export function remarksOn(
  { verify, twice, known, hash }: Verification,
  means: VerificationMeans,
  whole: WholeDigest | undefined,
): string[] {
  const remarks: string[] = [];
  const { settings, listed, isPublished, size } = means;
  if (settings.verify && listed && !isPublished && !known) {
    const what = `${listed.digests.length} digests of pieces of ${listed.length} bytes`;
    remarks.push(`The Metalink has ${what} for a file of ${size}: they are not used`);
  }
  if (settings.twice && verify) {
    remarks.push("Nothing need be fetched twice: every piece is compared with its digest");
  }
  if (settings.verify && !verify && !twice && !whole) {
    remarks.push("No server publishes digests of the file: what comes is not verified");
  }
  const used = [known ? hash : undefined, whole?.algorithm].filter((one) => one !== undefined);
  if (used.length > 0 && used.every(isBroken)) {
    const labels = [...new Set(used)].map(digestLabel).join(" and ");
    remarks.push(
      `Verified by ${labels} only: that finds damage, not forgery`,
    );
  }
  return remarks;
}

function fits({ length, digests }: MetalinkPieces, size: number): boolean {
  return length >= Math.min(size, MIN_FOREIGN_PIECE_LENGTH) &&
    digests.length === pieceCount(size, length);
}
