import { assertEquals } from "@std/assert";
import { Inspection, type WrongPiece } from "../../lib/content/piece_verifier.ts";
import type { PieceFound } from "../../lib/content/piece_digest.ts";
import { MAX_PIECE_REJECTIONS } from "../../lib/content/limits.ts";
import { PartFileError } from "../../lib/storage/part_writer.ts";
import { Verification } from "../../lib/content/verification.ts";
import { Failure } from "../../lib/failure.ts";
import { PieceLedger } from "../../lib/content/piece_ledger.ts";
import { Log } from "../client/log.ts";

const PIECE_LENGTH = 10;
const COUNT = 5;
const SIZE = PIECE_LENGTH * COUNT;

/** The right digest of every piece; no bytes are hashed here. */
const MANIFEST = {
  name: "a",
  size: SIZE,
  sha256: "whole",
  pieceLength: PIECE_LENGTH,
  pieces: ["0", "1", "2", "3", "4"],
};

type Found = { what: "wrong"; piece: WrongPiece } | { what: "progressed" } | {
  what: "failed";
  error: unknown;
};

/** An inspection of five pieces; what lies on disk is what a test says. */
class Rig {
  readonly ledger = new PieceLedger(SIZE, PIECE_LENGTH);
  readonly verification = new Verification(COUNT);
  readonly found = new Log<Found>();
  /** Pieces that are being read back, in order. */
  readonly reading = new Log<number>();
  readonly inspection: Inspection;
  readonly #reads = new Map<number, PromiseWithResolvers<PieceFound>>();

  constructor(verify = true) {
    const read = (piece: number) => {
      const reading = Promise.withResolvers<PieceFound>();
      this.#reads.set(piece, reading);
      this.reading.add(piece);
      return reading.promise;
    };
    const { ledger, verification, found } = this;
    const parts = { ledger, verification, pool: { read }, verify, pieceLength: PIECE_LENGTH };
    this.inspection = new Inspection(parts, {
      wrong: (piece) => found.add({ what: "wrong", piece }),
      progressed: () => found.add({ what: "progressed" }),
      failed: (error) => found.add({ what: "failed", error }),
    });
  }

  /** Has a source deliver a range; `digests` are those of the pieces that end in it, by number. */
  deliver(source: number, start: number, end: number, digests: Record<number, string> = {}): void {
    const pieces = Object.entries(digests)
      .map(([piece, sha256]) => ({ piece: Number(piece), sha256 }));
    this.inspection.deliver(source, { start, end }, pieces);
  }

  /** Ends the reading back of a piece. */
  async readBack(piece: number, sha256: string): Promise<void> {
    await this.reading.first((one) => one === piece);
    this.#reads.get(piece)?.resolve({ sha256, filled: null });
    await new Promise((resolve) => setTimeout(resolve));
  }

  async cannotRead(piece: number): Promise<void> {
    this.#reads.get(piece)?.reject(new PartFileError("closed"));
    await new Promise((resolve) => setTimeout(resolve));
  }

  get wrong(): WrongPiece[] {
    return this.found.entries.flatMap((found) => found.what === "wrong" ? [found.piece] : []);
  }

  get right(): number[] {
    return [...this.verification.right];
  }
}

Deno.test("Inspection counts pieces as right that arrive with the right digest", () => {
  const rig = new Rig();
  rig.inspection.settle(MANIFEST);
  rig.deliver(1, 0, 35, { 0: "0", 1: "1", 2: "2" });
  assertEquals([rig.right, rig.inspection.isComplete], [[0, 1, 2], false]);
  rig.deliver(1, 35, SIZE, { 3: "3", 4: "4" });
  assertEquals([rig.right.length, rig.inspection.isComplete], [COUNT, true]);
});

Deno.test("Inspection compares pieces that came before the manifest once it is there", () => {
  const rig = new Rig();
  rig.deliver(1, 0, SIZE, { 0: "0", 1: "x", 2: "2", 3: "3", 4: "4" });
  assertEquals([rig.right, rig.wrong, rig.inspection.needsManifest], [[], [], true]);
  rig.inspection.settle(MANIFEST);
  assertEquals([rig.right, rig.inspection.needsManifest], [[0, 2, 3, 4], false]);
  assertEquals(rig.wrong, [{ piece: 1, culprit: 1, senders: [1], suspect: 1 }]);
  assertEquals(rig.ledger.isWhole(1), false);
});

Deno.test("Inspection reads a piece back that several sources delivered", async () => {
  const rig = new Rig();
  rig.inspection.settle(MANIFEST);
  rig.deliver(1, 0, 5);
  rig.deliver(2, 5, 10);
  await rig.readBack(0, "0");
  assertEquals(rig.right, [0]);
  assertEquals(rig.found.entries, [{ what: "progressed" }]);
});

Deno.test("Inspection blames nobody for a piece of several, but leaves one out of the next", async () => {
  const rig = new Rig();
  rig.inspection.settle(MANIFEST);
  rig.deliver(1, 0, 5);
  rig.deliver(2, 5, 10);
  await rig.readBack(0, "x");
  assertEquals(rig.wrong, [{ piece: 0, culprit: undefined, senders: [1, 2], suspect: 1 }]);
  rig.deliver(2, 0, 5);
  rig.deliver(3, 5, 10);
  await rig.readBack(0, "x");
  assertEquals(rig.wrong[1], { piece: 0, culprit: undefined, senders: [2, 3], suspect: 2 });
});

