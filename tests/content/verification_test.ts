import { assertEquals } from "@std/assert";
import { Verification } from "../../lib/content/verification.ts";
import { MIN_PIECE_LENGTH } from "../../lib/content/manifest.ts";

const manifest = {
  name: "a",
  size: 3 * MIN_PIECE_LENGTH,
  sha256: "",
  pieceLength: MIN_PIECE_LENGTH,
  pieces: ["a", "b", "c"],
};

Deno.test("Verification keeps the digests of pieces until there is a manifest", () => {
  const verification = new Verification(3);
  assertEquals(verification.check(0, "a"), "pending");
  assertEquals(verification.check(2, "x"), "pending");
  assertEquals([...verification.right], []);
  assertEquals(verification.settle(manifest), [2]);
  assertEquals([...verification.right], [0]);
});

Deno.test("Verification compares pieces with the manifest", () => {
  const verification = new Verification(3);
  verification.settle(manifest);
  assertEquals([verification.check(0, "a"), verification.check(1, "a")], ["right", "wrong"]);
  assertEquals([...verification.right], [0]);
});

Deno.test("Verification forgets a piece that was counted as right and is wrong", () => {
  const verification = new Verification(3);
  verification.right.add(1);
  verification.settle(manifest);
  assertEquals(verification.check(1, "x"), "wrong");
  assertEquals([...verification.right], []);
});
