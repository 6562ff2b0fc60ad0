import type { Manifest } from "../content/manifest.ts";
import type { ByteRange } from "../byte_range.ts";
import type { PieceStore } from "../content/piece_store.ts";
import type { PieceReader } from "../content/piece_digest.ts";
import type { PieceSet } from "../content/piece_set.ts";

/** Pieces read back at a time, so that no engine waits for the next one. */
const READ_AHEAD = 4;

/** More pieces than this that were begun and not ended are no trace of a download that was cut off. */
const MAX_BEGINNINGS = 256;

/** What of a part file is worth keeping besides what the checkpoint vouches for. */
export interface Recovered {
  /** Pieces that are right. */
  readonly pieces: readonly number[];
  /** Beginnings of pieces that seem to have been written; the whole piece will tell. */
  readonly beginnings: readonly ByteRange[];
}

/** Where to look, and what to compare with. */
export interface RecoverContext {
  readonly store: Pick<PieceStore, "count" | "rangeOf">;
  readonly manifest: Manifest;
  /** Pieces that need no look. */
  readonly trusted: PieceSet;
  /** Bytes of disk that the file takes; undefined if that is not known. */
  readonly allocated: number | undefined;
  readonly pool: PieceReader;
}

/**
 * Looks for what a run that was cut off had written but not recorded: piece after piece is compared
 * with the manifest, until all the space that the file takes is accounted for.
 *
 * @throws {PartFileError} If the file cannot be read.
 */
export async function recover(context: RecoverContext): Promise<Recovered> {
  const { store, manifest, trusted, allocated, pool } = context;
  const pieces: number[] = [];
  const beginnings: ByteRange[] = [];
  let unexplained = (allocated ?? Infinity) - lengthOf(trusted, store);
  const look = async (piece: number) => {
    const { start, end } = store.rangeOf(piece);
    const { sha256, filled } = await pool.read(piece, { start, end }, true);
    const length = filled ?? 0;
    unexplained -= length;
    if (sha256 === manifest.pieces[piece]) pieces.push(piece);
    else if (length > 0 && start + length < end) beginnings.push({ start, end: start + length });
  };
  let batch: Promise<void>[] = [];
  for (let piece = 0; piece < store.count && unexplained > 0; piece += 1) {
    if (trusted.has(piece)) continue;
    batch.push(look(piece));
    if (batch.length < READ_AHEAD) continue;
    await Promise.all(batch);
    batch = [];
  }
  await Promise.all(batch);
  return { pieces, beginnings: beginnings.length > MAX_BEGINNINGS ? [] : beginnings };
}

function lengthOf(pieces: PieceSet, store: Pick<PieceStore, "rangeOf">): number {
  let length = 0;
  for (const piece of pieces) {
    const { start, end } = store.rangeOf(piece);
    length += end - start;
  }
  return length;
}
