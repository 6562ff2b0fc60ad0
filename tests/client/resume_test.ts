import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Checkpoint } from "../../lib/storage/checkpoint.ts";
import { FetchWorkerPool } from "../../lib/transfer/fetch_worker_pool.ts";
import { PartFile } from "../../lib/storage/part_file.ts";
import { PartFileError } from "../../lib/storage/part_writer.ts";
import { PieceSet } from "../../lib/content/piece_set.ts";
import { resume } from "../../lib/client/resume.ts";
import { Scratch } from "../../testing/scratch.ts";
import { SourcesRig } from "../sources/sources_rig.ts";
import {
  CONTENT,
  contextOf,
  COUNT,
  DIGEST,
  jobOf,
  leave,
  PIECE_LENGTH,
  rangeOf,
  resumed,
  SIZE,
  store,
} from "./resume_rig.ts";

const NOTHING = { recorded: [], pieces: [], unverified: [], beginnings: [], notices: [] };
const EMPTY = { missing: [{ start: 0, end: SIZE }], length: 0, hasCheckpoint: false };

Deno.test("resume() finds nothing where nothing was left", async () => {
  assertEquals(await resumed({}), { ...NOTHING, ...EMPTY });
});

Deno.test("resume() takes what the checkpoint vouches for without reading it", async () => {
  const garbage = new Uint8Array(PIECE_LENGTH).fill(7);
  const { recorded, pieces, unverified, beginnings, notices } = await resumed({
    written: [0, 1, 4],
    also: [[4 * PIECE_LENGTH, garbage]],
    checkpoint: [0, 1, 4],
  });
  assertEquals({ recorded, pieces, unverified, beginnings, notices }, {
    ...NOTHING,
    recorded: [0, 1, 4],
  });
});

Deno.test("resume() finds what was written after the last entry in the checkpoint", async () => {
  const { start } = rangeOf(6);
  const { recorded, pieces, beginnings } = await resumed({
    written: [0, 1, 5, 9],
    also: [[start, CONTENT.subarray(start, start + 30_001)]],
    checkpoint: [0, 1],
  });
  assertEquals({ recorded, pieces }, { recorded: [0, 1], pieces: [5, 9] });
  assertEquals(beginnings, [{ start, end: start + 30_001 }]);
});

Deno.test("resume() finds what is right when the checkpoint is lost or cannot be believed", async () => {
  const mark = '{"format":"multiport checkpoint"';
  const checkpoints: [text: string, why: string][] = [
    ["", "its checkpoint cannot be used: it is incomplete"],
    [`${mark},"pieces":\nand more\n`, "its checkpoint cannot be used: it is damaged"],
  ];
  for (const [checkpoint, why] of checkpoints) {
    const left = { written: [2, 3, 9], also: [[0, Uint8Array.of(1, 2, 3)]], checkpoint } as const;
    const { recorded, pieces, notices } = await resumed(left);
    assertEquals({ recorded, pieces }, { recorded: [], pieces: [2, 3, 9] });
    assertEquals(notices, [`PART: ${why}; comparing its content with the servers' digests`]);
  }
});

Deno.test("resume() finds what is right in a part file that is too short or too long", async () => {
  const length = 2 * PIECE_LENGTH - 1;
  const short = await resumed({ written: [0], length, checkpoint: [0, 1, 2] });
  assertEquals([short.recorded, short.notices], [[0], []]);
  const long = await resumed({ written: [0, 9], length: SIZE + 5, checkpoint: [0, 1, 2, 9] });
  assertEquals([long.recorded, long.pieces], [[], [0, 9]]);
  assertStringIncludes(long.notices[0] ?? "", `the part file has ${SIZE + 5} bytes`);
});

Deno.test("resume() sets a part file of another file aside", async () => {
  const others: Partial<Checkpoint>[] = [
    { sha256: "b".repeat(64) },
    { size: SIZE + 1 },
  ];
  for (const identity of others) {
    const over = await resumed({ written: [0, 1], checkpoint: [0, 1], identity });
    const notices = ["PART is of another file; starting over"];
    assertEquals(over, { ...NOTHING, ...EMPTY, notices });
  }
});

