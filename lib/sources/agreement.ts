import { now } from "../clock.ts";
import {
  type Copy,
  findConsensus,
  type Verdict,
  type Vote,
  type Wants,
} from "../content/consensus.ts";
import type { CopyDigest } from "../content/manifest.ts";
import type { WholeDigest } from "../content/digest.ts";
import { MultiportError } from "../multiport_error.ts";
import type { Source } from "./source.ts";
import type { TellNotice } from "./source_event.ts";
import { isSameVersion, type SourceCopy } from "./source_copy.ts";
import type { Sources } from "./sources.ts";
import { allReplaced, describe, mayVote, noneHas, tieOf, voteOf } from "./votes.ts";

/** Most sources have other content than what is being fetched: the download has to begin anew. */
export class OutvotedError extends Error {
  override readonly name = "OutvotedError";
}

/** What was fetched has not the digest that was asked for: the download has to begin anew with another copy. */
export class DisprovedError extends Error {
  override readonly name = "DisprovedError";
}

/** What an agreement is about, and whom it tells of it. */
export interface AgreementOptions extends Wants {
  /**
   * Seconds on the clock of `now()` until which a tie waits for sources that have not answered, and
   * until which one that answers can make a tie.
   */
  readonly votesUntil?: number;
  /** Tells people in one line that sources disagree. */
  readonly notice?: TellNotice;
}

/**
 * What the sources agree on: the size of the file from the start, its digests as soon as enough
 * sources have told theirs. Sources that have something else are set aside.
 *
 * The vote is taken among all that have answered, and again when more have: who answers first does
 * not decide. Each has one vote, for what it said first; one that sent wrong bytes has none.
 */
export class Agreement {
  readonly #sources: Sources;
  readonly #options: AgreementOptions;
  readonly #votes = new Map<Source, Vote>();
  readonly size: number;
  /** The file's name, as the first of the servers calls it. */
  readonly name: string;
  #digest: CopyDigest | undefined;
  /** The SHA-512 of the right copies, where that is all that is told of them. */
  #sha512: string | undefined;
  /** What the samples of the right copies hash to, where some were taken. */
  #sample: string | undefined;
  /** What each source said first of its copy: another version may be another file. */
  readonly #first = new Map<Source, SourceCopy>();
  /** Sources whose copies people were told to be others. */
  readonly #told = new Set<Source>();
  #isTied = false;
  #isOver = false;

  /**
   * @param sources Those that are up have answered.
   * @throws {MultiportError} With the code `tie` if the copies differ, none of them has a majority, and nobody
   * is to decide; until somebody has, those that answered first count.
   */
  constructor(sources: Sources, options: AgreementOptions = {}) {
    this.#sources = sources;
    this.#options = options;
    this.#count();
    if (this.#answers().length === 0) {
      const message = "Cannot start: the servers that had answered are lost again";
      throw new MultiportError("unreachable", message, { cause: sources.faults });
    }
    const verdict = this.#judge();
    if (verdict.type === "none") throw noneHas(sources, options);
    const right = verdict.type === "tie" ? verdict.groups[0] : verdict.sources;
    const first = sources.all.find(({ index }) => right?.includes(index))?.copy;
    this.size = first?.size ?? 0;
    this.name = first?.name ?? "";
    if (verdict.type === "tie") this.#beginTied(first, verdict.groups);
    else this.#settle(verdict);
  }

  /** The digests of the right content; undefined until they are known. */
  get digest(): CopyDigest | undefined {
    return this.#digest;
  }

  /** The digest that the whole file must have, by what those say who agree; undefined until it is known. */
  get whole(): WholeDigest | undefined {
    if (this.#digest) return { algorithm: "sha-256", digest: this.#digest.sha256 };
    return this.#sha512 === undefined ? undefined : { algorithm: "sha-512", digest: this.#sha512 };
  }

  /** Those who have told the digest that the whole file must have. */
  get guarantors(): Source[] {
    const told = this.#answers().filter(({ copy }) =>
      this.#fits(copy) && (this.#digest ? copy.digest : copy.sha512)
    );
    return told.map(({ source }) => source);
  }

  /** Every entity tag by which the right content is known, whether its server is up or not. */
  get etags(): string[] {
    const tags = [...this.#first].map(([{ state }, { etag }]) =>
      state === "differs" || state === "wrong" ? null : etag
    );
    return [...new Set(tags.filter((tag) => tag !== null))];
  }

  /** When the file was last changed: mirrors make their copies later. Undefined if no source says. */
  get modified(): Date | undefined {
    const copies = this.#answers().filter(({ copy }) => this.#fits(copy));
    const times = copies.flatMap(({ copy }) => copy.modified?.getTime() ?? []);
    return times.length > 0 ? new Date(Math.min(...times)) : undefined;
  }

