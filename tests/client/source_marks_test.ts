import { assertEquals } from "@std/assert";
import { SourceMarks } from "../../lib/client/source_marks.ts";
import { PieceSet } from "../../lib/content/piece_set.ts";
import { PieceStore } from "../../lib/content/piece_store.ts";
import { SourcesRig } from "../sources/sources_rig.ts";

const LENGTH = 10;
const COUNT = 5;

/** The marks of so many sources that have answered, of a file of five pieces. */
function rig(servers: number) {
  const rig = new SourcesRig(servers);
  const pieces = new PieceStore(COUNT * LENGTH, LENGTH);
  return { rig, pieces, marks: new SourceMarks(rig.sources, pieces) };
}

const once = (pieces: Uint8Array | undefined) => [...new PieceSet(COUNT, pieces)];

Deno.test("SourceMarks tells the next run who sent what once, and no address", () => {
  const { pieces, marks } = rig(2);
  const sources = rig(2);
  sources.rig.answer([1], { size: 50, etag: '"1"' });
  sources.rig.answer([2], { size: 50, etag: '"2"' });
  for (const piece of [0, 1]) sources.pieces.deliver(1, sources.pieces.rangeOf(piece));
  sources.pieces.deliver(2, sources.pieces.rangeOf(2));
  sources.pieces.accept(1);
  const told = sources.marks.toCheckpoint(true);
  assertEquals(told.map(({ etag }) => etag), ['"1"', '"2"']);
  assertEquals(told.map((source) => once(source.once)), [[0], [2]]);
  assertEquals(JSON.stringify(told).includes("h:1"), false);
  assertEquals(sources.marks.toCheckpoint(false).map(({ once }) => once), [undefined, undefined]);
  // The next run knows them again, be one of them there or not.
  marks.keepOnce(told);
  assertEquals([marks.sendersOf(0), marks.sendersOf(2), marks.sendersOf(1)], [[1], [2], []]);
  const alone = rig(1);
  alone.rig.answer([1], { size: 50 });
  alone.marks.keepOnce(told);
  assertEquals([alone.marks.sendersOf(0), alone.marks.sendersOf(2)], [[1], []]);
  assertEquals(alone.marks.toCheckpoint(true).map((source) => once(source.once)), [[0], [2]]);
  assertEquals([...pieces.in("unverified")], [0, 2]);
});

Deno.test("SourceMarks knows a source that has another version now, and takes no other's for it", () => {
  const before = rig(1);
  before.rig.answer([1], { size: 50, etag: '"1"' });
  const told = before.marks.toCheckpoint(false);
  const isChanged = (etag: string | null) => {
    const now = rig(1);
    now.rig.answer([1], { size: 50, etag });
    return now.marks.hasChanged(told);
  };
  assertEquals([isChanged('"1"'), isChanged('"2"'), isChanged(null)], [false, true, false]);
  const elsewhere = told.map((source) => ({ ...source, mark: "another" }));
  const other = rig(1);
  other.rig.answer([1], { size: 50, etag: '"2"' });
  assertEquals(other.marks.hasChanged(elsewhere), false);
  // Servers behind one name may each have a tag of their own: the time tells.
  const timed = (
    modified: string,
  ) => [{ ...told[0], mark: told[0]?.mark ?? "", etag: '"3"', modified }];
  const dated = rig(1);
  const name = { name: "f", size: 50, etag: '"2"', digest: null };
  dated.rig.source(1).says({ ...name, modified: new Date("2026-01-01T00:00:00Z") }, false);
  assertEquals(dated.marks.hasChanged(timed("2026-01-01T00:00:00.000Z")), false);
  assertEquals(dated.marks.hasChanged(timed("2025-01-01T00:00:00.000Z")), true);
});
