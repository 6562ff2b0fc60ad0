import { byteLength } from "../byte_range.ts";
import type { PieceStore } from "../content/piece_store.ts";
import type { PieceDigest, PieceReader, Written } from "../content/piece_digest.ts";
import type { PieceSet } from "../content/piece_set.ts";

/** Pieces read back at a time, so that no engine waits for the next one. */
const READ_AHEAD = 4;

/** Bytes of a piece that tell whether it was begun. */
const SAMPLE_LENGTH = 64 * 1024;

/** More pieces than this that were begun and not ended are no trace of a download that was cut off. */
const MAX_FRAGMENTS = 256;

/** What of a part file is worth keeping besides what the checkpoint vouches for. */
export interface Recovered {
  /** Pieces that seem to have been written whole, with the digests that they have. */
  readonly pieces: readonly FoundPiece[];
  /** Pieces that have a long run of zeros; their digests tell if that is their content. */
  readonly fragments: readonly FoundPiece[];
}

/** A piece of which some seems to have been written; the whole piece will tell whether that is right. */
export type FoundPiece = PieceDigest & Written;

/** Where to look. */
export interface RecoverContext {
  readonly store: Pick<PieceStore, "count" | "rangeOf">;
  /** Pieces that need no look. */
  readonly trusted: PieceSet;
  /**
   * Bytes of disk that the file takes, as the file system says: file systems that compress, and remote
   * ones, may say too few. Undefined if it does not.
   */
  readonly allocated: number | undefined;
  readonly pool: PieceReader;
}

/**
 * Looks for what a run that was cut off had written but not recorded: piece after piece is read and
 * hashed. Once all the space that the file is said to take is accounted for, pieces that begin with
 * zeros are not read to their end, as nobody has written to them.
 *
 * @throws {PartFileError} If the file cannot be read.
 */
export async function recover(context: RecoverContext): Promise<Recovered> {
  const { store, trusted, allocated, pool } = context;
  const pieces: FoundPiece[] = [];
  const fragments: FoundPiece[] = [];
  let unexplained = (allocated ?? Infinity) - lengthOf(trusted, store);
  const look = async (piece: number) => {
    const { start, end } = store.rangeOf(piece);
    if (unexplained <= 0) {
      const sample = { start, end: Math.min(end, start + SAMPLE_LENGTH) };
      if ((await pool.read(piece, sample, true)).written?.extents.length === 0) return;
    }
    const { digest, written } = await pool.read(piece, { start, end }, true);
    if (!written || digest === null) return;
    const length = byteLength(written.extents);
    unexplained -= length;
    (length === end - start ? pieces : fragments).push({ piece, digest, ...written });
  };
  let batch: Promise<void>[] = [];
  for (let piece = 0; piece < store.count; piece += 1) {
    if (trusted.has(piece)) continue;
    batch.push(look(piece));
    if (batch.length < READ_AHEAD) continue;
    await Promise.all(batch);
    batch = [];
  }
  await Promise.all(batch);
  return { pieces, fragments: fragments.length > MAX_FRAGMENTS ? [] : fragments };
}

function lengthOf(pieces: PieceSet, store: Pick<PieceStore, "rangeOf">): number {
  let length = 0;
  for (const piece of pieces) {
    const { start, end } = store.rangeOf(piece);
    length += end - start;
  }
  return length;
}
