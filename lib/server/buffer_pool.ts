const KIB = 1024;

/**
 * Which buffers there are: how long, and at most how many. Longer ones are not faster, and short ones
 * cost up to twice the time, so a few connections get long ones and hundreds still get something.
 */
const CLASSES = [
  { bytes: 512 * KIB, most: 8 },
  { bytes: 256 * KIB, most: 16 },
  { bytes: 64 * KIB, most: Infinity },
] as const;

/**
 * The buffers that the content of a worker's ports passes through. Buffers are made when they are first
 * needed and never let go of: garbage of this size would pile up faster than it is collected. With as
 * many lent as a port has connections (256) they take 24 MiB.
 */
export class BufferPool {
  readonly #classes = CLASSES.map(({ bytes, most }) => ({
    bytes,
    most,
    made: 0,
    free: [] as Uint8Array<ArrayBuffer>[],
  }));

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
