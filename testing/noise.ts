/** Bytes that are made once and varied from there: that is as fast as the disk. */
const BLOCK_WORDS = 256 * 1024;

const blocks = new Map<number, Uint32Array>();

/**
 * Fills a buffer with bytes that look random, differ from place to place, and depend on the seed alone.
 *
 * @param bytes At most 1 MiB.
 * @param position Where in the file they belong; a multiple of 1 MiB.
 */
export function fillWithNoise(
  bytes: Uint8Array<ArrayBuffer>,
  position: number,
  seed: number,
): void {
  const block = blockOf(seed);
  const words = new Uint32Array(Math.ceil(bytes.length / 4));
  const variation = scramble(seed + position / (4 * BLOCK_WORDS) + 1);
  for (let at = 0; at < words.length; at++) words[at] = (block[at] as number) ^ variation;
  bytes.set(new Uint8Array(words.buffer, 0, bytes.length));
}

function blockOf(seed: number): Uint32Array {
  const known = blocks.get(seed);
  if (known !== undefined) return known;
  const block = new Uint32Array(BLOCK_WORDS);
  let word = scramble(seed) | 1;
  for (let at = 0; at < block.length; at++) {
    // xorshift32: never 0 unless it begins with 0.
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    block[at] = word;
  }
  blocks.set(seed, block);
  return block;
}

/** Spreads a small number over 32 bits (murmur3's finalizer). */
function scramble(number: number): number {
  let mixed = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
