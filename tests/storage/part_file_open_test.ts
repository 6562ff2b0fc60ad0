import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { encodeCheckpoint } from "../../lib/storage/checkpoint.ts";
import { PartFile } from "../../lib/storage/part_file.ts";
import { CHECKPOINT, CONTENT, leave, Place, rejectsWith } from "./part_file_rig.ts";

Deno.test("PartFile.open() makes a part file for this user alone, and finds nothing in it", async () => {
  await using place = await Place.make();
  using part = await PartFile.open(place.output);
  assertEquals(part.remains(1000), { type: "nothing" });
  assertEquals(await place.scratch.names(), ["out.part"]);
  if (Deno.build.os !== "windows") {
    assertEquals((Deno.statSync(place.part).mode ?? 0) & 0o777, 0o600);
  }
});

Deno.test("PartFile that was never used leaves nothing", async () => {
  await using place = await Place.make();
  {
    using _part = await PartFile.open(place.output);
  }
  assertEquals(await place.scratch.names(), []);
});

Deno.test("PartFile.open() refuses a second download of the same output, until the first is over", async () => {
  await using place = await Place.make();
  const { output } = place;
  {
    using _first = await PartFile.open(output);
    const words = `Cannot write ${output}: another download is writing it`;
    await rejectsWith(() => PartFile.open(output), words);
  }
  using _second = await PartFile.open(output);
});

Deno.test("PartFile.open() gets a lock that another process is just about to let go", async () => {
  await using place = await Place.make();
  leave(place.output);
  const held = Deno.openSync(place.part, { read: true, write: true });
  held.lockSync(true);
  const opening = PartFile.open(place.output);
  // It has tried by now, as the first attempt is made at once.
  held.close();
  using part = await opening;
  assertEquals(part.remains(1000).type, "checkpoint");
});

Deno.test("PartFile.open() is not fooled by another download that completes meanwhile", async () => {
  await using place = await Place.make();
  leave(place.output);
  const rival = Deno.openSync(place.part, { read: true, write: true });
  rival.lockSync(true);
  const opening = rejectsWith(
    () => PartFile.open(place.output),
    "another download has just completed it",
  );
  Deno.renameSync(place.part, place.output);
  rival.close();
  await opening;
  assertEquals(Deno.readFileSync(place.output), CONTENT);
});

Deno.test("PartFile.open() makes another one when the one that it waited for is taken away", async () => {
  await using place = await Place.make();
  leave(place.output);
  const rival = Deno.openSync(place.part, { read: true, write: true });
  rival.lockSync(true);
  const opening = PartFile.open(place.output);
  Deno.removeSync(place.part);
  Deno.removeSync(place.checkpoint);
  rival.close();
  using part = await opening;
  assertEquals(part.remains(1000), { type: "nothing" });
  assert(part.isNamed);
});

Deno.test("PartFile.open() ends its wait for a lock when it is told to", async () => {
  await using place = await Place.make();
  using _first = await PartFile.open(place.output);
  const signal = AbortSignal.abort();
  assertStrictEquals(
    await assertRejects(() => PartFile.open(place.output, signal)),
    signal.reason,
  );
});

Deno.test("PartFile.open() says why it cannot, and leaves nothing", async () => {
  await using place = await Place.make();
  const none = place.scratch.path("none/out");
  await rejectsWith(() => PartFile.open(none), `Cannot write ${none}: no such file or folder`);
  const long = place.scratch.path("a".repeat(256));
  await rejectsWith(() => PartFile.open(long), "its name is too long for the file system");
  assertEquals(await place.scratch.names(), []);
});

Deno.test("PartFile.open() takes away the second name of an output that is complete", async () => {
  await using place = await Place.make();
  Deno.writeFileSync(place.output, CONTENT);
  Deno.linkSync(place.output, place.part);
  Deno.writeTextFileSync(place.checkpoint, encodeCheckpoint(CHECKPOINT));
  using part = await PartFile.open(place.output);
  assertEquals(part.remains(1000), { type: "nothing" });
  part.begin({ ...CHECKPOINT, size: 5 }, true);
  assertEquals(Deno.readFileSync(place.output), CONTENT);
});

