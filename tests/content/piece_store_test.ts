import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { PIECE } from "../../lib/content/piece_map.ts";
import { PieceStore } from "../../lib/content/piece_store.ts";

const PIECE_LENGTH = 1000;
const MANIFEST = {
  name: "a",
  size: 2500,
  sha256: "whole",
  pieceLength: PIECE_LENGTH,
  pieces: ["0", "1", "2"],
};

const store = () => new PieceStore(MANIFEST.size, PIECE_LENGTH);
const states = (pieces: PieceStore) =>
  Array.from({ length: pieces.count }, (_, piece) => pieces.stateOf(piece));

Deno.test("PieceStore.deliver() tells which pieces are whole since", () => {
  const pieces = store();
  assertEquals(pieces.count, 3);
  assertEquals(pieces.deliver(1, { start: 0, end: 999 }), []);
  assertEquals(pieces.deliver(1, { start: 999, end: 2100 }), [0, 1]);
  assertEquals(states(pieces), ["unverified", "unverified", "missing"]);
  assertEquals(pieces.isWhole, false);
  assertEquals(pieces.deliver(2, { start: 2100, end: 2500 }), [2]);
  assertEquals(pieces.isWhole, true);
});

Deno.test("PieceStore.rangeOf() ends with the file", () => {
  assertEquals(store().rangeOf(1), { start: 1000, end: 2000 });
  assertEquals(store().rangeOf(2), { start: 2000, end: 2500 });
});

Deno.test("PieceStore.sendersOf() names who sent parts of a piece, in order", () => {
  const pieces = store();
  pieces.deliver(5, { start: 0, end: 1500 });
  pieces.deliver(0, { start: 1500, end: 1600 });
  pieces.deliver(5, { start: 1600, end: 1700 });
  pieces.deliver(undefined, { start: 2000, end: 2100 });
  assertEquals([0, 1, 2].map((piece) => pieces.sendersOf(piece)), [[5], [5, 0], []]);
});

Deno.test("PieceStore.compare() marks what matches the manifest as right", () => {
  const pieces = store();
  pieces.settle(MANIFEST);
  pieces.deliver(1, { start: 0, end: 2000 });
  assertEquals(pieces.compare(0, "0"), { type: "right", cleared: undefined });
  assertEquals(pieces.compare(1, "x"), {
    type: "wrong",
    piece: 1,
    culprit: 1,
    senders: [1],
    suspect: 1,
    rejections: 0,
  });
  assertEquals(states(pieces), ["right", "missing", "missing"]);
  assertEquals(pieces.missing, [{ start: 1000, end: 2500 }]);
});

Deno.test("PieceStore.compare() keeps digests until there is a manifest", () => {
  const pieces = store();
  pieces.deliver(1, { start: 0, end: 2500 });
  for (const [piece, sha256] of ["0", "1", "x"].entries()) {
    assertEquals([pieces.isUnread(piece), pieces.compare(piece, sha256)], [true, {
      type: "pending",
    }]);
  }
  assertEquals([...pieces.unread()], []);
  assertEquals(pieces.settle(MANIFEST).map(({ type }) => type), ["right", "right", "wrong"]);
  assertEquals(states(pieces), ["right", "right", "missing"]);
});

Deno.test("PieceStore.compare() says nothing of a piece that is not whole", () => {
  const pieces = store();
  pieces.settle(MANIFEST);
  pieces.deliver(1, { start: 0, end: 999 });
  assertEquals(pieces.compare(0, "0"), { type: "pending" });
  assertEquals(pieces.stateOf(0), "missing");
});

Deno.test("PieceStore.vouch() counts on a piece until it is read back", () => {
  const pieces = store();
  pieces.settle(MANIFEST);
  for (const piece of [0, 2]) pieces.vouch(piece);
  assertEquals([[...pieces.unread()], states(pieces)], [[0, 2], ["vouched", "missing", "vouched"]]);
  pieces.compare(0, "0");
  const wrong = pieces.compare(2, "x");
  assert(wrong.type === "wrong");
  assertEquals([wrong.culprit, wrong.senders, wrong.suspect], [undefined, [], undefined]);
  assertEquals([...pieces.in("vouched", "right")], [0]);
});

Deno.test("PieceStore blames nobody alone for a piece that an earlier run began", () => {
  const pieces = store();
  pieces.settle(MANIFEST);
  pieces.deliver(undefined, { start: 0, end: 5 });
  pieces.deliver(1, { start: 5, end: 1000 });
  const wrong = pieces.compare(0, "x");
  assert(wrong.type === "wrong");
  assertEquals([wrong.culprit, wrong.senders, wrong.suspect], [undefined, [], undefined]);
  assertEquals(pieces.offencesOf(1), 0);
  pieces.deliver(1, { start: 0, end: 1000 });
  const again = pieces.compare(0, "x");
  assert(again.type === "wrong");
  assertEquals([again.culprit, pieces.offencesOf(1)], [1, 1]);
});

