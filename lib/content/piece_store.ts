import type { ByteRange } from "../byte_range.ts";
import type { PieceDigests } from "./manifest.ts";
import { Parole } from "./parole.ts";
import { PIECE, type PieceMap } from "./piece_map.ts";
import { PieceParts } from "./piece_parts.ts";
import { PieceSet } from "./piece_set.ts";

/** What is known of a piece. */
export type PieceState =
  /** Some of its bytes are not there. */
  | "missing"
  /** It is whole, and has not been compared with the manifest. */
  | "unverified"
  /** It is whole, and an earlier run found it right; it has not been read back in this one. */
  | "vouched"
  /** It matched the manifest; without verification: it is whole. */
  | "right";

/** A piece that does not match the manifest; its bytes count as missing again. */
export interface WrongPiece {
  readonly type: "wrong";
  readonly piece: number;
  /** Who sent all of it; undefined if several sources did, or an earlier run. */
  readonly culprit: number | undefined;
  /** Who sent all of it, in the order in which they came; nobody if an earlier run left a part. */
  readonly senders: readonly number[];
  /** Who had better send nothing of its next version; undefined if nobody sent this one. */
  readonly suspect: number | undefined;
  /** How often it was wrong without a culprit. */
  readonly rejections: number;
}

/** A piece that does not match the manifest, but may once its gaps are filled; they count as missing. */
export interface IncompletePiece {
  readonly type: "incomplete";
  readonly gaps: readonly ByteRange[];
}

/** What came of comparing a piece; `pending` until there is a manifest. */
export type PieceVerdict =
  | {
    readonly type: "right";
    /** Who is not on parole any more, as it sent all of it; undefined if nobody was. */
    readonly cleared: number | undefined;
  }
  | { readonly type: "pending" }
  | IncompletePiece
  | WrongPiece;

const MISSING = 0;
const UNVERIFIED = 1;
const VOUCHED = 2;
const RIGHT = 3;
const STATES: readonly PieceState[] = ["missing", "unverified", "vouched", "right"];

/**
 * The pieces of a file: which of their bytes are there, who sent them, which digest they have, and
 * which pieces are right. It alone changes any of that. Every byte is told once, as the plan gives
 * each byte to one source only.
 *
 * When several sources had a hand in a wrong piece, none of them can be blamed alone; but the one at
 * fault had a hand in every wrong version. So each time, one of those who had is left out of the next
 * version: as long as one source is at fault and another is not, the piece comes right after no more
 * versions than the first one had senders.
 *
 * @example
 * ```ts
 * const pieces = new PieceStore(1500, 1000);
 * pieces.settle(manifest);
 * pieces.deliver(1, { start: 0, end: 1200 }); // [0]: the first piece is whole
 * pieces.compare(0, digest); // { type: "right" }
 * ```
 */
export class PieceStore {
  readonly #size: number;
  readonly #pieceLength: number;
  /** Bytes of every piece that are there. */
  readonly #there: Float64Array;
  readonly #states: Uint8Array;
  /** What people are shown; kept up to date, not made anew each time. */
  readonly map: PieceMap;
  readonly #versions: Uint32Array;
  readonly #counts = [0, 0, 0, 0];
  readonly #parts = new PieceParts();
  /** Of the pieces that are whole: the digest, until there is a manifest to compare it with. */
  readonly #digests = new Map<number, string>();
  /** By piece: zeros in what an earlier run left that it may never have written. */
  readonly #gaps = new Map<number, readonly ByteRange[]>();
  /** By piece: who had a hand in all of its wrong versions. */
  readonly #suspects = new Map<number, readonly number[]>();
  /** By piece: how often it was wrong without a culprit. */
  readonly #rejections = new Map<number, number>();
  readonly #parole = new Parole();
  #manifest: PieceDigests | undefined;
  #revision = 0;

  /**
   * @param size Bytes in the file.
   * @param pieceLength Bytes in every piece but the last.
   */
  constructor(size: number, pieceLength: number) {
    this.#size = size;
    this.#pieceLength = pieceLength;
    const count = Math.ceil(size / pieceLength);
    this.#there = new Float64Array(count);
    this.#states = new Uint8Array(count);
    this.map = new Int16Array(count);
    this.#versions = new Uint32Array(count);
    this.#counts[MISSING] = count;
  }

  /** How many pieces the file has. */
  get count(): number {
    return this.#states.length;
  }

  /** Bytes in every piece but the last. */
  get pieceLength(): number {
    return this.#pieceLength;
  }