/** What can lie under the name of a part file without being one; and why it is not taken for one. */
const FOREIGN: readonly [why: string, make: (path: string, aside: string) => void][] = [
  ["no download has left it", (path) => Deno.writeTextFileSync(path, "my thesis")],
  ["it is a symbolic link", (path, aside) => {
    Deno.writeTextFileSync(aside, "my thesis");
    Deno.symlinkSync(aside, path);
  }],
  ["it is a symbolic link", (path, aside) => Deno.symlinkSync(aside, path)],
  ["it has another name besides", (path, aside) => {
    Deno.writeTextFileSync(aside, "my thesis");
    Deno.linkSync(aside, path);
  }],
  ["it is a folder", (path) => Deno.mkdirSync(path)],
  ["it is not a regular file", (path) => {
    const made = new Deno.Command("mkfifo", { args: [path] }).outputSync();
    assert(made.success);
  }],
  ["other users may write to it", (path) => {
    Deno.writeTextFileSync(path, "my thesis");
    Deno.chmodSync(path, 0o666);
  }],
  ["it belongs to another user", (path) => {
    Deno.writeTextFileSync(path, "my thesis");
    Deno.chownSync(path, 12_345, 12_345);
  }],
];
const IS_ROOT = Deno.build.os !== "windows" && Deno.uid() === 0;

for (const [at, [why, make]] of FOREIGN.entries()) {
  const ignore = Deno.build.os === "windows" || why.includes("belongs") && !IS_ROOT;
  const suffix = ignore ? " (ignored: needs a user who can make one)" : "";
  const name = `PartFile.open() writes to nothing that is not its own: ${why} (${at})${suffix}`;
  Deno.test({
    name,
    ignore,
    async fn() {
      await using place = await Place.make();
      const { scratch, output, part, checkpoint } = place;
      const before = encodeCheckpoint(CHECKPOINT);
      const aside = scratch.path("aside");
      make(part, aside);
      if (!why.includes("left")) Deno.writeTextFileSync(checkpoint, before);
      const there = lookAll(scratch.folder);
      await rejectsWith(() => PartFile.open(output), `Cannot use ${part}: ${why}; move it away`);
      assertEquals(lookAll(scratch.folder), there);
    },
  });
  if (why.includes("left")) continue;
  Deno.test({
    name: name.replace("open()", "open() reads no checkpoint, and"),
    ignore,
    async fn() {
      await using place = await Place.make();
      const { scratch, output, part, checkpoint } = place;
      Deno.writeFileSync(part, CONTENT);
      make(checkpoint, scratch.path("aside"));
      const there = lookAll(scratch.folder);
      await rejectsWith(() => PartFile.open(output), `Cannot use ${checkpoint}: ${why}`);
      assertEquals(lookAll(scratch.folder), there);
    },
  });
}

/** Every name in a folder, and what it is. */
function lookAll(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name, isFile }) => {
    const { mode, ino, uid } = Deno.lstatSync(`${folder}/${name}`);
    const text = isFile ? Deno.readTextFileSync(`${folder}/${name}`) : "";
    return [name, mode, ino, uid, text].join(" ");
  }).sort();
}

Deno.test("PartFile.open() does not take somebody's text for a checkpoint", async () => {
  await using place = await Place.make();
  Deno.writeFileSync(place.part, CONTENT);
  Deno.writeTextFileSync(place.checkpoint, "my thesis");
  const words = `Cannot use ${place.checkpoint}: it is not a checkpoint of this program`;
  await rejectsWith(() => PartFile.open(place.output), words);
  Deno.removeSync(place.part);
  await rejectsWith(() => PartFile.open(place.output), words);
  assertEquals(await place.scratch.names(), ["out.part.checkpoint"]);
});

Deno.test("PartFile.record() writes the next checkpoint to nothing that is not its own", async () => {
  await using place = await Place.make();
  const { scratch, checkpoint } = place;
  leave(place.output);
  using part = await PartFile.open(place.output);
  const thesis = scratch.path("thesis");
  Deno.writeTextFileSync(thesis, "my thesis");
  Deno.symlinkSync(thesis, `${checkpoint}.new`);
  await rejectsWith(
    () => part.record(CHECKPOINT),
    `Cannot use ${checkpoint}.new: it is a symbolic`,
  );
  assertEquals(Deno.readTextFileSync(thesis), "my thesis");
  Deno.removeSync(`${checkpoint}.new`);
  Deno.mkdirSync(`${checkpoint}.new`);
  await rejectsWith(() => part.record(CHECKPOINT), `Cannot use ${checkpoint}.new: it is a folder`);
  Deno.removeSync(`${checkpoint}.new`);
  Deno.renameSync(thesis, `${checkpoint}.new`);
  await rejectsWith(() => part.record(CHECKPOINT), "it is not a checkpoint of this program");
  assertEquals(Deno.readTextFileSync(`${checkpoint}.new`), "my thesis");
  Deno.writeTextFileSync(`${checkpoint}.new`, encodeCheckpoint(CHECKPOINT).slice(0, 10));
  await part.record(CHECKPOINT);
  assertEquals(await scratch.names(), ["out.part", "out.part.checkpoint"]);
});

Deno.test("PartFile.open() takes an empty file over, as it holds nothing", async () => {
  await using place = await Place.make();
  Deno.writeTextFileSync(place.part, "");
  using part = await PartFile.open(place.output);
  assertEquals(part.remains(1000), { type: "nothing" });
});
