import type { CopyDigest } from "./manifest.ts";

/** What one source says of its copy. */
export interface Copy {
  /** Bytes in the file. */
  readonly size: number;
  /** Null while it is being computed. */
  readonly digest: CopyDigest | null;
}

/** Which of the copies are the right ones. */
export type Verdict =
  /** Those of `sources` agree and cannot be outvoted; `refused` have others. */
  | {
    readonly type: "agreed";
    readonly copy: Copy;
    readonly sources: readonly number[];
    readonly refused: readonly number[];
  }
  /** Too few digests are known; `sources` may be right, `refused` cannot be. */
  | {
    readonly type: "open";
    readonly size: number;
    readonly sources: readonly number[];
    readonly refused: readonly number[];
  }
  /** As many say one thing as another; each group is one content, or one size. */
  | { readonly type: "tie"; readonly groups: readonly (readonly number[])[] }
  /** None is what was asked for. */
  | { readonly type: "none" };

/**
 * Decides which copies are the right ones: the largest group that agrees, or those with the digest
 * that the person named. A copy whose digest is not known yet is neither counted nor refused unless
 * its size is wrong; there is no verdict while it could change it.
 *
 * @param copies What each source says, by its number.
 * @param sha256 The digest the file must have, if one was named.
 *
 * @example
 * ```ts
 * findConsensus(new Map([[1, a], [2, a], [3, b]])); // { type: "agreed", copy: a, sources: [1, 2], refused: [3] }
 * ```
 */
export function findConsensus(copies: ReadonlyMap<number, Copy>, sha256?: string): Verdict {
  const all = [...copies];
  const named = all.filter(([, { digest }]) => digest !== null && digest.sha256 === sha256);
  const possible = all.filter(([, { digest }]) => sha256 === undefined || digest === null);
  const bySize = grouped(named.length > 0 ? named : possible, ({ size }) => String(size));
  const [largest = [], second = []] = bySize;
  if (largest.length === 0) return { type: "none" };
  if (largest.length === second.length) return { type: "tie", groups: numbers(bySize) };
  return judgeDigests(largest, all);
}

function judgeDigests(sameSize: readonly Entry[], all: readonly Entry[]): Verdict {
  const known = sameSize.filter(([, { digest }]) => digest !== null);
  const unknown = sameSize.length - known.length;
  const byDigest = grouped(known, ({ digest }) => `${digest?.sha256} ${digest?.piecesSha256}`);
  const [first = [], second = []] = byDigest;
  const [winner] = first;
  if (winner && first.length > second.length + unknown) {
    const [, copy] = winner;
    const waiting = all.filter(([, { size, digest }]) => size === copy.size && digest === null);
    const refused = without(all, [...first, ...waiting]);
    return { type: "agreed", copy, sources: numbersOf(first), refused };
  }
  if (unknown === 0) return { type: "tie", groups: numbers(byDigest) };
  const size = sameSize[0]?.[1].size ?? 0;
  return { type: "open", size, sources: numbersOf(sameSize), refused: without(all, sameSize) };
}

type Entry = readonly [source: number, copy: Copy];

/** Puts entries with the same key together, the largest group first. */
function grouped(entries: readonly Entry[], keyOf: (copy: Copy) => string): Entry[][] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = keyOf(entry[1]);
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

function numbers(groups: readonly (readonly Entry[])[]): number[][] {
  return groups.map(numbersOf);
}

function numbersOf(entries: readonly Entry[]): number[] {
  return entries.map(([source]) => source);
}

function without(all: readonly Entry[], some: readonly Entry[]): number[] {
  const others = new Set(numbersOf(some));
  return numbersOf(all).filter((source) => !others.has(source));
}