  /** What pieces are compared with; undefined until a source has published it. */
  get manifest(): PieceDigests | undefined {
    return this.#manifest;
  }

  /** Whether all bytes of the file are there. */
  get isWhole(): boolean {
    return this.#counts[MISSING] === 0;
  }

  /** Whether every piece matched the manifest. */
  get isRight(): boolean {
    // An empty file has no piece to wait for, and a digest all the same.
    return this.#manifest !== undefined && this.#counts[RIGHT] === this.count;
  }

  /** The bytes that are not there, in order, not overlapping. */
  get missing(): ByteRange[] {
    const missing: ByteRange[] = [];
    const add = (start: number, end: number) => {
      const last = missing.at(-1);
      if (last?.end === start) missing[missing.length - 1] = { start: last.start, end };
      else if (start < end) missing.push({ start, end });
    };
    this.#states.forEach((state, piece) => {
      if (state !== MISSING) return;
      const { start, end } = this.rangeOf(piece);
      let at = start;
      for (const part of this.#parts.of(piece)) {
        add(at, part.start);
        at = part.end;
      }
      add(at, end);
    });
    return missing;
  }

  /** A number that is another one after every change of a piece's state. */
  get revision(): number {
    return this.#revision;
  }

  /** Where a piece is in the file. */
  rangeOf(piece: number): ByteRange {
    const start = piece * this.#pieceLength;
    return { start, end: Math.min(start + this.#pieceLength, this.#size) };
  }

  /** What is known of a piece. */
  stateOf(piece: number): PieceState {
    return STATES[this.#states[piece] ?? MISSING] ?? "missing";
  }

  /** How many pieces are in a state. */
  countOf(state: PieceState): number {
    return this.#counts[STATES.indexOf(state)] ?? 0;
  }

  /** The pieces in one of these states. */
  in(...states: readonly PieceState[]): PieceSet {
    const pieces = new PieceSet(this.count);
    const isIn = STATES.map((state) => states.includes(state));
    this.#states.forEach((state, piece) => isIn[state] && pieces.add(piece));
    return pieces;
  }

  /** The pieces that are whole and whose digest is not known: they have to be read back. */
  *unread(): Generator<number> {
    for (let piece = 0; piece < this.count; piece += 1) if (this.isUnread(piece)) yield piece;
  }

  /** Whether a piece is whole and its digest is not known. */
  isUnread(piece: number): boolean {
    const state = this.#states[piece];
    return (state === UNVERIFIED || state === VOUCHED) && !this.#digests.has(piece);
  }

  /** A number that is another one after the bytes of a piece were forgotten. */
  versionOf(piece: number): number {
    return this.#versions[piece] ?? 0;
  }

  /** Who sent parts of a piece that is not right yet, in the order in which they came. */
  sendersOf(piece: number): number[] {
    return this.#parts.sendersOf(piece);
  }

  /** How often a source has given cause for doubt since it was put on parole; 0 if it is not. */
  offencesOf(source: number): number {
    return this.#parole.offencesOf(source);
  }

  // Bytes ------------------------------------------------------------------------------------------

  /**
   * Takes note of bytes that are there.
   *
   * @param source Who sent them; undefined if an earlier run left them.
   * @param range Which bytes; none of them was told before.
   * @returns The pieces that are whole since.
   */
  deliver(source: number | undefined, range: ByteRange): number[] {
    const completed: number[] = [];
    for (let at = range.start; at < range.end;) {
      const piece = Math.floor(at / this.#pieceLength);
      const whole = this.rangeOf(piece);
      const end = Math.min(whole.end, range.end);
      this.#parts.add(piece, source, { start: at, end });
      this.#there[piece] = (this.#there[piece] ?? 0) + end - at;
      if (this.#there[piece] === whole.end - whole.start) {
        this.#change(piece, UNVERIFIED);
        this.map[piece] = this.#parts.mainSenderOf(piece) ?? PIECE.unverified;
        completed.push(piece);
      }
      at = end;
    }
    return completed;
  }

  /** Counts a whole piece as right that nobody sent in this run: an earlier one compared it. */
  vouch(piece: number): void {
    this.deliver(undefined, this.rangeOf(piece));
    this.#change(piece, VOUCHED);
    this.map[piece] = PIECE.kept;
  }

  /** Counts a whole piece as right that nothing compares: the person does without verification. */
  accept(piece: number): void {
    this.#acquit(piece);
  }

  /**
   * Takes note that some of what an earlier run left of a piece may never have been written. If the
   * piece does not match, only that is forgotten at first.
   *
   * @param gaps In order, not overlapping, and delivered.
   */
  doubt(piece: number, gaps: readonly ByteRange[]): void {
    if (gaps.length > 0) this.#gaps.set(piece, gaps);
  }

  /** Forgets the bytes of a piece. */
  discard(piece: number): void {
    this.#parts.delete(piece);
    this.#there[piece] = 0;
    this.#gaps.delete(piece);
    this.#reopen(piece);
  }

  /**
   * Forgets bytes of a piece that is not whole: the source on parole that sent them has left the rest
   * to others, who are to have a piece of their own.
   */
  abandon(source: number, { start, end }: ByteRange): void {
    this.#forget(Math.floor(start / this.#pieceLength), { start, end });
    this.#parole.charge(source);
  }

  // Digests ----------------------------------------------------------------------------------------

  /**
   * Compares a whole piece with the manifest; keeps its digest until there is one. The bytes of a
   * wrong piece are forgotten; where some of them are in doubt, those alone the first time.
   *
   * @param digest Of the kind that the manifest has.
   */
  compare(piece: number, digest: string): PieceVerdict {
    if (this.#states[piece] === MISSING) return { type: "pending" };
    if (!this.#manifest) {
      this.#digests.set(piece, digest);
      return { type: "pending" };
    }
    if (this.#manifest.pieces[piece] !== digest) {
      return this.#findGaps(piece) ?? this.#reject(piece);
    }
    const sender = this.#parts.soleSenderOf(piece);
    this.#acquit(piece);
    const isCleared = sender !== undefined && this.#parole.clear(sender);
    return { type: "right", cleared: isCleared ? sender : undefined };
  }

  /**
   * Takes the manifest and compares the pieces whose digest is known already.
   *
   * @returns What came of it.
   */
  settle(manifest: PieceDigests): PieceVerdict[] {
    this.#manifest = manifest;
    return [...this.#digests].map(([piece, digest]) => this.compare(piece, digest));
  }

  #acquit(piece: number): void {
    this.map[piece] = this.#parts.mainSenderOf(piece) ?? PIECE.kept;
    this.#parts.delete(piece);
    this.#digests.delete(piece);
    this.#gaps.delete(piece);
    this.#suspects.delete(piece);
    this.#rejections.delete(piece);
    this.#change(piece, RIGHT);
  }

  #findGaps(piece: number): IncompletePiece | undefined {
    const gaps = this.#gaps.get(piece);
    if (gaps === undefined) return undefined;
    this.#gaps.delete(piece);
    for (const gap of gaps) this.#forget(piece, gap);
    this.#reopen(piece);
    return { type: "incomplete", gaps };
  }

  #reject(piece: number): WrongPiece {
    // What an earlier run left may be damaged: then whoever sent the rest is not under suspicion.
    const senders = this.#parts.isLeft(piece) ? [] : this.sendersOf(piece);
    const culprit = this.#parts.soleSenderOf(piece);
    const rejections = (this.#rejections.get(piece) ?? 0) + (culprit === undefined ? 1 : 0);
    this.#rejections.set(piece, rejections);
    const common = this.#suspects.get(piece)?.filter((source) => senders.includes(source)) ?? [];
    // Nobody is left when several are at fault: then it begins anew.
    const suspects = common.length > 0 ? common : senders;
    this.#suspects.set(piece, suspects);
    for (const sender of senders) this.#parole.charge(sender);
    this.discard(piece);
    this.map[piece] = PIECE.wrong;
    return { type: "wrong", piece, culprit, senders, suspect: suspects[0], rejections };
  }

  // Book-keeping -----------------------------------------------------------------------------------

  #forget(piece: number, range: ByteRange): void {
    this.#there[piece] = this.#parts.forget(piece, range);
  }

  /** A piece that was whole lacks something again. */
  #reopen(piece: number): void {
    this.#versions[piece] = this.versionOf(piece) + 1;
    this.#digests.delete(piece);
    this.#change(piece, MISSING);
    this.map[piece] = PIECE.missing;
  }

  #change(piece: number, state: number): void {
    const before = this.#states[piece] ?? MISSING;
    if (before === state) return;
    this.#states[piece] = state;
    this.#counts[before] = (this.#counts[before] ?? 0) - 1;
    this.#counts[state] = (this.#counts[state] ?? 0) + 1;
    this.#revision += 1;
  }
}
