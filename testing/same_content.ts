import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";

/** Bytes that are compared at a time. */
const CHUNK_LENGTH = 1024 ** 2;

/**
 * Makes sure that two files have the same content.
 *
 * @param from The first byte to compare.
 * @throws {AssertionError} If they differ; says where.
 */
export async function assertSameContent(actual: string, expected: string, from = 0): Promise<void> {
  assertEquals((await Deno.stat(actual)).size, (await Deno.stat(expected)).size, "the size");
  using one = await Deno.open(actual);
  using other = await Deno.open(expected);
  await one.seek(from, Deno.SeekMode.Start);
  await other.seek(from, Deno.SeekMode.Start);
  const [left, right] = [new Uint8Array(CHUNK_LENGTH), new Uint8Array(CHUNK_LENGTH)];
  for (let at = from;;) {
    const length = await readFully(one, left);
    await readFully(other, right);
    if (length === 0) return;
    const [these, those] = [left.subarray(0, length), right.subarray(0, length)];
    if (!isSame(these, those)) {
      const place = at + these.findIndex((byte, index) => byte !== those[index]);
      throw new Error(`${actual} differs from ${expected} at byte ${place}`);
    }
    at += length;
  }
}

function isSame(these: Uint8Array, those: Uint8Array): boolean {
  return Buffer.compare(these, those) === 0;
}

async function readFully(file: Deno.FsFile, buffer: Uint8Array): Promise<number> {
  for (let filled = 0;;) {
    const count = filled < buffer.length ? await file.read(buffer.subarray(filled)) : null;
    if (count === null) return filled;
    filled += count;
  }
}
