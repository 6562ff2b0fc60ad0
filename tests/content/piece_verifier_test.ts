import { assertEquals } from "@std/assert";
import { PieceVerifier } from "../../lib/content/piece_verifier.ts";
import type { PieceFound } from "../../lib/content/piece_digest.ts";
import { MAX_PIECE_REJECTIONS } from "../../lib/content/limits.ts";
import { PartFileError } from "../../lib/storage/part_writer.ts";
import { MultiportError } from "../../lib/multiport_error.ts";
import {
  type IncompletePiece,
  PieceStore,
  type WrongPiece,
} from "../../lib/content/piece_store.ts";
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

type Found =
  | { what: "wrong"; piece: WrongPiece }
  | { what: "incomplete"; piece: IncompletePiece }
  | { what: "cleared"; source: number }
  | { what: "progressed" }
  | { what: "failed"; error: unknown };

/** A verifier of five pieces; what lies on disk is what a test says. */
class Rig {
  readonly pieces = new PieceStore(SIZE, PIECE_LENGTH);
  readonly found = new Log<Found>();
  /** Pieces that are being read back, in order. */
  readonly reading = new Log<number>();
  readonly verifier: PieceVerifier;
  readonly #reads = new Map<number, PromiseWithResolvers<PieceFound>>();

  constructor(verify = true, isOnTrial = () => false) {
    const read = (piece: number) => {
      const reading = Promise.withResolvers<PieceFound>();
      this.#reads.set(piece, reading);
      this.reading.add(piece);
      return reading.promise;
    };
    const { pieces, found } = this;
    this.verifier = new PieceVerifier({ pieces, reader: { read }, verify, isOnTrial }, {
      wrong: (piece) => found.add({ what: "wrong", piece }),
      incomplete: (piece) => found.add({ what: "incomplete", piece }),
      cleared: (source) => found.add({ what: "cleared", source }),
      progressed: () => found.add({ what: "progressed" }),
      failed: (error) => found.add({ what: "failed", error }),
    });
  }

  /** Has a source deliver a range; `digests` are those of the pieces that end in it, by number. */
  deliver(source: number, start: number, end: number, digests: Record<number, string> = {}): void {
    const pieces = Object.entries(digests)
      .map(([piece, digest]) => ({ piece: Number(piece), digest }));
    this.verifier.deliver(source, { start, end }, pieces);
  }

  /** Ends the reading back of a piece. */
  async readBack(piece: number, digest: string): Promise<void> {
    await this.reading.first((one) => one === piece);
    this.#reads.get(piece)?.resolve({ digest, written: null });
    await new Promise((resolve) => setTimeout(resolve));
  }

  async cannotRead(piece: number): Promise<void> {
    this.#reads.get(piece)?.reject(new PartFileError("closed"));
    await new Promise((resolve) => setTimeout(resolve));
  }

  get wrong(): Omit<WrongPiece, "type" | "rejections">[] {
    return this.found.entries.flatMap((found) => {
      if (found.what !== "wrong") return [];
      const { piece, culprit, senders, suspect } = found.piece;
      return [{ piece, culprit, senders, suspect }];
    });
  }

  get right(): number[] {
    return [...this.pieces.in("right")];
  }
}

Deno.test("PieceVerifier counts pieces as right that arrive with the right digest", () => {
  const rig = new Rig();
  rig.verifier.settle(MANIFEST);
  rig.deliver(1, 0, 35, { 0: "0", 1: "1", 2: "2" });
  assertEquals([rig.right, rig.verifier.isComplete], [[0, 1, 2], false]);
  rig.deliver(1, 35, SIZE, { 3: "3", 4: "4" });
  assertEquals([rig.right.length, rig.verifier.isComplete], [COUNT, true]);
});

Deno.test("PieceVerifier compares pieces that came before the manifest once it is there", () => {
  const rig = new Rig();
  rig.deliver(1, 0, SIZE, { 0: "0", 1: "x", 2: "2", 3: "3", 4: "4" });
  assertEquals([rig.right, rig.wrong, rig.verifier.needsManifest], [[], [], true]);
  rig.verifier.settle(MANIFEST);
  assertEquals([rig.right, rig.verifier.needsManifest], [[0, 2, 3, 4], false]);
  assertEquals(rig.wrong, [{ piece: 1, culprit: 1, senders: [1], suspect: 1 }]);
  assertEquals(rig.pieces.stateOf(1), "missing");
});

