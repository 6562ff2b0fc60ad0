import type { Manifest } from "../content/manifest.ts";
import type { PieceStore } from "../content/piece_store.ts";
import type { Agreement } from "../sources/agreement.ts";
import type { Checkpoint } from "../storage/checkpoint.ts";
import type { FetchWorkerPool } from "../transfer/fetch_worker_pool.ts";
import type { PartFile } from "../storage/part_file.ts";
import { PieceSet } from "../content/piece_set.ts";
import { recover, type Recovered } from "../storage/recover.ts";

/** What of an earlier run is used. */
export interface Kept extends Recovered {
  /** Pieces that the checkpoint vouches for, and that were not read back yet. */
  readonly recorded: PieceSet;
}

/** What it takes to find out. */
export interface ResumeContext {
  readonly part: PartFile;
  readonly agreement: Agreement;
  readonly pieces: PieceStore;
  readonly pool: FetchWorkerPool;
  /** Resolves when there is a manifest; undefined if there will be none, as nothing is verified. */
  readonly manifest: Promise<Manifest> | undefined;
  /** Tells people what was found. */
  readonly notice: (message: string) => void;
}

/**
 * Finds out what of the part file can be used, and begins another one if that is nothing. What the checkpoint
 * vouches for is taken at once; what else was written is compared with the manifest.
 *
 * @throws {Failure} Of kind `local` if the part file cannot be read or replaced.
 */
export async function resume(context: ResumeContext): Promise<Kept> {
  const { part, agreement, pieces, notice } = context;
  const { size } = agreement;
  const remains = part.remains(size);
  if (remains.type === "nothing") return startOver(context);
  if (remains.type === "unknown") {
    notice(
      `${part.path}: ${remains.reason}; ${
        context.manifest ? "comparing its content with the servers' digests" : "starting over"
      }`,
    );
    return await compareAll(context);
  }
  const { checkpoint } = remains;
  if (isOfAnother(checkpoint, context)) {
    notice(`${part.path} is of another file; starting over`);
    return startOver(context);
  }
  if (!isOfSame(checkpoint, agreement)) return await compareAll(context);
  const recorded = new PieceSet(pieces.count, checkpoint.pieces);
  // Without digests yet there is nothing to compare with, and no reason to wait for them.
  const manifest = agreement.digest ? await context.manifest : undefined;
  if (!manifest) return { recorded, pieces: [], beginnings: [] };
  return { recorded, ...await recoverFrom(context, manifest, recorded) };
}

function isOfAnother(checkpoint: Checkpoint, { agreement, pieces }: ResumeContext): boolean {
  if (checkpoint.size !== agreement.size || checkpoint.pieceLength !== pieces.pieceLength) {
    return true;
  }
  if (checkpoint.sha256 === null || !agreement.digest) return false;
  return checkpoint.sha256 !== agreement.digest.sha256;
}

function isOfSame(checkpoint: Checkpoint, agreement: Agreement): boolean {
  if (checkpoint.sha256 !== null && checkpoint.sha256 === agreement.digest?.sha256) return true;
  return checkpoint.etags.some((tag) => agreement.etags.includes(tag));
}

/** Nothing vouches for the content: only the digests can tell. */
async function compareAll(context: ResumeContext): Promise<Kept> {
  const manifest = await context.manifest;
  if (!manifest) return startOver(context);
  const recorded = new PieceSet(context.pieces.count);
  return { recorded, ...await recoverFrom(context, manifest, recorded) };
}

function startOver({ part, pieces, pool }: ResumeContext): Kept {
  part.startOver();
  pool.reopen(part.identity);
  return { recorded: new PieceSet(pieces.count), pieces: [], beginnings: [] };
}

async function recoverFrom(
  { part, pieces, pool }: ResumeContext,
  manifest: Manifest,
  recorded: PieceSet,
): Promise<Recovered> {
  return await recover({
    store: pieces,
    manifest,
    trusted: recorded,
    allocated: part.allocated,
    pool,
  });
}
