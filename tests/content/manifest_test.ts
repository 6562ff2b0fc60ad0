import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import {
  MAX_PIECES,
  MIN_PIECE_LENGTH,
  pieceCount,
  pieceLengthFor,
} from "../../lib/content/manifest.ts";

Deno.test("pieceLengthFor() is the smallest power of two that makes few enough pieces", () => {
  const size = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
  fc.assert(fc.property(size, (size) => {
    const length = pieceLengthFor(size);
    assert(Number.isInteger(Math.log2(length)) && length >= MIN_PIECE_LENGTH);
    assert(pieceCount(size, length) <= MAX_PIECES);
    if (length > MIN_PIECE_LENGTH) assert(pieceCount(size, length / 2) > MAX_PIECES);
  }));
});

Deno.test("pieceLengthFor() grows one byte past the most pieces of a length", () => {
  assertEquals(pieceLengthFor(MAX_PIECES * MIN_PIECE_LENGTH), MIN_PIECE_LENGTH);
  assertEquals(pieceLengthFor(MAX_PIECES * MIN_PIECE_LENGTH + 1), 2 * MIN_PIECE_LENGTH);
});

Deno.test("pieceCount() counts the shorter piece at the end, and none in an empty file", () => {
  assertEquals([0, 1, 10, 11].map((size) => pieceCount(size, 10)), [0, 1, 1, 2]);
});