Deno.test("PieceVerifier that compares nothing counts nothing as right before the trial is over", () => {
  let isOnTrial = true;
  const { pieces, verifier } = new Rig(false, () => isOnTrial);
  verifier.deliver(1, { start: 0, end: SIZE - 1 }, []);
  isOnTrial = false;
  verifier.deliver(1, { start: SIZE - 1, end: SIZE }, []);
  assertEquals([[...pieces.in("right")], verifier.isComplete], [[COUNT - 1], false]);
  verifier.acquit();
  assertEquals([pieces.countOf("right"), verifier.isComplete], [COUNT, true]);
});

Deno.test("PieceVerifier reads a piece back that several sources delivered", async () => {
  const rig = new Rig();
  rig.verifier.settle(MANIFEST);
  rig.deliver(1, 0, 5);
  rig.deliver(2, 5, 10);
  await rig.readBack(0, "0");
  assertEquals(rig.right, [0]);
  assertEquals(rig.found.entries, [{ what: "progressed" }]);
});

Deno.test("PieceVerifier blames nobody for a piece of several, but leaves one out of the next", async () => {
  const rig = new Rig();
  rig.verifier.settle(MANIFEST);
  rig.deliver(1, 0, 5);
  rig.deliver(2, 5, 10);
  await rig.readBack(0, "x");
  assertEquals(rig.wrong, [{ piece: 0, culprit: undefined, senders: [1, 2], suspect: 1 }]);
  rig.deliver(2, 0, 5);
  rig.deliver(3, 5, 10);
  await rig.readBack(0, "x");
  assertEquals(rig.wrong[1], { piece: 0, culprit: undefined, senders: [2, 3], suspect: 2 });
});

Deno.test("PieceVerifier knows who sent parts of pieces at both ends of a range", async () => {
  const rig = new Rig();
  rig.verifier.settle(MANIFEST);
  rig.deliver(1, 0, 15, { 0: "0" });
  rig.deliver(2, 15, 25);
  rig.deliver(3, 25, 30);
  await rig.readBack(1, "x");
  await rig.readBack(2, "x");
  assertEquals(rig.wrong.map(({ senders }) => senders), [[1, 2], [2, 3]]);
});

Deno.test("PieceVerifier blames nobody for what an earlier run left", async () => {
  const rig = new Rig();
  rig.verifier.settle(MANIFEST);
  rig.pieces.deliver(undefined, { start: 0, end: 5 });
  rig.deliver(1, 5, 10);
  await rig.readBack(0, "x");
  assertEquals(rig.wrong, [{ piece: 0, culprit: undefined, senders: [], suspect: undefined }]);
});

Deno.test("PieceVerifier has the gaps of what an earlier run left filled before it calls a piece wrong", async () => {
  const rig = new Rig();
  rig.verifier.settle(MANIFEST);
  const gaps = [{ start: 3, end: 5 }];
  rig.pieces.deliver(undefined, { start: 0, end: 10 });
  rig.pieces.doubt(0, gaps);
  rig.verifier.checkKept();
  await rig.readBack(0, "x");
  assertEquals(rig.found.entries[0], { what: "incomplete", piece: { type: "incomplete", gaps } });
  rig.deliver(1, 3, 5);
  await rig.readBack(0, "0");
  assertEquals([rig.wrong, [...rig.pieces.in("right")]], [[], [0]]);
});

Deno.test("PieceVerifier gives a piece up that stays wrong without anybody to blame", async () => {
  const rig = new Rig();
  rig.verifier.settle(MANIFEST);
  for (let time = 0; time <= MAX_PIECE_REJECTIONS; time += 1) {
    assertEquals(rig.wrong.length, time);
    rig.deliver(1, 0, 5);
    rig.deliver(2, 5, 10);
    await rig.reading.some(time + 1);
    await rig.readBack(0, "x");
  }
  const last = rig.found.entries.at(-1);
  assertEquals(last?.what === "failed" && last.error instanceof MultiportError, true);
});

