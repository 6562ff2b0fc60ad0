import type { PieceDigest } from "../content/piece_digest.ts";
import { PieceSet } from "../content/piece_set.ts";
import type { PieceStore } from "../content/piece_store.ts";
import type { Agreement } from "../sources/agreement.ts";
import type { Checkpoint } from "../storage/checkpoint.ts";
import type { PartFile } from "../storage/part_file.ts";
import { recover } from "../storage/recover.ts";
import type { FetchWorkerPool } from "../transfer/fetch_worker_pool.ts";

/** What it takes to go on from what an earlier run left. */
export interface ResumeContext {
  readonly part: PartFile;
  readonly agreement: Agreement;
  /** Is told what is there. */
  readonly pieces: PieceStore;
  readonly pool: FetchWorkerPool;
  /** Whether pieces are compared with digests, now or once there are some. */
  readonly verify: boolean;
  /** Whether what was set aside may be gone on with. */
  readonly bringsBack: boolean;
  /** Tells people what was found. */
  readonly notice: (message: string) => void;
}

/**
 * Finds out what of the part file can be used, and begins another one if that is nothing. Nobody waits
 * for digests: what was written counts as unverified until they come.
 *
 * @throws {MultiportError} With the code `local` if the part file cannot be read or replaced.
 */
export async function resume(context: ResumeContext): Promise<void> {
  const { part, agreement, verify, notice } = context;
  const remains = part.remains(agreement.size);
  switch (remains.type) {
    case "nothing":
      return await bringBack(context) ? undefined : startOver(context);
    case "unknown":
      notice(
        `${part.path}: ${remains.reason}; ${
          verify ? "comparing its content with the servers' digests" : "starting over"
        }`,
      );
      return verify ? await keepWritten(context) : startOver(context);
    case "checkpoint":
      return await goOn(context, remains.checkpoint);
  }
}

async function goOn(context: ResumeContext, checkpoint: Checkpoint): Promise<void> {
  const { part, agreement, pieces, verify, notice } = context;
  if (isOfAnother(checkpoint, context)) {
    if (await bringBack(context, checkpoint)) return;
    notice(`${part.path} is of another file; starting over`);
    // It may be the servers that are wrong about what the file is.
    return startOver(context, checkpoint);
  }
  if (isOfSame(checkpoint, agreement)) {
    const { count } = pieces;
    for (const piece of new PieceSet(count, checkpoint.pieces)) pieces.vouch(piece);
    // Without verification they would be taken for right, though nobody has ever said so.
    const unverified = verify ? new PieceSet(count, checkpoint.unverified) : [];
    for (const piece of unverified) {
      if (pieces.stateOf(piece) === "missing") pieces.deliver(undefined, pieces.rangeOf(piece));
    }
  } else if (!verify) {
    notice(`${part.path} may be of another file; starting over`);
    return startOver(context, checkpoint);
  }
  if (verify) await keepWritten(context);
}

/** Keeps what else was written: nothing vouches for it, so only digests will tell. */
async function keepWritten({ part, pieces, pool }: ResumeContext): Promise<void> {
  const trusted = pieces.in("vouched", "unverified");
  const found = await recover({ store: pieces, trusted, allocated: part.allocated, pool });
  const isRight = ({ piece, sha256 }: PieceDigest) => pieces.manifest?.pieces[piece] === sha256;
  for (const fragment of found.fragments) {
    if (isRight(fragment)) continue;
    for (const range of fragment.extents) pieces.deliver(undefined, range);
    pieces.doubt(fragment.piece, fragment.gaps);
  }
  for (const { piece, sha256, gaps } of [...found.pieces, ...found.fragments.filter(isRight)]) {
    pieces.deliver(undefined, pieces.rangeOf(piece));
    pieces.doubt(piece, gaps);
    pieces.compare(piece, sha256);
  }
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

/**
 * Goes on with what an earlier run has set aside, if that is of this content.
 *
 * @param kept What is in the present part file, if it is to be set aside instead.
 */
async function bringBack(context: ResumeContext, kept?: Checkpoint): Promise<boolean> {
  const { part, agreement, pool, notice, bringsBack } = context;
  if (!bringsBack) return false;
  const isRight = (aside: Checkpoint) => !isOfAnother(aside, context) && isOfSame(aside, agreement);
  const checkpoint = part.bringBack(isRight, kept);
  if (checkpoint === undefined) return false;
  pool.reopen(part.identity);
  notice(`${part.path}: going on with what was set aside before`);
  await goOn(context, checkpoint);
  return true;
}

/** @param kept What is in the present part file, if it is to be set aside. */
function startOver({ part, pool }: ResumeContext, kept?: Checkpoint): void {
  part.startOver(kept);
  pool.reopen(part.identity);
}