  /** Whether as many say one thing as another, and those that have not answered yet are to decide. */
  get isTied(): boolean {
    return this.#isTied;
  }

  /** Sources that have the right content, digests and all. */
  get holders(): Source[] {
    if (!this.#digest) return [];
    return this.guarantors.filter(({ publishesDigests }) => publishesDigests);
  }

  /** Sources that may have, or may yet come to have, the digests of the right content. */
  get candidates(): Source[] {
    return this.#sources.all.filter(({ mayReturn, copy }) =>
      mayReturn && (!copy || this.#fits(copy))
    );
  }

  /**
   * Takes note of what sources have said of their copies since, and takes the vote again.
   *
   * @throws {OutvotedError} If most sources have other content than those that had answered before.
   * @throws {MultiportError} With the code `content` if the copies differ and none of them has a majority.
   */
  reconsider(): void {
    if (this.#isOver) return;
    this.#count();
    if (this.#answers().length === 0) return;
    const verdict = this.#judge();
    if (verdict.type === "tie") return this.#weigh(verdict.groups);
    if (verdict.type === "none") {
      // Those that have not answered may have what was asked for.
      if (!this.#isAwaiting) {
        throw this.#votes.size === 0
          ? allReplaced(this.#sources)
          : noneHas(this.#sources, this.#options);
      }
      return this.#setAside();
    }
    const isOutvoted = verdict.type === "agreed"
      ? !this.#fits(verdict.copy)
      : verdict.size !== this.size || !this.#fits({ ...verdict, digest: null });
    if (isOutvoted) {
      this.#isOver = true;
      throw this.#outvoted(verdict);
    }
    this.#settle(verdict);
  }

  /**
   * Takes the vote again when the time for a tie is over, and as long as some digests are known but
   * do not decide: a source that could have outvoted them may be lost.
   *
   * @throws {MultiportError} With the code `content` if there still is one.
   */
  look(): void {
    const isOver = this.#isTied && now() >= (this.#options.votesUntil ?? 0);
    const isUndecided = !this.#isTied && !this.#digest &&
      [...this.#votes.values()].some(({ digest }) => digest !== null);
    if (isOver || isUndecided) this.reconsider();
  }

  /** Whether a source that is up can be given work: nothing it has said speaks against its copy. */
  accepts(source: Source): boolean {
    const { copy } = source;
    if (!source.isUp || !copy || !this.#fits(copy) || !this.#mayMix(source, copy)) return false;
    const first = this.#first.get(source);
    // After a restart its file may be another one of the same size: only the digest can tell.
    return first === undefined || (isSameVersion(first, copy) ?? first.etag === copy.etag) ||
      copy.digest !== null || !source.publishesDigests && this.#canTell(copy);
  }

  /** Whether another version of a copy that has no digest is known to be the same, or will be found out. */
  #canTell({ sample }: SourceCopy): boolean {
    return this.#digest !== undefined || !!sample && sample === this.#sample;
  }

  /** Whether somebody has another copy, which may be the right one after all. */
  get hasAlternative(): boolean {
    return this.#sources.all.some(({ state }) => state === "differs");
  }

  /**
   * The copy that was agreed on is not what was asked for: whoever has it has no say any more, and the others
   * are asked again.
   *
   * @param reason Why, in words that follow a source's name.
   */
  disprove(reason: string): void {
    this.#isOver = true;
    for (const { source, copy } of this.#answers()) if (this.#fits(copy)) source.blame(reason);
    for (const source of this.#sources) if (source.state === "differs") source.fit();
  }

  // The vote ---------------------------------------------------------------------------------------

  /** What a source said first counts; its digest may come later than its size. */
  #count(): void {
    for (const source of this.#sources) {
      const { copy } = source;
      if (!mayVote(source)) this.#votes.delete(source);
      else if (copy) {
        const before = this.#votes.get(source);
        if (before?.digest) continue;
        // Its file was replaced before it had told the digest: of the first one it cannot say more.
        if (before && this.#isReplaced(source, copy)) this.#votes.delete(source);
        else this.#votes.set(source, voteOf(source, copy));
      }
    }
  }

  #isReplaced(source: Source, copy: SourceCopy): boolean {
    const first = this.#first.get(source);
    return first !== undefined && isSameVersion(first, copy) === false;
  }

  #judge(): Verdict {
    const votes = [...this.#votes].map(([{ index, isUp }, vote]) => {
      // One that is lost before it has told its digest is heard when it comes back, not waited for.
      const heard = vote.digest === null && !isUp ? { ...vote, isSilent: true } : vote;
      return [index, heard] as const;
    });
    return findConsensus(new Map(votes), this.#options);
  }

  /** Somebody has answered in the moment when the download was to begin with another one. */
  #beginTied(first: SourceCopy | undefined, groups: readonly (readonly number[])[]): void {
    this.#digest = first?.digest ?? undefined;
    this.#sample = first?.sample;
    this.#isTied = true;
    this.#weigh(groups);
  }

  /** A tie waits for those that have not answered; one that comes later stands against what is agreed. */
  #weigh(groups: readonly (readonly number[])[]): void {
    const isOpen = now() < (this.#options.votesUntil ?? 0);
    const failure = tieOf(this.#sources, this.#votes, groups);
    if (this.#digest && !isOpen && !this.#isTied) return this.#setAside();
    if (!isOpen || !this.#isAwaiting) throw failure;
    this.#setAside();
    if (!this.#isTied) {
      this.#options.notice?.(`${failure.message}; waiting for the other servers`, "tie");
    }
    this.#isTied = true;
  }

  /** Whether anybody has not answered yet who may. */
  get #isAwaiting(): boolean {
    return this.#sources.all.some(({ copy, mayReturn }) => !copy && mayReturn);
  }

  #settle(verdict: Exclude<Verdict, { type: "tie" | "none" }>): void {
    if (verdict.type === "agreed" && verdict.copy.digest) this.#digest = verdict.copy.digest;
    this.#sha512 = verdict.type === "open" ? verdict.sha512 : undefined;
    this.#sample = verdict.sample;
    this.#isTied = false;
    this.#setAside();
    for (const { source, copy } of this.#answers()) {
      if (!this.#first.has(source)) this.#first.set(source, copy);
    }
  }

  /** Sets those aside that have another copy, and takes those back that have the right one again. */
  #setAside(): void {
    for (const source of this.#sources) {
      const { state, copy, isUp } = source;
      if (!copy) continue;
      const isKnown = copy.digest !== null || !!copy.sample && copy.sample === this.#sample;
      if (state === "differs" && isKnown && this.#fits(copy)) source.fit();
      if (isUp && !this.#fits(copy)) this.#refuse(source, copy);
    }
  }

  #fits({ size, digest, sha512, sample }: Copy): boolean {
    const { sha256 } = this.#options;
    if (size !== this.size) return false;
    // A source that will tell a digest is not sampled, and one that sends no parts cannot be.
    if (!digest) {
      return isCompatible(sha512, this.#sha512) && isCompatible(sample || undefined, this.#sample);
    }
    if (sha256 !== undefined && digest.sha256 !== sha256) return false;
    return !this.#digest || digest.sha256 === this.#digest.sha256 &&
        isCompatible(digest.piecesSha256, this.#digest.piecesSha256);
  }

  /** Where nothing else tells, the bytes of a copy that cannot be compared are not mixed with others. */
  #mayMix(source: Source, { sample }: SourceCopy): boolean {
    if (this.#digest || this.#options.sha256 !== undefined) return true;
    return !this.#sources.all.some((other) =>
      other !== source && (sample === "" || other.copy?.sample === "") && other.figures.received > 0
    );
  }

  /** What those who are up say of their copies. */
  #answers(): { readonly source: Source; readonly copy: SourceCopy }[] {
    return this.#sources.all.flatMap((source) => {
      const { isUp, copy } = source;
      return isUp && copy ? [{ source, copy }] : [];
    });
  }

  // What people are told ---------------------------------------------------------------------------

  #refuse(source: Source, copy: Copy): void {
    // Samples are compared with samples.
    const named = copy.sample === undefined ? this.#options.sha256 : undefined;
    const right = describe(this.size, this.#digest?.sha256 ?? named, this.#sample);
    const own = describe(copy.size, copy.digest?.sha256, copy.sample);
    source.differ(`its copy differs: ${own} instead of ${right}`);
    if (this.#told.has(source) || this.#options.sha256 !== undefined) return;
    this.#told.add(source);
    const message = `${source.label} has another file: ${own} instead of ${right}`;
    this.#options.notice?.(message, "other-copy");
  }

  #outvoted(verdict: Exclude<Verdict, { type: "tie" | "none" }>): OutvotedError {
    const copy = verdict.type === "agreed" ? verdict.copy : { size: verdict.size, digest: null };
    const theirs = describe(copy.size, copy.digest?.sha256, verdict.sample);
    const first = describe(this.size, this.#digest?.sha256, this.#sample);
    const message = `Most servers have another file than the first to answer: ` +
      `${theirs} instead of ${first}; starting over with theirs`;
    return new OutvotedError(message);
  }
}

/** What one of two does not say cannot speak against the other. */
function isCompatible(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}
