import { Failure } from "../failure.ts";
import { type Copy, judgeCopies, type Verdict } from "./copies.ts";
import type { CopyDigest } from "./info.ts";
import type { Member } from "./member.ts";
import type { Roster } from "./roster.ts";

/**
 * What the servers agree on: the size of the file from the start, its digests as soon as enough
 * servers have told theirs. Members that have something else are refused.
 */
export class Agreement {
  readonly #roster: Roster;
  readonly #wanted: string | undefined;
  readonly size: number;
  /** The file's name, as the first of the servers calls it. */
  readonly name: string;
  #digest: CopyDigest | undefined;
  /** The first entity tag of each member: another one means another file. */
  readonly #etags = new Map<Member, string | null>();

  /**
   * @param roster The servers; those that are up have answered.
   * @param sha256 The digest the file must have, if one was named.
   * @throws {Failure} Of kind `content` if the copies differ and none of them has a majority.
   */
  constructor(roster: Roster, sha256: string | undefined) {
    this.#roster = roster;
    this.#wanted = sha256;
    const verdict = this.#judge();
    const first = this.#up().find(({ index }) => verdict.sources.includes(index));
    this.size = first?.source.info?.size ?? 0;
    this.name = first?.source.info?.name ?? "";
    this.#carryOut(verdict);
  }

  /** The digests of the right content; undefined until they are known. */
  get digest(): CopyDigest | undefined {
    return this.#digest;
  }

  /** Every entity tag by which the right content is known. */
  get etags(): string[] {
    const tags = this.#up().map(({ source }) => source.info?.etag ?? null);
    return [...new Set(tags.filter((tag) => tag !== null))];
  }

  /** Members that have the right content, digests and all. */
  get holders(): Member[] {
    const { sha256 } = this.#digest ?? {};
    return this.#up().filter(({ source }) => sha256 && source.info?.digest?.sha256 === sha256);
  }

  /**
   * Takes note of what a member has said of its copy, and refuses those that have another.
   *
   * @throws {Failure} Of kind `content` if the copies differ and none of them has a majority.
   */
  reconsider(): void {
    if (!this.#digest) return this.#carryOut(this.#judge());
    for (const member of this.#up()) {
      const copy = member.source.info;
      if (copy && !this.#fits(copy)) this.#refuse(member, copy);
    }
  }

  /** Whether a member that is up can be given work: nothing it has said speaks against its copy. */
  accepts(member: Member): boolean {
    const { info } = member.source;
    if (member.standing !== "up" || !info) return false;
    if (!this.#etags.has(member)) this.#etags.set(member, info.etag);
    // After a restart its file may be another one of the same size: only the digest can tell.
    if (info.digest === null && this.#etags.get(member) !== info.etag) return false;
    return this.#fits(info);
  }

  #fits(copy: Copy): boolean {
    if (copy.size !== this.size) return false;
    if (!copy.digest || !this.#digest) return true;
    return copy.digest.sha256 === this.#digest.sha256 &&
      copy.digest.piecesSha256 === this.#digest.piecesSha256;
  }

  #judge(): Exclude<Verdict, { type: "tie" | "none" }> {
    const copies = new Map(this.#up().map(({ index, source }) => [index, source.info as Copy]));
    const verdict = judgeCopies(copies, this.#wanted);
    if (verdict.type === "tie") throw this.#tie(verdict.groups);
    if (verdict.type !== "none") return verdict;
    throw new Failure(
      "content",
      `Cannot download: no server has a file with the SHA-256 ${this.#wanted}`,
    );
  }

  #carryOut(verdict: Exclude<Verdict, { type: "tie" | "none" }>): void {
    if (verdict.type === "agreed" && verdict.copy.digest) this.#digest = verdict.copy.digest;
    for (const member of this.#up()) {
      const copy = member.source.info;
      if (copy && verdict.refused.includes(member.index)) this.#refuse(member, copy);
    }
  }

  #refuse(member: Member, copy: Copy): void {
    const right = describe({ size: this.size, digest: this.#digest ?? null });
    this.#roster.refuse(member, `its copy differs: ${describe(copy)} instead of ${right}`);
  }

  #tie(groups: readonly (readonly number[])[]): Failure {
    const sides = groups.map((group) => {
      const members = this.#up().filter(({ index }) => group.includes(index));
      const copy = members[0]?.source.info;
      const names = members.map(({ source }) => source.name).join(", ");
      return `${names} ${members.length > 1 ? "have" : "has"} ${copy ? describe(copy) : "nothing"}`;
    });
    return new Failure(
      "content",
      `Cannot tell which copy is right: ${sides.join("; ")}; ` +
        "name the right one with --checksum sha-256=HEX, or leave out the servers that have the wrong one",
    );
  }

  #up(): Member[] {
    return this.#roster.members.filter(({ standing, source }) =>
      standing === "up" && source.info !== undefined
    );
  }
}

function describe({ size, digest }: Copy): string {
  return digest ? `${size} bytes, SHA-256 ${digest.sha256.slice(0, 12)}…` : `${size} bytes`;
}
