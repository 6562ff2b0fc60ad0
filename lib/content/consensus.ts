import type { CopyDigest } from "./manifest.ts";

/** What one source says of its copy. */
export interface Copy {
  /** Bytes in the file. */
  readonly size: number;
  /** Null while it is being computed. */
  readonly digest: CopyDigest | null;
  /** SHA-512 of the whole file, where that is told and no SHA-256. */
  readonly sha512?: string;
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

/** What a file must have, as far as that was named. */
export interface Wants {
  readonly sha256?: string | undefined;
  /** Bytes. */
  readonly size?: number | undefined;
  /**
   * Whether copies are tried one after the other where as many say one thing as another: the digest that was
   * named will tell which one is right. The first is that of the source that was heard first.
   */
  readonly tries?: boolean;
}

/** Which of the copies are the right ones. */
export type Verdict =
  /** Those of `sources` agree and cannot be outvoted; `refused` have others. */
  | {
    readonly type: "agreed";
    readonly copy: Copy;
    /** What the samples of `sources` hash to, where some were taken. */
    readonly sample?: string;
    readonly sources: readonly number[];
    readonly refused: readonly number[];
  }
  /** Too few digests are known; `sources` may be right, `refused` cannot be. */
  | {
    readonly type: "open";
    readonly size: number;
    /** What the samples of `sources` hash to, where some were taken. */
    readonly sample?: string;
    /** The SHA-512 that all of them have told. */
    readonly sha512?: string;
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
 * its size is wrong; as long as such a digest could change the verdict, there is none.
 *
 * Where there are several hosts, each has one vote, however many of its ports say something: whoever
 * runs one machine can open as many ports as they like. A host whose ports disagree speaks for both.
 *
 * @param votes What each source says, by its number.
 * @param wants What the file must have, if that was named.
 *
 * @example
 * ```ts
 * findConsensus(new Map([[1, a], [2, a], [3, b]])); // { type: "agreed", copy: a, sources: [1, 2], refused: [3] }
 * ```
 */
export function findConsensus(votes: ReadonlyMap<number, Vote>, wants: Wants = {}): Verdict {
  const { sha256, size, tries = false } = wants;
  const all = [...votes];
  const isOneHost = new Set(all.map(([, { host }]) => host)).size < 2;
  const count: Count = (entries) =>
    isOneHost ? entries.length : new Set(entries.map(([, { host }]) => host)).size;
  const named = all.filter(([, { digest }]) => digest !== null && digest.sha256 === sha256);
  const possible = all.filter(([, vote]) =>
    (size === undefined || vote.size === size) && (sha256 === undefined || vote.digest === null)
  );
  const bySize = grouped(named.length > 0 ? named : possible, count, ({ size }) => String(size));
  const [largest = [], second = []] = bySize;
  if (largest.length === 0) return { type: "none" };
  if (count(largest) === count(second) && !tries) return { type: "tie", groups: numbers(bySize) };
  return judgeDigests(largest, all, count, tries);
}

function judgeDigests(
  sameSize: readonly Entry[],
  all: readonly Entry[],
  count: Count,
  tries: boolean,
): Verdict {
  const known = sameSize.filter(([, { digest }]) => digest !== null);
  const unknown = sameSize.filter(([, { digest, isSilent }]) => digest === null && !isSilent);
  const groups = grouped(known, count, ({ digest }) => String(digest?.sha256));
  const [whole = [], otherWhole = []] = groups;
  // Of those with the same file, some may also say which pieces it has.
  const pieces = grouped(
    whole.filter(([, { digest }]) => digest?.piecesSha256 !== undefined),
    count,
    ({ digest }) => String(digest?.piecesSha256),
  );
  const [first = whole, otherPieces = []] = pieces;
  const isLargest = (some: readonly Entry[], others: readonly Entry[]) =>
    count(some) > count([...others, ...unknown]);
  const isWholeAgreed = isLargest(whole, otherWhole);
  const [winner] = first;
  if (winner && isWholeAgreed && isLargest(first, otherPieces)) {
    return agreedOn(winner[1], without(whole, pieces.slice(1).flat()), all);
  }
  if (known.length === 0 || unknown.length > 0) return judgeSamples(sameSize, all, count, tries);
  return { type: "tie", groups: numbers(isWholeAgreed ? pieces : groups) };
}

/** Copies without a digest are the same as far as samples tell. */
function agreedOn(
  { size, digest }: Copy,
  winners: readonly Entry[],
  all: readonly Entry[],
): Verdict {
  const [sample] = winners.flatMap(([, vote]) => vote.sample || []);
  const waiting = all.filter(([, vote]) =>
    vote.size === size && vote.digest === null &&
    (sample === undefined || (vote.sample || sample) === sample)
  );
  const sources = numbersOf(winners);
  const refused = numbersOf(without(all, [...winners, ...waiting]));
  const compared = sample === undefined ? {} : { sample };
  return { type: "agreed", copy: { size, digest }, ...compared, sources, refused };
}

/**
 * Without digests, copies are told apart by SHA-512, if all have told that, else by their samples; one
 * that has none is compared with nothing.
 */
function judgeSamples(
  sameSize: readonly Entry[],
  all: readonly Entry[],
  count: Count,
  tries: boolean,
): Verdict {
  const size = sameSize[0]?.[1].size ?? 0;
  const isTold = sameSize.every(([, { sha512 }]) => sha512 !== undefined);
  const compared = isTold ? sameSize : sameSize.filter(([, { sample }]) => sample);
  const groups = grouped(compared, count, ({ sha512, sample }) => String(isTold ? sha512 : sample));
  const [first = [], second = []] = groups;
  if (first.length === 0) {
    const refused = numbersOf(without(all, sameSize));
    return { type: "open", size, sources: numbersOf(sameSize), refused };
  }
  if (count(first) === count(second) && !tries) return { type: "tie", groups: numbers(groups) };
  // Digests will tell more of those that publish them.
  const publishing = sameSize.filter(([, { isSilent }]) => !isSilent);
  const winners = [...first, ...publishing];
  const [{ sha512, sample } = { sha512: undefined, sample: undefined }] = first.map(([, vote]) =>
    vote
  );
  return {
    type: "open",
    size,
    ...isTold ? { sha512 } : { sample },
    sources: numbersOf(winners),
    refused: numbersOf(without(all, winners)),
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

function without(all: readonly Entry[], some: readonly Entry[]): Entry[] {
  const others = new Set(numbersOf(some));
  return all.filter(([source]) => !others.has(source));
}
