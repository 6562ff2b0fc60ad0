import { assert, assertEquals } from "@std/assert";
import type { PieceFound } from "../../lib/content/piece_digest.ts";
import { PieceSet } from "../../lib/content/piece_set.ts";
import { recover, type Recovered } from "../../lib/storage/recover.ts";
import { PieceStore } from "../../lib/content/piece_store.ts";

const PIECE_LENGTH = 10;

/** What a piece on disk looks like: right, or filled so far. */
type Lying = "right" | number;

interface Looked extends Recovered {
  /** Pieces that were read, in order. */
  readonly read: readonly number[];
  readonly mostAtOnce: number;
}

async function salvaged(
  lying: readonly Lying[],
  allocated?: number,
  trusted: readonly number[] = [],
): Promise<Looked> {
  const store = new PieceStore(lying.length * PIECE_LENGTH, PIECE_LENGTH);
  const pieces = Array.from({ length: lying.length }, () => "right");
  const manifest = { name: "", size: 0, sha256: "", pieceLength: PIECE_LENGTH, pieces };
  const set = new PieceSet(lying.length);
  for (const piece of trusted) set.add(piece);
  const read: number[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  const pool = {
    read: async (piece: number): Promise<PieceFound> => {
      read.push(piece);
      mostAtOnce = Math.max(mostAtOnce, atOnce += 1);
      await Promise.resolve();
      atOnce -= 1;
      const found = lying[piece] ?? 0;
      if (found === "right") return { sha256: "right", filled: PIECE_LENGTH };
      return { sha256: found === 0 ? null : "wrong", filled: found };
    },
  };
  const found = await recover({ store, manifest, trusted: set, allocated, pool });
  return { ...found, read, mostAtOnce };
}

Deno.test("recover() sorts pieces into right ones, begun ones and useless ones", async () => {
  const { pieces, beginnings } = await salvaged(["right", 0, 3, PIECE_LENGTH, "right"]);
  assertEquals([pieces, beginnings], [[0, 4], [{ start: 20, end: 23 }]]);
});

Deno.test("recover() looks no further when all the space that the file takes is explained", async () => {
  const lying: Lying[] = [0, "right", 5, "right", ...Array<Lying>(100).fill(0)];
  assertEquals((await salvaged(lying, 25)).read, [0, 1, 2, 3]);
  assertEquals((await salvaged(lying, 25, [1, 3])).read, [0, 2, 4, 5]);
  assertEquals((await salvaged(lying, 20, [1, 3])).read, []);
  assertEquals((await salvaged(lying)).read.length, lying.length);
});

Deno.test("recover() reads a few pieces at a time", async () => {
  const { mostAtOnce } = await salvaged(Array<Lying>(100).fill("right"));
  assert(mostAtOnce > 1 && mostAtOnce < 10);
});

Deno.test("recover() takes hundreds of beginnings for something else than a download", async () => {
  assertEquals((await salvaged(Array<Lying>(256).fill(5))).beginnings.length, 256);
  assertEquals((await salvaged(Array<Lying>(257).fill(5))).beginnings, []);
});
