import { createHash, type Hash } from "node:crypto";

/** Digests of files, the one that is used first in front. */
export const DIGEST_ALGORITHMS = ["sha-256", "sha-512", "sha-1", "md5"] as const;

/** The name of a digest, as in the IANA registry "Hash Function Textual Names". */
export type DigestAlgorithm = typeof DIGEST_ALGORITHMS[number];

/** Hexadecimal digits in a digest. */
export const DIGEST_LENGTHS: Readonly<Record<DigestAlgorithm, number>> = {
  "sha-256": 64,
  "sha-512": 128,
  "sha-1": 40,
  "md5": 32,
};

/** Digests whose collisions can be made at will: they find damage, but stop nobody. */
export function isBroken(algorithm: DigestAlgorithm): boolean {
  return algorithm === "sha-1" || algorithm === "md5";
}

/** A digest of the whole file. */
export interface WholeDigest {
  readonly algorithm: DigestAlgorithm;
  /** Lower-case hexadecimal digits. */
  readonly digest: string;
}

/** Begins to hash. */
export function newHash(algorithm: DigestAlgorithm): Hash {
  return createHash(algorithm.replaceAll("-", ""));
}

/**
 * A digest's name as people write it.
 *
 * @example
 * ```ts
 * digestLabel("sha-256"); // "SHA-256"
 * ```
 */
export function digestLabel(algorithm: DigestAlgorithm): string {
  return algorithm.toUpperCase();
}
