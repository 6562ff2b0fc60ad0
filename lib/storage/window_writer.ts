import { type DigestAlgorithm, newHash } from "../content/digest.ts";
import type { ByteRange } from "../byte_range.ts";
import type { Written } from "../content/piece_digest.ts";
import type { ContentWriter } from "./part_writer.ts";

/**
 * The part of a file that is under way to whoever reads it as it comes: a ring buffer, shared by the
 * threads that fetch it. A byte lies at its position modulo the length. `StreamWindow` releases no bytes
 * before those whose place they take have been written.
 */
export class WindowWriter implements ContentWriter {
  readonly #bytes: Uint8Array;

  /** @param memory A whole number of pieces long. */
  constructor(memory: SharedArrayBuffer) {
    this.#bytes = new Uint8Array(memory);
  }

  /** Puts bytes where they belong. */
  write(bytes: Uint8Array, position: number): void {
    let taken = 0;
    for (const part of this.#parts({ start: position, end: position + bytes.length })) {
      part.set(bytes.subarray(taken, taken + part.length));
      taken += part.length;
    }
  }

  /** Copies of what is there, as much at a time as the buffer holds. */
  *read(range: ByteRange, buffer: Uint8Array): Generator<Uint8Array> {
    for (const part of this.#parts(range)) {
      for (let at = 0; at < part.length; at += buffer.length) {
        const some = part.subarray(at, at + buffer.length);
        buffer.set(some);
        yield buffer.subarray(0, some.length);
      }
    }
  }

  /**
   * Copies of what is there, each for somebody else to keep.
   *
   * @param most Bytes that one has.
   */
  *copies(range: ByteRange, most: number): Generator<Uint8Array<ArrayBuffer>> {
    for (const part of this.#parts(range)) {
      for (let at = 0; at < part.length; at += most) yield part.slice(at, at + most);
    }
  }

  /** Hashes what is there; see {@linkcode PartWriter.digest}. */
  digest(range: ByteRange, buffer: Uint8Array, algorithm: DigestAlgorithm = "sha-256"): string {
    const hash = newHash(algorithm);
    for (const bytes of this.read(range, buffer)) hash.update(bytes);
    return hash.digest("hex");
  }

  /** Nothing is ever left of an earlier run. */
  written(): Written {
    return { extents: [], gaps: [] };
  }

  [Symbol.dispose](): void {
    // The memory goes with whoever has it.
  }

  /** A range in the memory: one part, or two where it goes round. */
  *#parts({ start, end }: ByteRange): Generator<Uint8Array> {
    const { length } = this.#bytes;
    for (let at = start; at < end;) {
      const offset = at % length;
      const size = Math.min(end - at, length - offset);
      yield this.#bytes.subarray(offset, offset + size);
      at += size;
    }
  }
}
