/** Bytes of buffers that a port keeps, in use or for later use. */
const POOL_BYTES = 8 * 1024 * 1024;

/** Bytes in the largest buffer: larger ones are not faster, smaller ones cost up to twice the time. */
const LARGEST_BUFFER = 512 * 1024;

/** Bytes in the smallest buffer: even with every connection sending, none gets less. */
const SMALLEST_BUFFER = 64 * 1024;

/**
 * The buffers that the content of one port passes through. The more of them are lent, the smaller the
 * next ones, so that hundreds of connections need little more memory than a few: with the 256 that a
 * port accepts, and every one holding its buffer, less than 32 MiB.
 */
export class BufferPool {
  readonly #free = new Map<number, Uint8Array<ArrayBuffer>[]>();
  #freeBytes = 0;
  #lentBytes = 0;
  #lent = 0;

  /** Bytes that this pool holds on to now. */
  get bytes(): number {
    return this.#freeBytes + this.#lentBytes;
  }

  /** Lends a buffer; what is in it is left from its last use. */
  take(): Uint8Array<ArrayBuffer> {
    this.#lent++;
    const size = sizeFor(this.#lent);
    const kept = this.#free.get(size)?.pop();
    if (kept !== undefined) this.#freeBytes -= size;
    this.#lentBytes += size;
    return kept ?? new Uint8Array(size);
  }

  /** Takes a buffer back; nothing may use it any more. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    this.#lent--;
    this.#lentBytes -= buffer.length;
    if (this.bytes + buffer.length > POOL_BYTES) return;
    const kept = this.#free.get(buffer.length);
    if (kept === undefined) this.#free.set(buffer.length, [buffer]);
    else kept.push(buffer);
    this.#freeBytes += buffer.length;
  }
}

/** An equal share of the pool, as a power of two within the bounds. */
function sizeFor(lent: number): number {
  let size = LARGEST_BUFFER;
  while (size > SMALLEST_BUFFER && size * lent > POOL_BYTES) size /= 2;
  return size;
}