Deno.test("PieceStore forgets at first only what is in doubt of a wrong piece that an earlier run left", () => {
  for (const isKnown of [true, false]) {
    const pieces = store();
    if (isKnown) pieces.settle(MANIFEST);
    const gaps = [{ start: 1010, end: 1100 }, { start: 1500, end: 1700 }];
    pieces.deliver(undefined, { start: 1000, end: 2000 });
    pieces.doubt(1, gaps);
    const version = pieces.versionOf(1);
    const verdict = pieces.compare(1, "x");
    const found = isKnown ? verdict : pieces.settle(MANIFEST)[0];
    assertEquals(found, { type: "incomplete", gaps });
    assert(pieces.versionOf(1) !== version);
    assertEquals(pieces.missing, [
      { start: 0, end: 1000 },
      { start: 1010, end: 1100 },
      { start: 1500, end: 1700 },
      { start: 2000, end: 2500 },
    ]);
    assertEquals(pieces.deliver(1, { start: 1010, end: 1100 }), []);
    assertEquals(pieces.deliver(1, { start: 1500, end: 1700 }), [1]);
    assertEquals([...pieces.unread()], [1]);
    // Once: if that was not it, the piece is fetched as a whole.
    assertEquals(pieces.compare(1, "x").type, "wrong");
    assertEquals(pieces.missing, [{ start: 0, end: 2500 }]);
    assertEquals(pieces.offencesOf(1), 0);
  }
});

Deno.test("PieceStore does not look for gaps in a piece that is right, or was forgotten", () => {
  const pieces = store();
  pieces.settle(MANIFEST);
  for (const piece of [0, 1]) {
    pieces.deliver(undefined, pieces.rangeOf(piece));
    pieces.doubt(piece, [{ start: 1000 * piece, end: 1000 * piece + 10 }]);
  }
  assertEquals(pieces.compare(0, "0").type, "right");
  for (const piece of [0, 1]) pieces.discard(piece);
  pieces.deliver(1, { start: 0, end: 2000 });
  assertEquals([0, 1].map((piece) => pieces.compare(piece, "x").type), ["wrong", "wrong"]);
});

Deno.test("PieceStore suspects those who had a hand in every wrong version", () => {
  const pieces = store();
  pieces.settle(MANIFEST);
  const wrong = (...senders: number[]) => {
    const part = PIECE_LENGTH / senders.length;
    senders.forEach((source, at) =>
      pieces.deliver(source, { start: Math.round(at * part), end: Math.round((at + 1) * part) })
    );
    const verdict = pieces.compare(0, "x");
    return verdict.type === "wrong" && [verdict.suspect, verdict.rejections];
  };
  assertEquals(wrong(1, 2, 3), [1, 1]);
  assertEquals(wrong(4, 3, 2), [2, 2]);
  assertEquals(wrong(5, 3), [3, 3]);
  // None of those who are left had: several must be at fault.
  assertEquals(wrong(6, 7), [6, 4]);
  pieces.deliver(1, { start: 0, end: 1000 });
  pieces.compare(0, "0");
  pieces.discard(0);
  // A piece that came right begins anew.
  assertEquals(wrong(3, 7), [3, 1]);
});

Deno.test("PieceStore finds who is at fault after as many versions as the first had senders", () => {
  const servers = fc.integer({ min: 2, max: 12 });
  const shuffles = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(fc.property(servers, shuffles, (count, chance) => {
    const random = () => chance.next().value ?? 0;
    const pieces = new PieceStore(count, count);
    pieces.settle({ pieces: ["right"] });
    const atFault = 1 + Math.floor(random() * (count - 1));
    let leftOut: number | undefined;
    let first: number | undefined;
    for (let versions = 1;; versions += 1) {
      const able = Array.from({ length: count }, (_, at) => at).filter((at) => at !== leftOut);
      const some = able.filter(() => random() < 0.5);
      const senders = new Set(some.length > 0 ? some : able.slice(0, 1));
      if (versions === 1) senders.add(atFault);
      if (!senders.has(atFault)) return;
      first ??= senders.size;
      assert(versions <= first, `${versions} versions of ${first} senders`);
      const order = [...senders];
      order.forEach((source, at) => {
        const end = at + 1 === order.length ? count : at + 1;
        pieces.deliver(source, { start: at, end });
      });
      const verdict = pieces.compare(0, "wrong");
      leftOut = verdict.type === "wrong" ? verdict.suspect : undefined;
    }
  }));
});

Deno.test("PieceStore.discard() forgets bytes and senders", () => {
  const pieces = store();
  const { revision } = pieces;
  pieces.deliver(1, { start: 0, end: 1000 });
  assert(pieces.revision !== revision);
  const version = pieces.versionOf(0);
  pieces.discard(0);
  assert(pieces.versionOf(0) !== version);
  assertEquals([pieces.stateOf(0), pieces.sendersOf(0)], ["missing", []]);
  assertEquals(pieces.deliver(2, { start: 0, end: 1000 }), [0]);
  assertEquals(pieces.sendersOf(0), [2]);
});

