import type { ByteRange } from "../byte_range.ts";
import type { PieceReader } from "../content/piece_digest.ts";
import type { PieceSet } from "../content/piece_set.ts";
import type { IdleConnections } from "../http/client/idle_connections.ts";
import type { PieceStore } from "../content/piece_store.ts";
import type { Agreement } from "../sources/agreement.ts";
import { digestBlocks } from "../sources/digest_blocks.ts";
import { LostError } from "../sources/lost_error.ts";
import { randomBlock, randomFraction } from "../sources/samples.ts";
import type { Sources } from "../sources/sources.ts";
import { KEPT_SAMPLES } from "./limits.ts";

/** What it takes to compare what an earlier run left. */
export interface KeptContext {
  readonly sources: Sources;
  readonly agreement: Agreement;
  readonly pieces: Pick<PieceStore, "rangeOf">;
  readonly pool: PieceReader;
  readonly signal: AbortSignal;
  /** Where connections are over which sources have answered before. */
  readonly idle?: IdleConnections | undefined;
}

/**
 * Compares a few blocks of what an earlier run left with the same ones of a source, at places that nobody
 * can guess. Another file, such as another release, is known by them. One byte that differs somewhere
 * else is not.
 *
 * @param kept Pieces that are there.
 * @returns Whether they are equal; undefined if no source sends any.
 */
export async function compareKept(
  kept: PieceSet,
  { sources, agreement, pieces, pool, signal, idle }: KeptContext,
): Promise<boolean | undefined> {
  const samples = samplesOf([...kept], pieces);
  const blocks = samples.map(({ block }) => block);
  for (const source of sources) {
    if (!agreement.accepts(source)) continue;
    const digests = await digestBlocks(source.request, blocks, agreement.size, signal, { idle })
      .catch(asUndefined);
    if (!digests) continue;
    for (const [at, { piece, block }] of samples.entries()) {
      const { digest } = await pool.read(piece, block, false);
      if (digest !== digests[at]) return false;
    }
    return true;
  }
  return undefined;
}

interface Sample {
  readonly piece: number;
  readonly block: ByteRange;
}

/** One of the last piece, as files that grow differ there, and of some others. */
function samplesOf(kept: readonly number[], pieces: Pick<PieceStore, "rangeOf">): Sample[] {
  const chosen = new Set(kept.slice(-1));
  for (let sample = 1; sample < KEPT_SAMPLES; sample += 1) {
    const piece = kept[Math.floor(randomFraction() * kept.length)];
    if (piece !== undefined) chosen.add(piece);
  }
  return [...chosen].map((piece) => ({ piece, block: randomBlock(pieces.rangeOf(piece)) }));
}

function asUndefined(error: unknown): undefined {
  if (!LostError.from(error)) throw error;
  return undefined;
}
