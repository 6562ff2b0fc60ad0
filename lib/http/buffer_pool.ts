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

  /**
   * Lends the longest buffer there is, but none that is longer than it has to be.
   *
   * @param bytes What is to pass through it.
   * @param reserved The part of each class, 0 to 1, that has to stay free for others.
   * @returns What is in it is left from its last use.
   */
  take(bytes = Infinity, reserved = 0): Uint8Array<ArrayBuffer> {
    for (const [at, kind] of this.#classes.entries()) {
      const { length: free } = kind.free;
      const isLast = kind.most === Infinity;
      const shorter = this.#classes[at + 1]?.bytes ?? 0;
      if (shorter >= bytes || !isLast && kind.made - free >= kind.most * (1 - reserved)) continue;
      const kept = kind.free.pop();
      if (kept !== undefined) return kept;
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
