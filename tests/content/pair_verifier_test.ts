import { assertEquals } from "@std/assert";
import { PairVerifier } from "../../lib/content/pair_verifier.ts";
import { PieceStore } from "../../lib/content/piece_store.ts";

const LENGTH = 10;

/** A verifier of three pieces; what lies on disk is what a test says. */
function rig(onDisk: Readonly<Record<number, string>> = {}) {
  const pieces = new PieceStore(3 * LENGTH, LENGTH);
  const told: unknown[] = [];
  const read = (piece: number) => Promise.resolve({ digest: onDisk[piece] ?? "", written: null });
  const verifier = new PairVerifier(pieces, { read }, {
    disputed: (piece, sources) => told.push(["disputed", piece, sources]),
    outvoted: (piece, source, right) => told.push(["outvoted", piece, source, right]),
    progressed: () => {},
    failed: (error) => told.push(error),
  });
  const at = (piece: number) => ({ start: piece * LENGTH, end: (piece + 1) * LENGTH });
  return {
    pieces,
    told,
    verifier,
    kept: (source: number, piece: number, digest: string) =>
      verifier.deliver(source, at(piece), [{ piece, digest }]),
    hashed: (source: number, piece: number, digest: string) =>
      verifier.compare(source, [{ piece, digest }]),
  };
}

Deno.test("PairVerifier counts a piece as right that two sources sent alike, whichever came first", () => {
  const { pieces, verifier, kept, hashed, told } = rig();
  kept(1, 0, "a");
  assertEquals(pieces.stateOf(0), "unverified");
  hashed(2, 0, "a");
  assertEquals(pieces.stateOf(0), "right");
  hashed(2, 1, "b");
  assertEquals(pieces.stateOf(1), "missing");
  kept(1, 1, "b");
  assertEquals([pieces.stateOf(1), verifier.isComplete], ["right", false]);
  kept(1, 2, "c");
  hashed(2, 2, "c");
  assertEquals([verifier.isComplete, told], [true, []]);
});

Deno.test("PairVerifier forgets a piece of which the copies differ, and keeps the one that decides", () => {
  const { pieces, verifier, kept, hashed, told } = rig();
  kept(1, 0, "x");
  hashed(2, 0, "a");
  assertEquals([pieces.stateOf(0), told.splice(0)], ["missing", [["disputed", 0, [1, 2]]]]);
  assertEquals(verifier.disputantsOf(0), [1, 2]);
  kept(3, 0, "a");
  assertEquals([pieces.stateOf(0), told], ["right", [["outvoted", 0, 1, [2, 3]]]]);
});

Deno.test("PairVerifier forgets what a source leaves unfinished", () => {
  const { pieces, verifier } = rig();
  verifier.deliver(1, { start: 10, end: 15 }, []);
  verifier.abandon({ start: 10, end: 15 });
  assertEquals(pieces.missing, [{ start: 0, end: 30 }]);
});

Deno.test("PairVerifier compares what an earlier run left, and blames nobody for the disk", async () => {
  const { pieces, verifier, hashed, told, kept } = rig({ 0: "a", 1: "spoilt" });
  for (const piece of [0, 1]) pieces.deliver(undefined, pieces.rangeOf(piece));
  hashed(1, 1, "b");
  verifier.checkKept();
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals([pieces.stateOf(0), pieces.stateOf(1)], ["unverified", "missing"]);
  assertEquals(told.splice(0), [["disputed", 1, [1]]]);
  hashed(1, 0, "a");
  kept(2, 1, "b");
  assertEquals([pieces.stateOf(0), pieces.stateOf(1), told], ["right", "right", []]);
});
