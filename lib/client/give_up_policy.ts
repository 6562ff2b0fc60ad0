import { Failure } from "../failure.ts";
import type { Agreement } from "../sources/agreement.ts";
import { MIN_MANIFEST_WAIT_S, SLOWEST_HASHING } from "./limits.ts";
import type { Roster } from "../sources/roster.ts";

/** What is still needed of the servers. */
export interface Needs {
  readonly content: boolean;
  readonly digests: boolean;
}

/** What an giveUpPolicy is judged by. */
export interface GiveUpPolicyParts {
  readonly roster: Pick<Roster, "members" | "reasons">;
  readonly agreement: Pick<Agreement, "accepts" | "size">;
  /** Seconds that servers which are lost have to come back. */
  readonly stallTimeout: number;
}

/** Whether a download can still be hoped for: it must not wait for ever for what will not come. */
export class GiveUpPolicy {
  readonly #parts: GiveUpPolicyParts;
  /** Seconds that servers may take to hash the file. */
  readonly #hashingTime: number;
  /** Seconds: since when no server can be counted on, and since when only digests are missing. */
  #hopelessSince: number | undefined;
  #unverifiedSince: number | undefined;

  /** @param minManifestWait Seconds that digests are waited for at least, however small the file. */
  constructor(parts: GiveUpPolicyParts, minManifestWait = MIN_MANIFEST_WAIT_S) {
    this.#parts = parts;
    this.#hashingTime = minManifestWait + parts.agreement.size / SLOWEST_HASHING;
  }

  /**
   * Takes a look.
   *
   * @param at Seconds.
   * @throws {Failure} When what is needed cannot be hoped for any more.
   */
  look(needs: Needs, at: number): void {
    this.#lookForServers(needs, at);
    this.#lookForDigests(needs, at);
  }

  #lookForServers({ content, digests }: Needs, at: number): void {
    const { roster: { members }, agreement, stallTimeout } = this.#parts;
    const isHopeful = members.some((member) => member.promises && agreement.accepts(member));
    if (isHopeful || !content && !digests) {
      this.#hopelessSince = undefined;
      return;
    }
    this.#hopelessSince ??= at;
    // One that came back with another version of the file is waited for until its digest tells.
    const isHashing = members.some(({ standing, promises }) => standing === "up" && promises);
    const patience = isHashing ? this.#hashingTime : stallTimeout;
    const mayReturn = members.some((member) => member.mayReturn);
    if (!mayReturn || at - this.#hopelessSince >= patience) throw this.#allLost();
  }

  /** Everything may be there without anything to compare it with. */
  #lookForDigests({ content, digests }: Needs, at: number): void {
    if (content || !digests) {
      this.#unverifiedSince = undefined;
      return;
    }
    this.#unverifiedSince ??= at;
    if (at - this.#unverifiedSince < this.#hashingTime) return;
    throw new Failure(
      "content",
      "Cannot verify: no server published the digests of the file; use --no-verify to do without",
    );
  }

  #allLost(): Failure {
    const { members, reasons } = this.#parts.roster;
    const isContent = members.some(({ standing }) => standing === "wrong") &&
      members.every(({ standing }) => standing === "wrong" || standing === "refused");
    return new Failure(
      isContent ? "content" : "unreachable",
      `Cannot go on: all servers are lost: ${reasons}`,
    );
  }
}
