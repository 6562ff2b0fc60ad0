/** What came of looking for who sent a wrong piece. */
export interface Accusation {
  /** Who sent parts of it, in the order in which they came. */
  readonly senders: readonly number[];
  /** Who had better send nothing of its next version; undefined if nobody sent this one. */
  readonly suspect: number | undefined;
}

/**
 * Who may have sent the wrong bytes of a piece that several sources had a hand in. None of them can be
 * blamed alone, but the one that is at fault had a hand in every wrong version. So each time one of
 * those who had is left out of the next version: as long as one source is at fault, and another is
 * not, the piece comes right after no more versions than the first one had senders.
 *
 * @example
 * ```ts
 * suspects.sent(1, 7);
 * suspects.sent(2, 7);
 * suspects.accuse(7); // { senders: [1, 2], suspect: 1 }
 * suspects.sent(2, 7);
 * suspects.sent(3, 7);
 * suspects.accuse(7); // { senders: [2, 3], suspect: 2 }
 * ```
 */
export class Suspects {
  /** By piece: who sent parts of its present version. */
  readonly #senders = new Map<number, Set<number>>();
  /** By piece: who had a hand in all of its wrong versions. */
  readonly #suspects = new Map<number, readonly number[]>();

  /** Takes note that a source sent a part of a piece. */
  sent(source: number, piece: number): void {
    const senders = this.#senders.get(piece);
    if (senders) senders.add(source);
    else this.#senders.set(piece, new Set([source]));
  }

  /** The present version of a piece is wrong; it is forgotten. */
  accuse(piece: number): Accusation {
    const senders = [...this.#senders.get(piece) ?? []];
    const common = this.#suspects.get(piece)?.filter((source) => senders.includes(source)) ?? [];
    // Nobody is left when several are at fault: then it begins anew.
    const suspects = common.length > 0 ? common : senders;
    this.#senders.delete(piece);
    this.#suspects.set(piece, suspects);
    return { senders, suspect: suspects[0] };
  }

  /** A piece is right: who sent it does not matter any more. */
  acquit(piece: number): void {
    this.#senders.delete(piece);
    this.#suspects.delete(piece);
  }
}
