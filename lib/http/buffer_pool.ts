/** One length of buffers. */
export interface BufferClass {
  /** Bytes in each. */
  readonly bytes: number;
  /** How many there may be. */
  readonly most: number;
}

/**
 * The buffers that the content passes through in one thread. They are made when they are first needed
 * and never let go of: garbage of this size would pile up faster than it is collected. Whoever comes
 * next gets the one that was given back last, which the processor has in its cache.
 */
export class BufferPool {
  readonly #classes: readonly (BufferClass & { made: number; free: Uint8Array<ArrayBuffer>[] })[];

  /** @param classes From the longest to the shortest; of the last one there is no end. */
  constructor(classes: readonly BufferClass[]) {
    this.#classes = classes.map((kind) => ({ ...kind, made: 0, free: [] }));
  }

  /** Bytes in all buffers, lent or not. */
  get bytes(): number {
    return this.#classes.reduce((sum, { bytes, made }) => sum + bytes * made, 0);
  }

  /** Lends the longest buffer there is; what is in it is left from its last use. */
  take(): Uint8Array<ArrayBuffer> {
    for (const kind of this.#classes) {
      const kept = kind.free.pop();
      if (kept !== undefined) return kept;
      if (kind.made === kind.most) continue;
      kind.made++;
      return new Uint8Array(kind.bytes);
    }
    throw new Error("the last class of buffers has no end");
  }

  /** Takes a buffer back; nothing may use it any more. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    this.#classes.find(({ bytes }) => bytes === buffer.length)?.free.push(buffer);
  }
}