Deno.test("PieceStore of an empty file is right once there is a manifest", () => {
  const pieces = new PieceStore(0, PIECE_LENGTH);
  assertEquals([pieces.count, pieces.isWhole, pieces.isRight], [0, true, false]);
  pieces.settle({ pieces: [] });
  assertEquals(pieces.isRight, true);
});

Deno.test("PieceStore knows after any deliveries what a list of bytes would", () => {
  const size = 97;
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: size - 1 }), { maxLength: 20 });
  const owners = fc.array(fc.nat({ max: 2 }), { minLength: 21, maxLength: 21 });
  fc.assert(fc.property(cuts, owners, fc.integer({ min: 1, max: 40 }), (given, who, length) => {
    const pieces = new PieceStore(size, length);
    const bytes: (number | undefined)[] = Array.from({ length: size });
    const ends = [...given, size].sort((a, b) => a - b);
    const order = ends.map((end, at) => ({ start: ends[at - 1] ?? 0, end, source: who[at] ?? 0 }));
    for (const { start, end, source } of order.sort((a, b) => a.source - b.source)) {
      const completed = pieces.deliver(source, { start, end });
      bytes.fill(source, start, end);
      for (let piece = 0; piece < pieces.count; piece += 1) {
        const range = pieces.rangeOf(piece);
        const part = bytes.slice(range.start, range.end);
        assertEquals(pieces.stateOf(piece) === "unverified", !part.includes(undefined));
        const senders = new Set(part.filter((owner) => owner !== undefined));
        assertEquals(new Set(pieces.sendersOf(piece)), senders);
        const isNew = completed.includes(piece);
        if (isNew) assertEquals(range.start < end && start < range.end, true);
      }
      const isMissing = bytes.map(() => false);
      for (const { start, end } of pieces.missing) isMissing.fill(true, start, end);
      assertEquals(isMissing, bytes.map((owner) => owner === undefined));
    }
    assert(pieces.isWhole);
  }));
});

Deno.test("PieceStore.map tells what every piece is, as it changes", () => {
  const wrong = "0".repeat(64);
  const pieces = new PieceStore(6 * 1000, 1000);
  pieces.vouch(0);
  pieces.deliver(7, { start: 1000, end: 2000 });
  pieces.deliver(1, { start: 2000, end: 2300 });
  pieces.deliver(2, { start: 2300, end: 3000 });
  pieces.deliver(3, { start: 3000, end: 3500 });
  pieces.deliver(4, { start: 4000, end: 5000 });
  pieces.deliver(undefined, { start: 5000, end: 6000 });
  assertEquals([...pieces.map], [PIECE.kept, 7, 2, PIECE.missing, 4, PIECE.unverified]);
  for (const piece of [0, 1, 2]) pieces.accept(piece);
  pieces.compare(4, wrong);
  pieces.settle({ pieces: [] });
  assertEquals([...pieces.map], [
    PIECE.kept,
    7,
    2,
    PIECE.missing,
    PIECE.wrong,
    PIECE.unverified,
  ]);
});

Deno.test("PieceStore puts who had part in a wrong piece on parole until a whole one is right", () => {
  const pieces = store();
  pieces.settle(MANIFEST);
  pieces.deliver(1, { start: 0, end: 400 });
  pieces.deliver(2, { start: 400, end: 1000 });
  pieces.compare(0, "x");
  assertEquals([1, 2, 3].map((source) => pieces.offencesOf(source)), [1, 1, 0]);
  pieces.deliver(1, { start: 0, end: 1000 });
  assertEquals(pieces.compare(0, "0"), { type: "right", cleared: 1 });
  assertEquals([1, 2].map((source) => pieces.offencesOf(source)), [0, 1]);
  pieces.deliver(1, { start: 1000, end: 1500 });
  pieces.deliver(2, { start: 1500, end: 2000 });
  // What it sent of a piece of several proves nothing.
  assertEquals(pieces.compare(1, "1"), { type: "right", cleared: undefined });
});

Deno.test("PieceStore.abandon() forgets what a source on parole began", () => {
  const pieces = store();
  pieces.deliver(1, { start: 0, end: 1300 });
  pieces.deliver(2, { start: 1500, end: 1600 });
  pieces.abandon(1, { start: 1000, end: 1300 });
  assertEquals(pieces.missing, [{ start: 1000, end: 1500 }, { start: 1600, end: 2500 }]);
  assertEquals([pieces.sendersOf(1), pieces.offencesOf(1)], [[2], 1]);
  assertEquals(pieces.deliver(3, { start: 1000, end: 1500 }), []);
  assertEquals(pieces.deliver(3, { start: 1600, end: 2000 }), [1]);
});
