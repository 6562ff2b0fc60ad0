import { createHash } from "node:crypto";
import type { ByteRange } from "../byte_range.ts";
import { type BlockRequest, digestBlocks, type DigestBlocksOptions } from "./digest_blocks.ts";

/** Bytes in one block that is compared. */
const BLOCK_LENGTH = 64 * 1024;

/** Blocks at places nobody can guess; the last block of the file is compared besides. */
const RANDOM_BLOCKS = 3;

/**
 * Where copies are compared that nobody has a digest of: the same few blocks of all of them, at places
 * chosen anew for each download, so that no server knows which of its bytes will be looked at.
 *
 * Equal samples make two files that differ throughout, as two releases do, known for what they are. They
 * do not show one byte that differs somewhere else.
 */
export class Samples {
  readonly #places = Array.from({ length: RANDOM_BLOCKS }, () => randomFraction());

  /** The blocks of a file of `size` bytes, in order. */
  blocksOf(size: number): ByteRange[] {
    const last = Math.max(0, size - BLOCK_LENGTH);
    const starts = new Set([...this.#places.map((place) => Math.floor(place * last)), last]);
    return [...starts].sort((a, b) => a - b)
      .map((start) => ({ start, end: Math.min(size, start + BLOCK_LENGTH) }));
  }

  /**
   * Fetches the blocks of one copy.
   *
   * @param size Bytes in it; 1 or more.
   * @param signal Ends every connection, read and wait.
   * @param options See {@linkcode digestBlocks}.
   * @returns A digest of all blocks together: equal for equal copies.
   * @throws {LostError} If the server does not send what is asked for.
   */
  async digest(
    request: BlockRequest,
    size: number,
    signal: AbortSignal,
    options: DigestBlocksOptions = {},
  ): Promise<string> {
    const digests = await digestBlocks(request, this.blocksOf(size), size, signal, options);
    return createHash("sha256").update(digests.join()).digest("hex");
  }
}

/**
 * A block at a place that nobody can guess.
 *
 * @param range What it is in.
 */
export function randomBlock({ start, end }: ByteRange): ByteRange {
  const length = Math.min(BLOCK_LENGTH, end - start);
  const first = start + Math.floor(randomFraction() * (end - start - length + 1));
  return { start: first, end: first + length };
}

/** From 0 to 1, by a generator that nobody can predict. */
export function randomFraction(): number {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  return number / 2 ** 32;
}
