import { DIGEST_ALGORITHMS, type DigestAlgorithm, type WholeDigest } from "./digest.ts";

/** What a Metalink document lists (RFC 5854, and Metalink 3.0 before it). */
export interface Metalink {
  readonly files: readonly MetalinkFile[];
}

/** One file of a Metalink. */
export interface MetalinkFile {
  /** As it is written there: it may be empty, or lead out of its folder. */
  readonly name: string;
  /** Bytes; undefined if it is not told. */
  readonly size: number | undefined;
  /** Digests of the whole file, in lower-case hexadecimal digits. */
  readonly digests: Readonly<Partial<Record<DigestAlgorithm, string>>>;
  /** Digests of its pieces; if there are several lists, the one that is used first. */
  readonly pieces: MetalinkPieces | undefined;
  /** Where copies are, the preferred one first. */
  readonly urls: readonly MetalinkUrl[];
  /** What is listed and cannot be used, such as `ftp://host/file`, in the order of the document. */
  readonly leftOut: readonly string[];
}

/** The digests of a file's pieces. */
export interface MetalinkPieces {
  readonly algorithm: DigestAlgorithm;
  /** Bytes in every piece but the last. */
  readonly length: number;
  /** In order, lower-case hexadecimal digits. */
  readonly digests: readonly string[];
}

/**
 * What two Metalinks say together of one file: the first counts where both say something.
 *
 * @returns undefined if they contradict each other, so that it cannot be one file.
 */
export function combineFiles(one: MetalinkFile, other: MetalinkFile): MetalinkFile | undefined {
  const isOtherSize = one.size !== undefined && other.size !== undefined && one.size !== other.size;
  const isOtherContent = DIGEST_ALGORITHMS.some((algorithm) => {
    const [digest, otherDigest] = [one.digests[algorithm], other.digests[algorithm]];
    return digest !== undefined && otherDigest !== undefined && digest !== otherDigest;
  });
  if (isOtherSize || isOtherContent) return undefined;
  return {
    name: one.name || other.name,
    size: one.size ?? other.size,
    digests: { ...other.digests, ...one.digests },
    pieces: one.pieces ?? other.pieces,
    urls: [...one.urls, ...other.urls],
    leftOut: [...one.leftOut, ...other.leftOut],
  };
}

/** Where a copy is. */
export interface MetalinkUrl {
  /** `http:` or `https:`. */
  readonly url: string;
  /** 1 is the first choice, 999,999 the last (RFC 5854, 4.1.2.2). */
  readonly priority: number;
}

/**
 * The strongest digest of the whole file that a Metalink names.
 *
 * @returns undefined if it names none.
 */
export function strongestDigest(
  { digests }: Pick<MetalinkFile, "digests">,
): WholeDigest | undefined {
  for (const algorithm of DIGEST_ALGORITHMS) {
    const digest = digests[algorithm];
    if (digest !== undefined) return { algorithm, digest };
  }
  return undefined;
}
