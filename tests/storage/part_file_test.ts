import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { encodeCheckpoint } from "../../lib/storage/checkpoint.ts";
import { PartFile } from "../../lib/storage/part_file.ts";
import { Scratch } from "../../testing/scratch.ts";
import { sha256 } from "../client/content.ts";
import { CHECKPOINT, CONTENT, leave, never, Place, rejectsWith } from "./part_file_rig.ts";

Deno.test("PartFile.remains() believes a checkpoint that fits the file", async () => {
  await using place = await Place.make();
  leave(place.output);
  using part = await PartFile.open(place.output);
  assertEquals(part.remains(1000), { type: "checkpoint", checkpoint: CHECKPOINT });
});

Deno.test("PartFile.remains() does not believe in pieces beyond the end of a shorter file", async () => {
  await using place = await Place.make();
  for (const [length, bits, more] of [[299, 1, 2], [300, 5, 2], [99, 0, 0]] as const) {
    leave(place.output, CONTENT.subarray(0, length));
    using part = await PartFile.open(place.output);
    const checkpoint = {
      ...CHECKPOINT,
      pieces: Uint8Array.of(bits, 0),
      unverified: Uint8Array.of(more, 0),
    };
    assertEquals(part.remains(1000), { type: "checkpoint", checkpoint });
  }
});

Deno.test("PartFile.remains() says why it believes nothing", async () => {
  await using place = await Place.make();
  const text = encodeCheckpoint(CHECKPOINT);
  const said: [text: string, size: number, reason: string][] = [
    [text, 999, "the part file has 1000 bytes"],
    [text.slice(0, -1), 1000, "its checkpoint cannot be used: it is incomplete"],
    [text.replace("1000", "1001"), 1000, "its checkpoint cannot be used: it is damaged"],
    // As a power cut leaves the first one.
    ["", 1000, "its checkpoint cannot be used: it is incomplete"],
  ];
  for (const [text, size, reason] of said) {
    leave(place.output, CONTENT, text);
    using part = await PartFile.open(place.output);
    assertEquals(part.remains(size), { type: "unknown", reason });
  }
});

Deno.test("PartFile.record() replaces the checkpoint as a whole", async () => {
  await using place = await Place.make();
  leave(place.output);
  using part = await PartFile.open(place.output);
  await part.record(CHECKPOINT);
  using before = Deno.openSync(place.checkpoint);
  await part.record({ ...CHECKPOINT, sha256: null });
  assertEquals(await place.scratch.names(), ["out.part", "out.part.checkpoint"]);
  // Who had the old one open still reads all of it.
  const text = await new Response(before.readable).text();
  assertEquals(text, encodeCheckpoint(CHECKPOINT));
});

Deno.test("PartFile.record() leaves the last checkpoint alone when it cannot write the next", async () => {
  await using place = await Place.make();
  leave(place.output);
  using part = await PartFile.open(place.output);
  Deno.mkdirSync(`${place.checkpoint}.new/full`, { recursive: true });
  const words = "out.part.checkpoint.new: it is a folder";
  await rejectsWith(() => part.record({ ...CHECKPOINT, sha256: null }), words);
  assertEquals(Deno.readTextFileSync(place.checkpoint), encodeCheckpoint(CHECKPOINT));
});

Deno.test("PartFile.record() vouches for nothing once the part file has lost its name", async () => {
  await using place = await Place.make();
  leave(place.output);
  using part = await PartFile.open(place.output);
  const words = `${place.part} was taken away meanwhile`;
  Deno.removeSync(place.part);
  await rejectsWith(() => part.record(CHECKPOINT), words);
  // Another download's, where there are no locks.
  Deno.writeTextFileSync(place.part, "");
  Deno.writeTextFileSync(place.checkpoint, "its checkpoint");
  await rejectsWith(() => part.record(CHECKPOINT), words);
  assertEquals(part.leave(true), false);
  assertEquals(Deno.readTextFileSync(place.checkpoint), "its checkpoint");
});

Deno.test("PartFile.startOver() makes a new file, and leaves the old one to whoever has it open", async () => {
  await using place = await Place.make();
  leave(place.output);
  using other = Deno.openSync(place.part, { read: true, write: true });
  using part = await PartFile.open(place.output);
  part.startOver();
  assertEquals(part.remains(1000), { type: "nothing" });
  assertEquals(await place.scratch.names(), ["out.part"]);
  assertEquals(other.statSync().size, 1000);
  assertEquals(Deno.statSync(place.part).ino, part.identity.ino);
  await rejectsWith(() => PartFile.open(place.output), "another download is writing it");
});

Deno.test("PartFile.begin() says whose it is before there is anything in it", async () => {
  await using place = await Place.make();
  const none = { ...CHECKPOINT, pieces: Uint8Array.of(0, 0), unverified: Uint8Array.of(0, 0) };
  {
    using part = await PartFile.open(place.output);
    part.begin(none, true);
    assertEquals(Deno.statSync(place.part).size, 1000);
    assert((part.allocated ?? 0) < 1000);
  }
  using part = await PartFile.open(place.output);
  assertEquals(part.remains(1000), { type: "checkpoint", checkpoint: none });
});

