import { Failure } from "../failure.ts";
import { type Copy, findConsensus, type Verdict } from "../content/consensus.ts";
import type { CopyDigest } from "../content/manifest.ts";
import type { Source } from "./source.ts";
import type { SourceCopy } from "./source_copy.ts";
import type { Sources } from "./sources.ts";

/**
 * What the servers agree on: the size of the file from the start, its digests as soon as enough
 * servers have told theirs. Sources that have something else are set aside.
 */
export class Agreement {
  readonly #sources: Sources;
  readonly #wanted: string | undefined;
  readonly size: number;
  /** The file's name, as the first of the servers calls it. */
  readonly name: string;
  #digest: CopyDigest | undefined;
  /** The first entity tag of each source: another one may mean another file. */
  readonly #etags = new Map<Source, string | null>();

  /**
   * @param sources The servers; those that are up have answered.
   * @param sha256 The digest the file must have, if one was named.
   * @throws {Failure} Of kind `content` if the copies differ and none of them has a majority.
   */
  constructor(sources: Sources, sha256: string | undefined) {
    this.#sources = sources;
    this.#wanted = sha256;
    const verdict = this.#judge();
    const first = this.#answers().find(({ source }) => verdict.sources.includes(source.index));
    this.size = first?.copy.size ?? 0;
    this.name = first?.copy.name ?? "";
    this.#carryOut(verdict);
    this.#noteEtags();
  }

  /** The digests of the right content; undefined until they are known. */
  get digest(): CopyDigest | undefined {
    return this.#digest;
  }

  /** Every entity tag by which the right content is known, whether its server is up or not. */
  get etags(): string[] {
    const tags = [...this.#etags].map(([{ state }, tag]) =>
      state === "differs" || state === "wrong" ? null : tag
    );
    return [...new Set(tags.filter((tag) => tag !== null))];
  }

  /** When the file was last changed: mirrors make their copies later. Undefined if no source says. */
  get modified(): Date | undefined {
    const copies = this.#answers().filter(({ copy }) => this.#fits(copy));
    const times = copies.flatMap(({ copy }) => copy.modified?.getTime() ?? []);
    return times.length > 0 ? new Date(Math.min(...times)) : undefined;
  }

  /** Sources that have the right content, digests and all. */
  get holders(): Source[] {
    if (!this.#digest) return [];
    const holders = this.#answers().filter(({ copy }) => copy.digest && this.#fits(copy));
    return holders.map(({ source }) => source);
  }

  /** Sources that may have, or may yet come to have, the digests of the right content. */
  get candidates(): Source[] {
    return this.#sources.all.filter(({ mayReturn, copy }) =>
      mayReturn && (!copy || this.#fits(copy))
    );
  }

  /**
   * Takes note of what sources have said of their copies since: sets those aside that have another, and
   * takes those back that have the right one again.
   *
   * @throws {Failure} Of kind `content` if the copies differ and none of them has a majority.
   */
  reconsider(): void {
    for (const source of this.#sources) {
      const { state, copy } = source;
      if (state === "differs" && copy?.digest && this.#fits(copy)) source.fit();
    }
    for (const { source, copy } of this.#answers()) {
      if (!this.#fits(copy)) this.#refuse(source, copy);
    }
    if (!this.#digest && this.#answers().length > 0) this.#carryOut(this.#judge());
    this.#noteEtags();
  }

  /** Whether a source that is up can be given work: nothing it has said speaks against its copy. */
  accepts(source: Source): boolean {
    const { copy } = source;
    if (!source.isUp || !copy || !this.#fits(copy)) return false;
    const first = this.#etags.get(source);
    // After a restart its file may be another one of the same size: only the digest can tell.
    return first === undefined || first === copy.etag || copy.digest !== null;
  }

  #noteEtags(): void {
    for (const { source, copy } of this.#answers()) {
      if (!this.#etags.has(source)) this.#etags.set(source, copy.etag);
    }
  }

  #fits({ size, digest }: Copy): boolean {
    if (size !== this.size) return false;
    if (!digest) return true;
    if (this.#wanted !== undefined && digest.sha256 !== this.#wanted) return false;
    return !this.#digest || digest.sha256 === this.#digest.sha256 &&
        digest.piecesSha256 === this.#digest.piecesSha256;
  }

  #judge(): Exclude<Verdict, { type: "tie" | "none" }> {
    const answers = this.#answers();
    if (answers.length === 0) {
      throw new Failure(
        "unreachable",
        "Cannot start: the servers that had answered are lost again",
      );
    }
    const copies = new Map(answers.map(({ source, copy }) => [source.index, copy]));
    const verdict = findConsensus(copies, this.#wanted);
    if (verdict.type === "tie") throw this.#tie(verdict.groups);
    if (verdict.type !== "none") return verdict;
    throw new Failure(
      "content",
      `Cannot download: no server has a file with the SHA-256 ${this.#wanted}`,
    );
  }

  #carryOut(verdict: Exclude<Verdict, { type: "tie" | "none" }>): void {
    if (verdict.type === "agreed" && verdict.copy.digest) this.#digest = verdict.copy.digest;
    for (const { source, copy } of this.#answers()) {
      if (verdict.refused.includes(source.index)) this.#refuse(source, copy);
    }
  }

  #refuse(source: Source, copy: Copy): void {
    const right = describe(this.size, this.#digest?.sha256 ?? this.#wanted);
    const own = describe(copy.size, copy.digest?.sha256);
    source.differ(`its copy differs: ${own} instead of ${right}`);
  }

  #tie(groups: readonly (readonly number[])[]): Failure {
    const sides = groups.map((group) => {
      const voters = this.#answers().filter(({ source }) => group.includes(source.index));
      const names = voters.map(({ source }) => source.name).join(", ");
      const [first] = voters;
      return `${names} ${voters.length > 1 ? "have" : "has"} ${
        first ? describe(first.copy.size, first.copy.digest?.sha256) : "?"
      }`;
    });
    const name = this.#wanted === undefined
      ? "name the right one with --checksum sha-256=HEX, or "
      : "";
    return new Failure(
      "content",
      `Cannot tell which copy is right: ${sides.join("; ")}; ` +
        `${name}leave out the servers that have the wrong one`,
    );
  }

  /** What those who are up say of their copies. */
  #answers(): { readonly source: Source; readonly copy: SourceCopy }[] {
    return this.#sources.all.flatMap((source) => {
      const { isUp, copy } = source;
      return isUp && copy ? [{ source, copy }] : [];
    });
  }
}

function describe(size: number, sha256: string | undefined): string {
  return sha256 ? `${size} bytes, SHA-256 ${sha256.slice(0, 12)}…` : `${size} bytes`;
}