Deno.test("PieceVerifier loses no patience with a piece as long as there is somebody to blame", () => {
  const rig = new Rig();
  rig.verifier.settle(MANIFEST);
  for (let source = 1; source <= 3 * MAX_PIECE_REJECTIONS; source += 1) {
    rig.deliver(source, 0, 10, { 0: "x" });
  }
  assertEquals(rig.wrong.map(({ culprit }) => culprit).at(-1), 3 * MAX_PIECE_REJECTIONS);
  rig.deliver(1, 0, 10, { 0: "0" });
  assertEquals(rig.right, [0]);
});

Deno.test("PieceVerifier.checkKept() reads kept pieces back, one after the other", async () => {
  const rig = new Rig();
  rig.verifier.settle(MANIFEST);
  for (const piece of [0, 1, 2, 3, 4]) rig.pieces.vouch(piece);
  rig.verifier.checkKept();
  assertEquals([rig.reading.entries, rig.verifier.isComplete], [[0], false]);
  for (const piece of [0, 1, 2, 3]) await rig.readBack(piece, MANIFEST.pieces[piece] ?? "");
  await rig.readBack(4, "x");
  assertEquals([rig.right, rig.verifier.isComplete], [[0, 1, 2, 3], false]);
  assertEquals(rig.wrong, [{ piece: 4, culprit: undefined, senders: [], suspect: undefined }]);
  rig.deliver(1, 40, SIZE, { 4: "4" });
  assertEquals(rig.verifier.isComplete, true);
});

Deno.test("PieceVerifier.checkKept() reads before there is a manifest, and compares then", async () => {
  const rig = new Rig();
  for (const piece of [2, 3]) rig.pieces.vouch(piece);
  rig.verifier.checkKept();
  await rig.readBack(2, "x");
  await rig.readBack(3, "3");
  assertEquals([rig.right, rig.wrong], [[], []]);
  rig.verifier.settle(MANIFEST);
  assertEquals([rig.right, rig.wrong.map(({ piece }) => piece)], [[3], [2]]);
});

Deno.test("PieceVerifier reads a piece again whose bytes were replaced meanwhile", async () => {
  const rig = new Rig();
  rig.verifier.settle(MANIFEST);
  rig.pieces.vouch(2);
  rig.verifier.checkKept();
  rig.pieces.discard(2);
  rig.pieces.deliver(undefined, rig.pieces.rangeOf(2));
  await rig.readBack(2, "x");
  assertEquals([rig.reading.entries, rig.wrong], [[2, 2], []]);
  await rig.readBack(2, "2");
  assertEquals(rig.right, [2]);
});

Deno.test("PieceVerifier ends quietly when nothing can be read any more", async () => {
  const rig = new Rig();
  rig.verifier.settle(MANIFEST);
  for (const piece of [0, 1, 2]) rig.pieces.vouch(piece);
  rig.verifier.checkKept();
  await rig.cannotRead(0);
  assertEquals([rig.reading.entries, rig.found.entries], [[0], []]);
});

Deno.test("PieceVerifier of a download that is not verified takes what comes", () => {
  const rig = new Rig(false);
  assertEquals(rig.verifier.needsManifest, false);
  rig.deliver(1, 0, 25, { 0: "x", 1: "y" });
  rig.deliver(2, 25, SIZE);
  assertEquals([rig.reading.entries, rig.verifier.isComplete], [[], true]);
});

Deno.test("PieceVerifier of an empty file is complete once there is a manifest", () => {
  const pieces = new PieceStore(0, PIECE_LENGTH);
  const reader = { read: () => Promise.reject(new Error("nothing to read")) };
  const observer = {
    wrong: () => {},
    incomplete: () => {},
    cleared: () => {},
    progressed: () => {},
    failed: () => {},
  };
  const verifier = new PieceVerifier({ pieces, reader, verify: true }, observer);
  assertEquals(verifier.isComplete, false);
  verifier.settle({ pieces: [] });
  assertEquals(verifier.isComplete, true);
});
