import type { CopyDigest } from "./manifest.ts";

/** What one source says of its copy. */
export interface Copy {
  /** Bytes in the file. */
  readonly size: number;
  /** Null while it is being computed. */
  readonly digest: CopyDigest | null;
  /**
   * What blocks of it hash to that were fetched to compare it: equal for equal copies. Empty if that
   * was not possible; absent if nobody tried.
   */
  readonly sample?: string;
}

/** What one source says, and where it is: sources of one host have one vote. */
export interface Vote extends Copy {
  readonly host: string;
  /** Whether it will never tell a digest: then nobody waits for one. */
  readonly isSilent?: boolean;
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
    /** What the samples of `sources` hash to, where some were taken. */
    readonly sample?: string;
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
 * Where there are several hosts, each has one vote, however many of its ports say something: whoever
 * runs one machine can open as many ports as they like. A host whose ports disagree speaks for both.
 *
 * @param votes What each source says, by its number.
 * @param sha256 The digest the file must have, if one was named.
 *
 * @example
 * ```ts
 * findConsensus(new Map([[1, a], [2, a], [3, b]])); // { type: "agreed", copy: a, sources: [1, 2], refused: [3] }
 * ```
 */
export function findConsensus(votes: ReadonlyMap<number, Vote>, sha256?: string): Verdict {
  const all = [...votes];
  const isOneHost = new Set(all.map(([, { host }]) => host)).size < 2;
  const count: Count = (entries) =>
    isOneHost ? entries.length : new Set(entries.map(([, { host }]) => host)).size;
  const named = all.filter(([, { digest }]) => digest !== null && digest.sha256 === sha256);
  const possible = all.filter(([, { digest }]) => sha256 === undefined || digest === null);
  const bySize = grouped(named.length > 0 ? named : possible, count, ({ size }) => String(size));
  const [largest = [], second = []] = bySize;
  if (largest.length === 0) return { type: "none" };
  if (count(largest) === count(second)) return { type: "tie", groups: numbers(bySize) };
  return judgeDigests(largest, all, count);
}

function judgeDigests(sameSize: readonly Entry[], all: readonly Entry[], count: Count): Verdict {
  const known = sameSize.filter(([, { digest }]) => digest !== null);
  const unknown = sameSize.filter(([, { digest, isSilent }]) => digest === null && !isSilent);
  const byDigest = grouped(
    known,
    count,
    ({ digest }) => `${digest?.sha256} ${digest?.piecesSha256}`,
  );
  const [first = [], second = []] = byDigest;
  const [winner] = first;
  if (winner && count(first) > count([...second, ...unknown])) {
    const [, { size, digest }] = winner;
    const waiting = all.filter(([, vote]) => vote.size === size && vote.digest === null);
    const refused = without(all, [...first, ...waiting]);
    return { type: "agreed", copy: { size, digest }, sources: numbersOf(first), refused };
  }
  if (known.length > 0 && unknown.length === 0) return { type: "tie", groups: numbers(byDigest) };
  return judgeSamples(sameSize, all, count);
}

/** Without digests, copies are told apart by their samples; one that has none is compared with nothing. */
function judgeSamples(sameSize: readonly Entry[], all: readonly Entry[], count: Count): Verdict {
  const size = sameSize[0]?.[1].size ?? 0;
  const sampled = sameSize.filter(([, { sample }]) => sample);
  const bySample = grouped(sampled, count, ({ sample }) => String(sample));
  const [first = [], second = []] = bySample;
  if (first.length === 0) {
    return { type: "open", size, sources: numbersOf(sameSize), refused: without(all, sameSize) };
  }
  if (count(first) === count(second)) return { type: "tie", groups: numbers(bySample) };
  // Digests will tell more of those that publish them.
  const publishing = sameSize.filter(([, { isSilent }]) => !isSilent);
  const sources = [...first, ...publishing];
  const sample = first[0]?.[1].sample;
  return {
    type: "open",
    size,
    sample,
    sources: numbersOf(sources),
    refused: without(all, sources),
  };
}

type Entry = readonly [source: number, vote: Vote];

/** How many votes some sources have together. */
type Count = (entries: readonly Entry[]) => number;

/** Puts entries with the same key together, the group with the most votes first. */
function grouped(
  entries: readonly Entry[],
  count: Count,
  keyOf: (vote: Vote) => string,
): Entry[][] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = keyOf(entry[1]);
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return [...groups.values()].sort((a, b) => count(b) - count(a));
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
