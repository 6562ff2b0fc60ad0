import type { CopyDigest } from "./info.ts";

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
  /** As many say one thing as another; each group is one content. */
  | { readonly type: "tie"; readonly groups: readonly (readonly number[])[] }
  /** None is what was asked for. */
  | { readonly type: "none" };

/**
 * Decides which copies are the right ones: the largest group that agrees, or those with the digest
 * that the person named.
 *
 * @param copies What each source says, by its number.
 * @param sha256 The digest the file must have, if one was named.
 *
 * @example
 * ```ts
 * judgeCopies(new Map([[1, a], [2, a], [3, b]])); // { type: "agreed", copy: a, sources: [1, 2], refused: [3] }
 * ```
 */
export function judgeCopies(copies: ReadonlyMap<number, Copy>, sha256?: string): Verdict {
  if (copies.size === 0) return { type: "none" };
  const fitting = [...copies].filter(([, { digest }]) =>
    sha256 === undefined || digest === null || digest.sha256 === sha256
  );
  const bySize = grouped(fitting, ({ size }) => String(size));
  const [largest = [], second = []] = bySize;
  if (largest.length === 0) return { type: "none" };
  if (largest.length === second.length) return { type: "tie", groups: numbers(bySize) };
  return judgeDigests(largest, [...copies.keys()]);
}

function judgeDigests(sameSize: readonly Entry[], all: readonly number[]): Verdict {
  const known = sameSize.filter(([, { digest }]) => digest !== null);
  const unknown = sameSize.length - known.length;
  const byDigest = grouped(known, ({ digest }) => `${digest?.sha256} ${digest?.piecesSha256}`);
  const [first = [], second = []] = byDigest;
  const [winner] = first;
  if (winner && first.length > second.length + unknown) {
    const sources = first.map(([source]) => source);
    const waiting = sameSize.filter(([, { digest }]) => digest === null).map(([source]) => source);
    const accepted = [...sources, ...waiting];
    return { type: "agreed", copy: winner[1], sources, refused: without(all, accepted) };
  }
  if (unknown === 0) return { type: "tie", groups: numbers(byDigest) };
  const sources = sameSize.map(([source]) => source);
  const size = sameSize[0]?.[1].size ?? 0;
  return { type: "open", size, sources, refused: without(all, sources) };
}

type Entry = readonly [source: number, copy: Copy];

/** Puts entries with the same key together, the largest group first. */
function grouped(entries: readonly Entry[], keyOf: (copy: Copy) => string): Entry[][] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = keyOf(entry[1]);
    groups.set(key, [...groups.get(key) ?? [], entry]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

function numbers(groups: readonly (readonly Entry[])[]): number[][] {
  return groups.map((group) => group.map(([source]) => source));
}

function without(all: readonly number[], some: readonly number[]): number[] {
  return all.filter((source) => !some.includes(source));
}
