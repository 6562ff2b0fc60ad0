/**
 * Sources that had part in a wrong piece, and have not sent a right one by themselves since. They are
 * given whole pieces only: so what they send is theirs alone, and shows who was at fault.
 *
 * @example
 * ```ts
 * const parole = new Parole();
 * parole.charge(1); // source 1 had part in a wrong piece
 * parole.clear(1); // true: a whole piece of it was right
 * ```
 */
export class Parole {
  /** By source: how often it has given cause for doubt since it was put on parole. */
  readonly #offences = new Map<number, number>();

  /** How often a source has given cause for doubt since it was put on parole; 0 if it is not. */
  offencesOf(source: number): number {
    return this.#offences.get(source) ?? 0;
  }

  /** A source had part in a wrong piece, or left one unfinished while it was on parole. */
  charge(source: number): void {
    this.#offences.set(source, this.offencesOf(source) + 1);
  }

  /**
   * A source sent a whole piece that is right.
   *
   * @returns Whether it was on parole.
   */
  clear(source: number): boolean {
    return this.#offences.delete(source);
  }
}
