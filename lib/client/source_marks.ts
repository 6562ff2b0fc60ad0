import { createHash } from "node:crypto";
import { PieceSet } from "../content/piece_set.ts";
import type { PieceStore } from "../content/piece_store.ts";
import type { Source } from "../sources/source.ts";
import type { SourceCopy } from "../sources/source_copy.ts";
import type { Sources } from "../sources/sources.ts";
import type { CheckpointSource } from "../storage/checkpoint.ts";

/** Hexadecimal digits in a mark: enough to tell the sources of a download apart. */
const MARK_LENGTH = 16;

/**
 * Marks by which the next run recognises the sources of this one, as a checkpoint has no addresses: to tell
 * whether a copy has changed meanwhile, and who sent the pieces that nobody has confirmed.
 */
export class SourceMarks {
  readonly #sources: Sources;
  readonly #pieces: PieceStore;
  /** By piece that an earlier run left: the mark of who sent it. */
  readonly #kept = new Map<number, string>();

  constructor(sources: Sources, pieces: PieceStore) {
    this.#sources = sources;
    this.#pieces = pieces;
  }

  /** All that the next run has to know; `once` only where two copies are compared. */
  toCheckpoint(twice: boolean): CheckpointSource[] {
    const once = twice ? this.#once() : new Map<string, PieceSet>();
    const known = this.#sources.all.flatMap((source) => {
      const { copy, isGivenUp } = source;
      return copy && !isGivenUp ? [{ mark: markOf(source), ...validatorsOf(copy) }] : [];
    });
    const marks = new Set(known.map(({ mark }) => mark));
    const absent = [...once.keys()].filter((mark) => !marks.has(mark))
      .map((mark) => ({ mark, etag: null, modified: null }));
    return [...known, ...absent].map((source) => {
      const pieces = once.get(source.mark);
      return pieces ? { ...source, once: pieces.bits } : source;
    });
  }

  /** Whether a source of an earlier run has another version of the file now, as it says itself. */
  hasChanged(earlier: readonly CheckpointSource[]): boolean {
    return earlier.some((known) => {
      const same = this.#sources.all.filter((source) =>
        source.copy && markOf(source) === known.mark
      );
      return same.length > 0 &&
        same.every(({ copy }) => copy && isOther(known, validatorsOf(copy)));
    });
  }

  /** Takes over the pieces that sources of an earlier run sent once. */
  keepOnce(earlier: readonly CheckpointSource[]): void {
    for (const { mark, once } of earlier) {
      for (const piece of new PieceSet(this.#pieces.count, once ?? new Uint8Array(0))) {
        if (this.#pieces.stateOf(piece) !== "missing") continue;
        this.#pieces.deliver(undefined, this.#pieces.rangeOf(piece));
        this.#kept.set(piece, mark);
      }
    }
  }

  /** Who may have sent a piece that an earlier run left: all whose address has its mark. */
  sendersOf(piece: number): number[] {
    const mark = this.#kept.get(piece);
    return this.#sources.all.filter((source) => markOf(source) === mark).map(({ index }) => index);
  }

  /** By mark: pieces that it sent and nobody has confirmed. */
  #once(): Map<string, PieceSet> {
    const once = new Map<string, PieceSet>();
    for (const piece of this.#pieces.in("unverified")) {
      const [sender] = this.#pieces.sendersOf(piece);
      const source = sender === undefined ? undefined : this.#sources.at(sender);
      const mark = source ? markOf(source) : this.#kept.get(piece);
      if (mark === undefined) continue;
      const pieces = once.get(mark) ?? new PieceSet(this.#pieces.count);
      pieces.add(piece);
      once.set(mark, pieces);
    }
    return once;
  }
}

/** Its name has no secrets in it. */
function markOf({ name }: Source): string {
  return createHash("sha256").update(name).digest("hex").slice(0, MARK_LENGTH);
}

function validatorsOf({ etag, modified }: SourceCopy) {
  return { etag, modified: modified?.toISOString() ?? null };
}

type Validators = Pick<CheckpointSource, "etag" | "modified">;

/** Another entity tag alone may be that of another server behind the same name. */
function isOther(one: Validators, other: Validators): boolean {
  if (one.modified !== null && other.modified !== null) return one.modified !== other.modified;
  return one.etag !== null && other.etag !== null && one.etag !== other.etag;
}
