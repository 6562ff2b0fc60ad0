import { assert, assertEquals } from "@std/assert";
import { byteLength, type ByteRange } from "../../lib/byte_range.ts";
import type { PieceFound } from "../../lib/content/piece_digest.ts";
import { PieceSet } from "../../lib/content/piece_set.ts";
import { recover, type Recovered } from "../../lib/storage/recover.ts";
import { PieceStore } from "../../lib/content/piece_store.ts";

const PIECE_LENGTH = 1_000_000;

/** What a piece on disk looks like: right, or filled so far; or zeros up to its last byte. */
type Lying = "right" | "late" | number;

interface Looked extends Recovered {
  /** Pieces that were read to their end, in order. */
  readonly read: readonly number[];
  /** Bytes that were read. */
  readonly bytes: number;
  readonly mostAtOnce: number;
}

async function salvaged(
  lying: readonly Lying[],
  allocated?: number,
  trusted: readonly number[] = [],
): Promise<Looked> {
  const store = new PieceStore(lying.length * PIECE_LENGTH, PIECE_LENGTH);
  const set = new PieceSet(lying.length);
  for (const piece of trusted) set.add(piece);
  const read: number[] = [];
  let bytes = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  const pool = {
    read: async (piece: number, { start, end }: ByteRange): Promise<PieceFound> => {
      if (end - start === PIECE_LENGTH) read.push(piece);
      bytes += end - start;
      mostAtOnce = Math.max(mostAtOnce, atOnce += 1);
      await Promise.resolve();
      atOnce -= 1;
      const found = lying[piece] ?? 0;
      const whole = { extents: [{ start, end }], gaps: [] };
      const nothing = { extents: [], gaps: [] };
      if (found === "right") return { digest: "right", written: whole };
      if (found === "late") {
        return end - start === PIECE_LENGTH
          ? { digest: "right", written: whole }
          : { digest: null, written: nothing };
      }
      const extents = [{ start, end: Math.min(end, start + found) }];
      return found === 0
        ? { digest: null, written: nothing }
        : { digest: "wrong", written: { extents, gaps: [] } };
    },
  };
  const found = await recover({ store, trusted: set, allocated, pool });
  return { ...found, read, bytes, mostAtOnce };
}

Deno.test("recover() tells which pieces were written, and which were begun", async () => {
  const { pieces, fragments } = await salvaged(["right", 0, 3, PIECE_LENGTH, "right"]);
  assertEquals(pieces.map(({ piece, digest }) => [piece, digest]), [
    [0, "right"],
    [3, "wrong"],
    [4, "right"],
  ]);
  const extents = [{ start: 2_000_000, end: 2_000_003 }];
  assertEquals(fragments, [{ piece: 2, digest: "wrong", extents, gaps: [] }]);
});

Deno.test("recover() reads next to nothing of what was never written, once all space is explained", async () => {
  const lying: Lying[] = [0, "right", 5, "right", ...Array<Lying>(1000).fill(0)];
  const allocated = 2 * PIECE_LENGTH + 5;
  assertEquals((await salvaged(lying, allocated)).read, [0, 1, 2, 3]);
  assertEquals((await salvaged(lying, allocated, [1, 3])).read, [0, 2, 4, 5]);
  const { read, bytes } = await salvaged(lying, 2 * PIECE_LENGTH, [1, 3]);
  assertEquals(read, [2]);
  assert(bytes < 0.1 * lying.length * PIECE_LENGTH);
  assertEquals((await salvaged(lying)).read.length, lying.length);
});

Deno.test("recover() finds what was written where the file system says that less was", async () => {
  const lying: Lying[] = [0, "right", 5, "right", 0, "right", 900_000];
  for (const allocated of [0, 1, PIECE_LENGTH]) {
    const { pieces, fragments } = await salvaged(lying, allocated);
    assertEquals(pieces.map(({ piece }) => piece), [1, 3, 5]);
    assertEquals(fragments.map(({ extents }) => byteLength(extents)), [5, 900_000]);
  }
});

Deno.test("recover() finds a piece that begins with zeros while there is space to be explained", async () => {
  const { pieces } = await salvaged(["late", "right"], 2 * PIECE_LENGTH);
  assertEquals(pieces.map(({ piece }) => piece), [0, 1]);
});

Deno.test("recover() reads a few pieces at a time", async () => {
  const { mostAtOnce } = await salvaged(Array<Lying>(100).fill("right"));
  assert(mostAtOnce > 1 && mostAtOnce < 10);
});

Deno.test("recover() takes hundreds of fragments for something else than a download", async () => {
  assertEquals((await salvaged(Array<Lying>(256).fill(5))).fragments.length, 256);
  assertEquals((await salvaged(Array<Lying>(257).fill(5))).fragments, []);
});