Deno.test("PartFile.begin() reserves nothing unless it is told to, and cuts off what is too much", async () => {
  await using place = await Place.make();
  {
    using part = await PartFile.open(place.output);
    part.begin(CHECKPOINT, false);
    assertEquals(Deno.statSync(place.part).size, 0);
  }
  Deno.writeFileSync(place.part, CONTENT);
  using part = await PartFile.open(place.output);
  part.begin({ ...CHECKPOINT, size: 600 }, false);
  assertEquals(Deno.readFileSync(place.part), CONTENT.subarray(0, 600));
});

Deno.test("PartFile.leave() keeps what is worth it, or what an earlier run left", async () => {
  for (const [isOld, isWorth] of [[false, true], [true, false], [true, true]] as const) {
    await using place = await Place.make();
    if (isOld) leave(place.output);
    using part = await PartFile.open(place.output);
    part.begin(CHECKPOINT, true);
    assertEquals(part.leave(isWorth), true);
    assertEquals(await place.scratch.names(), ["out.part", "out.part.checkpoint"]);
  }
});

Deno.test("PartFile.leave() leaves nothing where there is nothing to keep", async () => {
  await using place = await Place.make();
  using part = await PartFile.open(place.output);
  part.begin(CHECKPOINT, true);
  assertEquals(part.leave(false), false);
  await part.record(CHECKPOINT);
  assertEquals(await place.scratch.names(), []);
});

Deno.test("PartFile.leave() leaves no checkpoint alone", async () => {
  await using place = await Place.make();
  using part = await PartFile.open(place.output);
  part.begin(CHECKPOINT, true);
  Deno.removeSync(place.part);
  assertEquals(part.leave(true), false);
  assertEquals(await place.scratch.names(), []);
});

Deno.test("PartFile.leave() gets over the loss of the whole folder", async () => {
  await using place = await Place.make();
  const folder = place.scratch.path("folder");
  Deno.mkdirSync(folder);
  using part = await PartFile.open(`${folder}/out`);
  part.begin(CHECKPOINT, true);
  Deno.removeSync(folder, { recursive: true });
  assertEquals([part.isNamed, part.leave(true)], [false, false]);
});

Deno.test("PartFile.digest() hashes all that is in it, or ends when it is told to", async () => {
  await using place = await Place.make();
  leave(place.output);
  using part = await PartFile.open(place.output);
  for (let time = 0; time < 2; time += 1) assertEquals(await part.digest(never), sha256(CONTENT));
  const signal = AbortSignal.abort();
  assertStrictEquals(await assertRejects(() => part.digest(signal)), signal.reason);
});

Deno.test("PartFile.publish() gives the file its name and leaves nothing else", async () => {
  for (const replace of [false, true]) {
    await using place = await Place.make();
    leave(place.output);
    using part = await PartFile.open(place.output);
    if (replace) Deno.writeTextFileSync(place.output, "old");
    await part.publish(replace);
    assertEquals(await place.scratch.names(), ["out"]);
    assertEquals(Deno.readFileSync(place.output), CONTENT);
  }
});

Deno.test("PartFile.publish() gives the file the mode and the time that it should have", async () => {
  await using place = await Place.make();
  leave(place.output);
  Deno.chmodSync(place.part, 0o600);
  using part = await PartFile.open(place.output);
  const modified = new Date("2020-02-03T04:05:06Z");
  await part.publish(false, modified);
  const { mtime, mode } = Deno.statSync(place.output);
  assertEquals(mtime, modified);
  if (Deno.build.os !== "windows") assertEquals((mode ?? 0) & 0o777, 0o666 & ~Deno.umask());
});

Deno.test("PartFile.publish() does not replace what has appeared meanwhile, be it a broken link", async () => {
  await using place = await Place.make();
  leave(place.output);
  using part = await PartFile.open(place.output);
  Deno.writeTextFileSync(place.output, "other");
  await rejectsWith(() => part.publish(false), "it exists already");
  assertEquals(Deno.readTextFileSync(place.output), "other");
  Deno.removeSync(place.output);
  Deno.symlinkSync("nowhere", place.output);
  await rejectsWith(() => part.publish(false), "it exists already");
  assertEquals(part.remains(1000), { type: "checkpoint", checkpoint: CHECKPOINT });
});

Deno.test("PartFile.publish() publishes no other file than the one that was written", async () => {
  await using place = await Place.make();
  leave(place.output);
  using part = await PartFile.open(place.output);
  Deno.removeSync(place.part);
  const words = `Cannot write ${place.output}: ${place.part} was taken away meanwhile`;
  await rejectsWith(() => part.publish(true), words);
  Deno.writeTextFileSync(place.part, "1");
  await rejectsWith(() => part.publish(true), words);
  assertEquals(await place.scratch.names(), ["out.part", "out.part.checkpoint"]);
});

Deno.test("PartFile works under every name that the file system takes", async () => {
  await using scratch = await Scratch.make();
  const names = [
    ..."a".repeat(15).split("").map((_, at) => "x".repeat(241 + at)),
    "é".repeat(127),
    "😀".repeat(63),
    "a\tb\\c\nd",
    "-rf",
    ".hidden",
  ];
  const parts = new Set<string>();
  for (const name of names) {
    const output = scratch.path(name);
    {
      using part = await PartFile.open(output);
      part.begin(CHECKPOINT, true);
      await part.record(CHECKPOINT);
      parts.add(part.path);
    }
    using part = await PartFile.open(output);
    assertEquals(part.remains(1000).type, "checkpoint");
    await part.publish(false);
  }
  assertEquals(parts.size, names.length);
  assertEquals(await scratch.names(), names.toSorted());
});
