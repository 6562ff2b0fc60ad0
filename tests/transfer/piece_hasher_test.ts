import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { PieceHasher } from "../../lib/transfer/piece_hasher.ts";
import { contentOf, sha256 } from "../client/content.ts";

const PIECE_LENGTH = 10;

/** What passes: runs of bytes, each given in parts of some lengths. */
const runs = (size: number) =>
  fc.array(fc.record({
    start: fc.nat({ max: size - 1 }),
    parts: fc.array(fc.integer({ min: 1, max: 2 * PIECE_LENGTH }), { maxLength: 8 }),
  }));

function digestOf(piece: number, size: number) {
  const start = piece * PIECE_LENGTH;
  return { piece, digest: sha256(contentOf(start, Math.min(start + PIECE_LENGTH, size))) };
}

Deno.test("PieceHasher gives the digests of exactly the pieces that pass whole and in order", () => {
  const sizes = fc.constantFrom(1, 9, 10, 11, 55, 60);
  fc.assert(
    fc.property(sizes.chain((size) => fc.tuple(fc.constant(size), runs(size))), (given) => {
      const [size, runs] = given;
      const hasher = new PieceHasher(size, PIECE_LENGTH);
      const expected: number[] = [];
      const digests = [];
      /** Where what has passed without a gap up to now began and ended. */
      let [from, upTo] = [0, 0];
      for (const { start, parts } of runs) {
        let at = start;
        for (const length of parts) {
          const end = Math.min(at + length, size);
          if (at !== upTo) from = at;
          upTo = end;
          digests.push(...hasher.pass(contentOf(at, end), at));
          for (let piece = 0; piece * PIECE_LENGTH < size; piece += 1) {
            const pieceEnd = Math.min((piece + 1) * PIECE_LENGTH, size);
            const isWhole = from <= piece * PIECE_LENGTH && at < pieceEnd && pieceEnd <= end;
            if (isWhole) expected.push(piece);
          }
          at = end;
        }
      }
      assertEquals(digests, expected.map((piece) => digestOf(piece, size)));
    }),
    { numRuns: 500 },
  );
});

Deno.test("PieceHasher starts over when a piece passes a second time", () => {
  const hasher = new PieceHasher(20, PIECE_LENGTH);
  hasher.pass(contentOf(0, 5), 0);
  hasher.pass(contentOf(5, 8), 5);
  assertEquals(hasher.pass(contentOf(0, 10), 0), [digestOf(0, 20)]);
  assertEquals(hasher.pass(contentOf(0, 10), 0), [digestOf(0, 20)]);
});

Deno.test("PieceHasher counts beyond 2^31 and 2^32", () => {
  const size = 2 ** 40 + 5;
  const hasher = new PieceHasher(size, 2 ** 20);
  const digests = hasher.pass(Uint8Array.of(1, 2, 3, 4, 5), 2 ** 40);
  assertEquals(digests, [{ piece: 2 ** 20, digest: sha256(Uint8Array.of(1, 2, 3, 4, 5)) }]);
});
