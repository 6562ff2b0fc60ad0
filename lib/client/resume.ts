import type { PieceDigest } from "../content/piece_digest.ts";
import { PieceSet, recut } from "../content/piece_set.ts";
import type { PieceStore } from "../content/piece_store.ts";
import type { IdleConnections } from "../http/client/idle_connections.ts";
import type { Agreement } from "../sources/agreement.ts";
import type { Sources } from "../sources/sources.ts";
import type { Checkpoint } from "../storage/checkpoint.ts";
import type { PartFile } from "../storage/part_file.ts";
import { recover } from "../storage/recover.ts";
import type { FetchWorkerPool } from "../transfer/fetch_worker_pool.ts";
import { compareKept } from "./compare_kept.ts";
import type { SourceMarks } from "./source_marks.ts";

/** What it takes to go on from what an earlier run left. */
export interface ResumeContext {
  readonly part: PartFile;
  readonly sources: Sources;
  readonly agreement: Agreement;
  /** By what an earlier run knew its sources. */
  readonly marks: SourceMarks;
  /** Is told what is there. */
  readonly pieces: PieceStore;
  readonly pool: FetchWorkerPool;
  /** Whether pieces are compared with digests, now or once there are some. */
  readonly verify: boolean;
  /** Whether what was set aside may be gone on with. */
  readonly bringsBack: boolean;
  /** Whether every piece has to come from two sources. */
  readonly twice: boolean;
  /** Tells people what was found. */
  readonly notice: (message: string) => void;
  /** Ends every wait for a source. */
  readonly signal: AbortSignal;
  /** Where connections are over which sources have answered before. */
  readonly idle?: IdleConnections | undefined;
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

async function goOn(context: ResumeContext, found: Checkpoint): Promise<void> {
  const { part, agreement, pieces, verify, notice } = context;
  const checkpoint = inPiecesOf(pieces, found);
  if (isOfAnother(checkpoint, context)) {
    if (await bringBack(context, checkpoint)) return;
    notice(`${part.path} is of another file; starting over`);
    // It may be the servers that are wrong about what the file is.
    return startOver(context, found);
  }
  if (verify) {
    if (isOfSame(checkpoint, agreement)) keepRecorded(checkpoint, pieces);
    return await keepWritten(context);
  }
  const doubt = await findDoubt(context, checkpoint);
  if (doubt === undefined) return keepUncompared(context, checkpoint);
  notice(`${part.path} ${doubt}; starting over`);
  startOver(context, found);
}

/** What a checkpoint says, whatever the length of the pieces that the earlier run had. */
function inPiecesOf({ pieceLength: to }: PieceStore, checkpoint: Checkpoint): Checkpoint {
  const { size, pieceLength: from, pieces, unverified, sources = [] } = checkpoint;
  if (from === to) return checkpoint;
  const count = Math.ceil(size / from);
  const recutBits = (bits: Uint8Array) => recut(new PieceSet(count, bits), { size, from, to }).bits;
  return {
    ...checkpoint,
    pieceLength: to,
    pieces: recutBits(pieces),
    unverified: recutBits(unverified),
    sources: sources.map(({ once, ...source }) =>
      once ? { ...source, once: recutBits(once) } : source
    ),
  };
}

function keepRecorded(checkpoint: Checkpoint, pieces: PieceStore): void {
  const { count } = pieces;
  for (const piece of new PieceSet(count, checkpoint.pieces)) pieces.vouch(piece);
  for (const piece of new PieceSet(count, checkpoint.unverified)) {
    if (pieces.stateOf(piece) === "missing") pieces.deliver(undefined, pieces.rangeOf(piece));
  }
}

/**
 * Where no digest will tell: what speaks against going on with what an earlier run left.
 *
 * @returns In words that follow the part file's name; undefined if nothing does.
 */
async function findDoubt(
  context: ResumeContext,
  checkpoint: Checkpoint,
): Promise<string | undefined> {
  const { agreement, marks } = context;
  const isNamed = checkpoint.sha256 !== null && checkpoint.sha256 === agreement.digest?.sha256;
  const kept = uncompared(context, checkpoint);
  if (isNamed || kept.size === 0) return undefined;
  if (marks.hasChanged(checkpoint.sources ?? [])) return "is of an earlier version of the file";
  const isEqual = await compareKept(kept, context);
  if (isEqual === false) return "is of another file";
  const isKnown = isEqual || isOfSame(checkpoint, agreement);
  return isKnown ? undefined : "may be of another file";
}

/** Pieces that are there, without any digest. */
function uncompared({ pieces: { count } }: ResumeContext, checkpoint: Checkpoint): PieceSet {
  const kept = new PieceSet(count, checkpoint.pieces);
  for (const { once } of checkpoint.sources ?? []) {
    for (const piece of new PieceSet(count, once)) kept.add(piece);
  }
  return kept;
}

/** With `twice`, a piece that came from one source, or from nobody knows how many, needs a second copy. */
function keepUncompared(context: ResumeContext, checkpoint: Checkpoint): void {
  const { part, pieces, twice, marks, notice } = context;
  if (!twice) {
    for (const piece of uncompared(context, checkpoint)) pieces.vouch(piece);
    return;
  }
  const confirmed = new PieceSet(pieces.count, checkpoint.pieces);
  if (checkpoint.twice) {
    for (const piece of confirmed) {
      pieces.vouch(piece);
      pieces.accept(piece);
    }
  } else if (confirmed.size > 0) {
    notice(`${part.path} was fetched from one source each: fetching all of it from two`);
  }
  marks.keepOnce(checkpoint.sources ?? []);
}

/** Keeps what was written and not recorded, for digests to judge: nothing else vouches for it. */
async function keepWritten({ part, pieces, pool }: ResumeContext): Promise<void> {
  const trusted = pieces.in("vouched", "unverified");
  const found = await recover({ store: pieces, trusted, allocated: part.allocated, pool });
  const isRight = ({ piece, digest }: PieceDigest) => pieces.manifest?.pieces[piece] === digest;
  for (const fragment of found.fragments) {
    if (isRight(fragment)) continue;
    for (const range of fragment.extents) pieces.deliver(undefined, range);
    pieces.doubt(fragment.piece, fragment.gaps);
  }
  for (const { piece, digest, gaps } of [...found.pieces, ...found.fragments.filter(isRight)]) {
    pieces.deliver(undefined, pieces.rangeOf(piece));
    pieces.doubt(piece, gaps);
    pieces.compare(piece, digest);
  }
}

function isOfAnother(checkpoint: Checkpoint, { agreement }: ResumeContext): boolean {
  if (checkpoint.size !== agreement.size) return true;
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
