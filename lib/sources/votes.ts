import { byteCount } from "../byte_count.ts";
import {
  type Copy,
  findConsensus,
  type Verdict,
  type Vote,
  type Wants,
} from "../content/consensus.ts";
import { MultiportError } from "../multiport_error.ts";
import type { Source } from "./source.ts";
import type { Sources } from "./sources.ts";

/**
 * Whether the sources that have answered disagree so that nobody can tell which copy is right.
 *
 * @returns In words; undefined if they do not.
 */
export function findTie(sources: Sources, wants: Wants = {}): string | undefined {
  const votes = votesOf(sources);
  const verdict = verdictOn(votes, wants);
  return verdict.type === "tie" ? tieOf(sources, votes, verdict.groups).message : undefined;
}

/**
 * Whether those that have answered are a beginning: one of them sends parts of what is the right copy as
 * far as is known.
 *
 * @param maxSize Bytes that it may have.
 */
export function canBegin(sources: Sources, wants: Wants, maxSize: number): boolean {
  const verdict = verdictOn(votesOf(sources), wants);
  if (verdict.type === "tie" || verdict.type === "none") return false;
  const right = sources.all.filter(({ index }) => verdict.sources.includes(index));
  return right.some(({ state, servesParts, copy }) =>
    state === "up" && servesParts && copy && copy.size <= maxSize
  );
}

/** What each that may vote says now. */
function votesOf(sources: Sources): Map<Source, Vote> {
  return new Map(
    sources.all.flatMap((source) =>
      source.copy && mayVote(source) ? [[source, voteOf(source, source.copy)]] : []
    ),
  );
}

function verdictOn(votes: ReadonlyMap<Source, Vote>, wants: Wants): Verdict {
  return findConsensus(new Map([...votes].map(([{ index }, vote]) => [index, vote])), wants);
}

/** Its cause is why others could not be asked, as is that of a tie: they might have had it. */
export function noneHas(sources: Sources, { sha256, size }: Wants): MultiportError {
  const what = [
    size === undefined ? [] : `of ${byteCount(size)}`,
    sha256 === undefined ? [] : `with the SHA-256 ${sha256}`,
  ].flat().join(" ");
  const message = `Cannot download: no server has a file ${what}`;
  return new MultiportError("content", message, { cause: sources.faults });
}

/** Nobody can say any more what the rest of the version has that was fetched so far. */
export function allReplaced(sources: Sources): MultiportError {
  const names = sources.all.flatMap(({ name, isUp }) => isUp ? [name] : []).join(", ");
  const message = `Cannot go on: the file was replaced on ${names} while it was fetched; ` +
    "starting again fetches the new version";
  return new MultiportError("content", message, { cause: sources.faults });
}

/** Who sent wrong bytes, or is no server of the file, has no say. */
export function mayVote({ state }: Source): boolean {
  return state !== "wrong" && state !== "refused";
}

/** What a source says, and for how many it speaks. */
export function voteOf(source: Source, { size, digest, sha512, sample }: Copy): Vote {
  const { request, publishesDigests } = source;
  const { host } = request.endpoint;
  return { size, digest, sha512, sample, host, isSilent: !publishesDigests };
}

/** Says who has what. */
export function tieOf(
  sources: Sources,
  votes: ReadonlyMap<Source, Vote>,
  groups: readonly (readonly number[])[],
): MultiportError {
  const sides = groups.map((group) => {
    const voters = [...votes].filter(([{ index }]) => group.includes(index));
    const names = voters.map(([{ name }]) => name).join(", ");
    const [first] = voters;
    return `${names} ${voters.length > 1 ? "have" : "has"} ${
      first ? describe(first[1].size, first[1].digest?.sha256, first[1].sample) : "?"
    }`;
  });
  const message = `Cannot tell which copy is right: ${sides.join("; ")}`;
  return new MultiportError("tie", message, { cause: sources.faults });
}

/** What is known of a copy, in words. */
export function describe(size: number, sha256: string | undefined, sample?: string): string {
  if (sha256) return `${byteCount(size)}, SHA-256 ${sha256.slice(0, 12)}…`;
  return sample ? `${byteCount(size)}, samples ${sample.slice(0, 12)}…` : byteCount(size);
}
