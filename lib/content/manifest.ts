/** What the right content of a file is, piece by piece: the digests that a download is verified with. */
export interface Manifest {
  readonly name: string;
  /** Bytes in the file. */
  readonly size: number;
  /** SHA-256 of the whole file, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Bytes in every piece but the last, which may be shorter. */
  readonly pieceLength: number;
  /** SHA-256 of every piece, in order, 64 lower-case hexadecimal digits each. */
  readonly pieces: readonly string[];
}

/** What pieces are compared with, whoever publishes it. */
export interface PieceDigests {
  /** In order, lower-case hexadecimal digits. */
  readonly pieces: readonly string[];
  /** SHA-256 of the whole file that has these pieces, if it is known. */
  readonly sha256?: string;
}

/** What tells one content from another, whatever the file is called. */
export interface CopyDigest {
  /** SHA-256 of the whole file. */
  readonly sha256: string;
  /** SHA-256 of the digests of all pieces, one after the other; absent where only the whole has one. */
  readonly piecesSha256?: string;
}

/** The shortest piece, in bytes: shorter ones would make more digests than they save fetching twice. */
export const MIN_PIECE_LENGTH = 1024 * 1024;

/** The most pieces a file is cut into, so that a manifest stays under 2 MiB whatever the file's size. */
export const MAX_PIECES = 16_384;

/**
 * The piece length for a file: the smallest power of two, 1 MiB or more, that needs at most
 * {@linkcode MAX_PIECES} pieces.
 *
 * @param size Bytes in the file.
 * @returns Bytes in a piece.
 *
 * @example
 * ```ts
 * pieceLengthFor(5 * 1024 ** 3); // 1 MiB: 5,120 pieces
 * ```
 */
export function pieceLengthFor(size: number): number {
  let length = MIN_PIECE_LENGTH;
  while (length * MAX_PIECES < size) length *= 2;
  return length;
}

/**
 * How many pieces a file has; an empty file has none.
 *
 * @param size Bytes in the file.
 * @param pieceLength Bytes in a piece.
 */
export function pieceCount(size: number, pieceLength: number): number {
  return Math.ceil(size / pieceLength);
}