Deno.test("resume() takes back what was set aside when that is what is fetched", async () => {
  await using scratch = await Scratch.make();
  const output = scratch.path("film.mp4");
  const goOn = async (digest: string, bringsBack = true) => {
    const rig = new SourcesRig(1);
    rig.answer([1], { size: SIZE, digest });
    const pieces = store();
    using part = await PartFile.open(output);
    const pool = new FetchWorkerPool({ ...jobOf(part), hash: "sha-256" });
    try {
      await resume({ ...contextOf(rig, pieces), part, pool, bringsBack });
    } finally {
      await pool.close();
    }
    const sha256 = digest.repeat(64);
    const none = new PieceSet(COUNT).bits;
    const identity = { size: SIZE, pieceLength: PIECE_LENGTH, sha256, etags: [] };
    part.begin({ ...identity, pieces: pieces.in("vouched").bits, unverified: none }, true);
    return [...pieces.in("vouched")];
  };
  const both = [
    "film.mp4.part",
    "film.mp4.part.checkpoint",
    "film.mp4.part.old",
    "film.mp4.part.old.checkpoint",
  ];
  leave(output, { written: [0, 1, 2], checkpoint: [0, 1, 2] });
  assertEquals(await goOn("b"), []);
  assertEquals(await scratch.names(), both);
  assertEquals(await goOn("b"), []);
  leave(output, { written: [5], checkpoint: [5], identity: { sha256: "b".repeat(64) } });
  // They change places, as often as servers change their minds.
  for (const _ of [1, 2]) {
    assertEquals(await goOn(DIGEST), [0, 1, 2]);
    assertEquals(await goOn("b"), [5]);
    assertEquals((await scratch.names()).length, 4);
  }
  assertEquals(await goOn(DIGEST, false), []);
});

Deno.test("resume() goes by the digest, whatever the entity tags say", async () => {
  const left = { written: [0, 1], checkpoint: [0, 1] };
  const { recorded, notices } = await resumed(left, { etag: '"v2"' });
  assertEquals({ recorded, notices }, { recorded: [0, 1], notices: [] });
});

Deno.test("resume() goes by the entity tags while no digest is known", async () => {
  const left = { written: [0, 1, 2], checkpoint: [0, 1] };
  const same = await resumed(left, { digest: null });
  assertEquals([same.recorded, same.pieces, same.unverified], [[0, 1], [], [2]]);
  const unnamed = await resumed({ ...left, identity: { sha256: null } });
  assertEquals([unnamed.recorded, unnamed.pieces], [[0, 1], [2]]);
});

Deno.test("resume() keeps what was written, though nothing can tell yet whether it is right", async () => {
  const garbage = new Uint8Array(PIECE_LENGTH).fill(7);
  const left = {
    written: [0, 1, 5],
    also: [[3 * PIECE_LENGTH, garbage], [6 * PIECE_LENGTH, garbage.subarray(0, 99)]],
  } as const;
  const whole = [0, 1, 3, 5];
  const beginnings = [{ start: 6 * PIECE_LENGTH, end: 6 * PIECE_LENGTH + 99 }];
  const lost = await resumed({ ...left, checkpoint: "" }, { digest: null });
  assertEquals([lost.unverified, lost.beginnings], [whole, beginnings]);
  const changed = { ...left, checkpoint: [0], identity: { sha256: null, etags: ['"v0"'] } };
  const other = await resumed(changed, { digest: null });
  assertEquals([other.recorded, other.unverified, other.notices], [[], whole, []]);
  const known = await resumed({ ...left, checkpoint: [0] }, { settled: false });
  assertEquals([known.recorded, known.unverified, known.beginnings], [[0], [1, 3, 5], beginnings]);
});

Deno.test("resume() counts on what the checkpoint says is there, if it is verified", async () => {
  const unverified = new PieceSet(COUNT);
  unverified.add(4);
  const identity = { unverified: unverified.bits };
  const left = { written: [0, 4], checkpoint: [0], identity };
  const kept = await resumed(left, { settled: false });
  assertEquals([kept.recorded, kept.unverified], [[0], [4]]);
  const unchecked = await resumed(left, { verify: false });
  assertEquals([unchecked.recorded, unchecked.unverified, unchecked.pieces], [[0], [], []]);
});