Deno.test("Inspection knows who sent parts of pieces at both ends of a range", async () => {
  const rig = new Rig();
  rig.inspection.settle(MANIFEST);
  rig.deliver(1, 0, 15, { 0: "0" });
  rig.deliver(2, 15, 25);
  rig.deliver(3, 25, 30);
  await rig.readBack(1, "x");
  await rig.readBack(2, "x");
  assertEquals(rig.wrong.map(({ senders }) => senders), [[1, 2], [2, 3]]);
});

Deno.test("Inspection blames nobody for what an earlier run left", async () => {
  const rig = new Rig();
  rig.inspection.settle(MANIFEST);
  rig.ledger.deliver(undefined, { start: 0, end: 5 });
  rig.deliver(1, 5, 10);
  await rig.readBack(0, "x");
  assertEquals(rig.wrong, [{ piece: 0, culprit: undefined, senders: [1], suspect: 1 }]);
});

Deno.test("Inspection gives a piece up that stays wrong without anybody to blame", async () => {
  const rig = new Rig();
  rig.inspection.settle(MANIFEST);
  for (let time = 0; time <= MAX_PIECE_REJECTIONS; time += 1) {
    assertEquals(rig.wrong.length, time);
    rig.deliver(1, 0, 5);
    rig.deliver(2, 5, 10);
    await rig.reading.some(time + 1);
    await rig.readBack(0, "x");
  }
  const last = rig.found.entries.at(-1);
  assertEquals(last?.what === "failed" && last.error instanceof Failure, true);
});

Deno.test("Inspection loses no patience with a piece as long as there is somebody to blame", () => {
  const rig = new Rig();
  rig.inspection.settle(MANIFEST);
  for (let source = 1; source <= 3 * MAX_PIECE_REJECTIONS; source += 1) {
    rig.deliver(source, 0, 10, { 0: "x" });
  }
  assertEquals(rig.wrong.map(({ culprit }) => culprit).at(-1), 3 * MAX_PIECE_REJECTIONS);
  rig.deliver(1, 0, 10, { 0: "0" });
  assertEquals(rig.right, [0]);
});

Deno.test("Inspection.keep() reads kept pieces back, one after the other", async () => {
  const rig = new Rig();
  for (const piece of [0, 1, 2, 3, 4]) {
    rig.ledger.deliver(undefined, rig.ledger.rangeOf(piece));
    rig.verification.right.add(piece);
  }
  rig.inspection.keep([0, 1, 2, 3, 4]);
  assertEquals(rig.reading.entries, []);
  rig.inspection.settle(MANIFEST);
  assertEquals([rig.reading.entries, rig.inspection.isComplete], [[0], false]);
  for (const piece of [0, 1, 2, 3]) await rig.readBack(piece, MANIFEST.pieces[piece] ?? "");
  await rig.readBack(4, "x");
  assertEquals([rig.right, rig.inspection.isComplete], [[0, 1, 2, 3], false]);
  assertEquals(rig.wrong, [{ piece: 4, culprit: undefined, senders: [], suspect: undefined }]);
  rig.deliver(1, 40, SIZE, { 4: "4" });
  assertEquals(rig.inspection.isComplete, true);
});

Deno.test("Inspection.keep() begins at once when the manifest is there", async () => {
  const rig = new Rig();
  rig.inspection.settle(MANIFEST);
  rig.inspection.keep([3]);
  await rig.readBack(3, "3");
  assertEquals(rig.right, [3]);
});

Deno.test("Inspection ends quietly when nothing can be read any more", async () => {
  const rig = new Rig();
  rig.inspection.settle(MANIFEST);
  rig.inspection.keep([0, 1, 2]);
  await rig.cannotRead(0);
  assertEquals([rig.reading.entries, rig.found.entries], [[0], []]);
});

Deno.test("Inspection of a download that is not verified takes what comes", () => {
  const rig = new Rig(false);
  assertEquals(rig.inspection.needsManifest, false);
  rig.deliver(1, 0, 25, { 0: "x", 1: "y" });
  rig.deliver(2, 25, SIZE);
  assertEquals([rig.reading.entries, rig.inspection.isComplete], [[], true]);
});

Deno.test("Inspection of an empty file is complete once there is a manifest", () => {
  const parts = {
    ledger: new PieceLedger(0, PIECE_LENGTH),
    verification: new Verification(0),
    pool: { read: () => Promise.reject(new Error("nothing to read")) },
    verify: true,
    pieceLength: PIECE_LENGTH,
  };
  const observer = { wrong: () => {}, progressed: () => {}, failed: () => {} };
  const inspection = new Inspection(parts, observer);
  assertEquals(inspection.isComplete, false);
  inspection.settle({ ...MANIFEST, size: 0, pieces: [] });
  assertEquals(inspection.isComplete, true);
});
