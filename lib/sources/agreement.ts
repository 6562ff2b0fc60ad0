import { Failure } from "../failure.ts";
import { type Copy, findConsensus, type Verdict } from "../content/consensus.ts";
import type { CopyDigest } from "../content/manifest.ts";
import type { Info } from "./server_info.ts";
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
  /** The first entity tag of each member: another one may mean another file. */
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
    const first = this.#answers().find(({ member }) => verdict.sources.includes(member.index));
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
    const tags = [...this.#etags].map(([{ standing }, tag]) => standing === "wrong" ? null : tag);
    return [...new Set(tags.filter((tag) => tag !== null))];
  }

  /** Members that have the right content, digests and all. */
  get holders(): Member[] {
    if (!this.#digest) return [];
    const holders = this.#answers().filter(({ copy }) => copy.digest && this.#fits(copy));
    return holders.map(({ member }) => member);
  }

  /**
   * Takes note of what members have said of their copies since, and refuses those that have another.
   *
   * @throws {Failure} Of kind `content` if the copies differ and none of them has a majority.
   */
  reconsider(): void {
    for (const { member, copy } of this.#answers()) {
      if (!this.#fits(copy)) this.#refuse(member, copy);
    }
    if (!this.#digest && this.#answers().length > 0) this.#carryOut(this.#judge());
    this.#noteEtags();
  }

  /** Whether a member that is up can be given work: nothing it has said speaks against its copy. */
  accepts(member: Member): boolean {
    const { info } = member.source;
    if (member.standing !== "up" || !info || !this.#fits(info)) return false;
    const first = this.#etags.get(member);
    // After a restart its file may be another one of the same size: only the digest can tell.
    return first === undefined || first === info.etag || info.digest !== null;
  }

  #noteEtags(): void {
    for (const { member, copy } of this.#answers()) {
      if (!this.#etags.has(member)) this.#etags.set(member, copy.etag);
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
    const copies = new Map(answers.map(({ member, copy }) => [member.index, copy]));
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
    for (const { member, copy } of this.#answers()) {
      if (verdict.refused.includes(member.index)) this.#refuse(member, copy);
    }
  }

  #refuse(member: Member, copy: Copy): void {
    const right = describe(this.size, this.#digest?.sha256 ?? this.#wanted);
    const own = describe(copy.size, copy.digest?.sha256);
    this.#roster.refuse(member, `its copy differs: ${own} instead of ${right}`, "wrong");
  }

  #tie(groups: readonly (readonly number[])[]): Failure {
    const sides = groups.map((group) => {
      const members = this.#answers().filter(({ member }) => group.includes(member.index));
      const names = members.map(({ member }) => member.source.name).join(", ");
      const [first] = members;
      return `${names} ${members.length > 1 ? "have" : "has"} ${
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
  #answers(): { readonly member: Member; readonly copy: Info }[] {
    return this.#roster.members.flatMap((member) => {
      const { info } = member.source;
      return member.standing === "up" && info ? [{ member, copy: info }] : [];
    });
  }
}

function describe(size: number, sha256: string | undefined): string {
  return sha256 ? `${size} bytes, SHA-256 ${sha256.slice(0, 12)}…` : `${size} bytes`;
}
