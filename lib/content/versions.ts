/** A copy of a piece, as somebody sent it. */
interface Version {
  /** Who sent it; undefined if an earlier run left it. */
  readonly source: number | undefined;
  readonly digest: string;
}

/** What is known of a piece after one more copy of it has come. */
export type VersionsVerdict =
  /** It is the first one: there is nothing yet to compare it with. */
  | { readonly type: "alone" }
  /** Two copies are equal. */
  | {
    readonly type: "confirmed";
    /** Who sent these two, as far as they came in this run. */
    readonly sources: readonly number[];
    /** Who sent others. */
    readonly others: readonly number[];
  }
  /** All of them differ; another one has to decide. `sources` sent them. */
  | { readonly type: "disputed"; readonly sources: readonly number[] };

/**
 * Copies of pieces that nobody has a digest of: two that are equal confirm each other. Who sent one that
 * differs from those two is outvoted.
 *
 * @example
 * ```ts
 * const versions = new Versions();
 * versions.add(0, 1, "ab…"); // { type: "alone" }
 * versions.add(0, 2, "cd…"); // { type: "disputed", sources: [1, 2] }
 * versions.add(0, 3, "ab…"); // { type: "confirmed", sources: [1, 3], others: [2] }
 * ```
 */
export class Versions {
  /** Of pieces that have not been confirmed. */
  readonly #open = new Map<number, Version[]>();

  /** Who sent copies of a piece that all differ; empty if there are no two yet. */
  disputantsOf(piece: number): number[] {
    const sources = sourcesOf(this.#open.get(piece) ?? []);
    return sources.length > 1 ? sources : [];
  }

  /**
   * Takes note of a copy. One that an earlier run left counts as long as it is not contradicted: a disk
   * may spoil what was right when it came.
   *
   * @param source Who sent it, for the first time; undefined if an earlier run left it.
   */
  add(piece: number, source: number | undefined, digest: string): VersionsVerdict {
    const versions = [...this.#open.get(piece) ?? [], { source, digest }];
    const equal = versions.filter((version) => version.digest === digest);
    if (equal.length > 1) {
      this.#open.delete(piece);
      const others = versions.filter((version) => version.digest !== digest);
      return { type: "confirmed", sources: sourcesOf(equal), others: sourcesOf(others) };
    }
    if (versions.length === 1) {
      this.#open.set(piece, versions);
      return { type: "alone" };
    }
    const sent = versions.filter((version) => version.source !== undefined);
    this.#open.set(piece, sent);
    return { type: "disputed", sources: sourcesOf(sent) };
  }
}

function sourcesOf(versions: readonly Version[]): number[] {
  return versions.flatMap(({ source }) => source ?? []);
}