Deno.test("resume() compares everything when neither digest nor entity tags tell", async () => {
  const left = { written: [0, 2], checkpoint: [0, 1], identity: { sha256: null, etags: ['"v0"'] } };
  const { recorded, pieces } = await resumed(left);
  assertEquals([recorded, pieces], [[], [0, 2]]);
});

Deno.test("resume() without verification believes a checkpoint of the same content only", async () => {
  const left = { written: [0, 1], checkpoint: [0, 1] };
  const same = await resumed(left, { verify: false });
  assertEquals([same.recorded, same.pieces], [[0, 1], []]);
  const lost = await resumed({ written: [0, 1] }, { verify: false });
  const notices = ["PART: its checkpoint cannot be used: it is incomplete; starting over"];
  assertEquals(lost, { ...NOTHING, ...EMPTY, notices });
  const other = { ...left, identity: { sha256: null, etags: ['"v0"'] } };
  const replaced = await resumed(other, { verify: false, digest: null });
  assertEquals([replaced.recorded, replaced.length], [[], 0]);
});

Deno.test("resume() goes on whatever the length of the pieces was", async () => {
  const identity = { pieceLength: 2 * PIECE_LENGTH };
  const left = { written: [0, 1, 2, 3], checkpoint: [0], identity };
  const { recorded, pieces } = await resumed(left);
  assertEquals([recorded, pieces], [[0, 1], [2, 3]]);
  assertEquals((await resumed(left, { verify: false })).recorded, [0, 1]);
});

Deno.test("resume() believes no source alone that has to agree with another", async () => {
  const left = { written: [0, 1, 4], checkpoint: [0, 1] };
  const alone = await resumed(left, { verify: false, twice: true });
  assertEquals([alone.pieces, alone.recorded, alone.unverified], [[], [], []]);
  const words = "PART was fetched from one source each: fetching all of it from two";
  assertEquals(alone.notices, [words]);
  const once = new PieceSet(COUNT);
  once.add(4);
  const sources = [{ mark: "somebody", etag: null, modified: null, once: once.bits }];
  const identity = { twice: true, sources };
  const both = await resumed({ ...left, identity }, { verify: false, twice: true });
  assertEquals([both.pieces, both.unverified, both.notices], [[0, 1], [4], []]);
  const ordinary = await resumed({ ...left, identity }, { verify: false });
  assertEquals([ordinary.recorded, ordinary.unverified], [[0, 1, 4], []]);
});

Deno.test("resume() takes pieces of zeros that nobody wrote for missing, and written ones for right", async () => {
  const zeros = new Uint8Array(PIECE_LENGTH);
  const { pieces } = await resumed({ written: [1], also: [[0, zeros]] });
  assertEquals(pieces, [1]);
});

Deno.test("resume() takes a gap that is too short for a hole for missing, once digests say so", async () => {
  const { start, end } = rangeOf(3);
  const gap = { start: start + 10_000, end: start + 14_096 };
  const also = [[gap.start, new Uint8Array(gap.end - gap.start)]] as const;
  const left = { written: [0, 3], also, checkpoint: [0] };
  const known = await resumed(left);
  assertEquals([known.recorded, known.pieces], [[0], []]);
  assertEquals(known.missing, [
    { start: rangeOf(1).start, end: rangeOf(2).end },
    gap,
    { start: end, end: SIZE },
  ]);
  const unknown = await resumed(left, { settled: false });
  assertEquals([unknown.recorded, unknown.unverified], [[0], [3]]);
});

Deno.test("resume() makes nothing of a file full of garbage", async () => {
  const garbage = new Uint8Array(SIZE).fill(7);
  const { pieces, beginnings } = await resumed({ also: [[0, garbage]] });
  assertEquals([pieces, beginnings], [[], []]);
});

Deno.test("resume() ends when the engines are closed meanwhile", async () => {
  await using scratch = await Scratch.make();
  const output = scratch.path("film.mp4");
  leave(output, { written: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });
  const rig = new SourcesRig(1);
  rig.answer([1], { size: SIZE, digest: DIGEST });
  using part = await PartFile.open(output);
  const pool = new FetchWorkerPool({ ...jobOf(part), hash: "sha-256" });
  const kept = resume({ ...contextOf(rig, store()), part, pool });
  await Promise.all([assertRejects(() => kept, PartFileError, "has ended"), pool.close()]);
});
