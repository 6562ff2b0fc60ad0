import { byteLength, type Work } from "../byte_range.ts";
import { MIN_SHARE_LENGTH } from "./limits.ts";
import { portions } from "./portions.ts";
import type { SourceWork } from "./source_work.ts";

/**
 * Deals work out in equal portions, put behind what each source has already. Nobody gets what it
 * delivered wrong before if there is somebody else.
 *
 * @param ranges What is to be dealt out.
 * @param sources Who gets a portion; one or more.
 * @param pieceLength Bytes; a power of two.
 */
export function assign(
  ranges: readonly Work[],
  sources: readonly SourceWork[],
  pieceLength: number,
): void {
  const most = Math.max(1, Math.floor(byteLength(ranges) / MIN_SHARE_LENGTH));
  const shares = portions(ranges, Math.min(sources.length, most), pieceLength);
  shares.forEach((share, at) => {
    const source = sources[at];
    const other = sources[(at + 1) % sources.length];
    for (const range of share) {
      (range.notFrom === source?.id ? other : source)?.queue.push(range);
    }
  });
}
