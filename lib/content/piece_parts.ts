import { byteLength, type ByteRange } from "../byte_range.ts";

/** Bytes of a piece that one source sent; undefined: an earlier run left them. */
interface Part {
  readonly source: number | undefined;
  start: number;
  end: number;
}

/**
 * Who sent which bytes of the pieces that are begun and not right.
 *
 * @example
 * ```ts
 * const parts = new PieceParts();
 * parts.add(0, 1, { start: 0, end: 300 });
 * parts.add(0, 2, { start: 300, end: 1000 });
 * parts.mainSenderOf(0); // 2
 * parts.soleSenderOf(0); // undefined
 * ```
 */
export class PieceParts {
  readonly #parts = new Map<number, Part[]>();

  /** Bytes of a piece that are there, in order, not overlapping; what lies between two may be nothing. */
  of(piece: number): ByteRange[] {
    return [...this.#parts.get(piece) ?? []].sort((a, b) => a.start - b.start);
  }

  /** Who sent parts of a piece, in the order in which they came. */
  sendersOf(piece: number): number[] {
    const sources = this.#parts.get(piece)?.flatMap(({ source }) => source ?? []);
    return [...new Set(sources)];
  }

  /** Who sent all of a piece; undefined if several sources did, or an earlier run left some of it. */
  soleSenderOf(piece: number): number | undefined {
    const parts = this.#parts.get(piece) ?? [];
    const source = parts[0]?.source;
    return parts.every((part) => part.source === source) ? source : undefined;
  }

  /** Who sent most of a piece; undefined if an earlier run left it. */
  mainSenderOf(piece: number): number | undefined {
    const lengthOf = ({ start, end }: Part) => end - start;
    const parts = this.#parts.get(piece) ?? [];
    const most = parts.reduce<Part | undefined>(
      (best, part) => best && lengthOf(best) >= lengthOf(part) ? best : part,
      undefined,
    );
    return most?.source;
  }

  /** Whether an earlier run left some of a piece. */
  isLeft(piece: number): boolean {
    return this.#parts.get(piece)?.some(({ source }) => source === undefined) === true;
  }

  /** Takes note of bytes that lie in one piece; none of them was told before. */
  add(piece: number, source: number | undefined, { start, end }: ByteRange): void {
    const parts = this.#parts.get(piece);
    if (!parts) {
      this.#parts.set(piece, [{ source, start, end }]);
      return;
    }
    const last = parts.find((part) => part.source === source && part.end === start);
    if (last) last.end = end;
    else parts.push({ source, start, end });
  }

  /**
   * Forgets bytes of a piece, or what is there of them.
   *
   * @returns How many bytes of the piece are left.
   */
  forget(piece: number, { start, end }: ByteRange): number {
    const left = this.#parts.get(piece)?.flatMap((part) => [
      { source: part.source, start: part.start, end: Math.min(part.end, start) },
      { source: part.source, start: Math.max(part.start, end), end: part.end },
    ]).filter((part) => part.start < part.end) ?? [];
    this.#parts.set(piece, left);
    return byteLength(left);
  }

  /** Forgets a piece: it is right, or all of it is wrong. */
  delete(piece: number): void {
    this.#parts.delete(piece);
  }
}
