import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from "../../lib/storage/checkpoint.ts";
import { PartFile } from "../../lib/storage/part_file.ts";
import { MultiportError } from "../../lib/multiport_error.ts";
import { Scratch } from "../../testing/scratch.ts";
import { contentOf, sha256 } from "../client/content.ts";

const CONTENT = contentOf(0, 1000);
const CHECKPOINT: Checkpoint = {
  size: CONTENT.length,
  pieceLength: 100,
  sha256: "a".repeat(64),
  etags: ['"v1"'],
  pieces: Uint8Array.of(0b101, 0),
  unverified: Uint8Array.of(0b1010, 0),
};

const never = new AbortController().signal;

async function rejectsWith(work: () => Promise<unknown>, ...parts: string[]): Promise<void> {
  const failure = await assertRejects(work, MultiportError);
  assertEquals(failure.code, "local");
  for (const part of parts) assertStringIncludes(failure.message, part);
}

/** Leaves a part file with some content behind, as a run that was cut off does. */
function leave(output: string, content = CONTENT, checkpoint = encodeCheckpoint(CHECKPOINT)): void {
  Deno.writeFileSync(`${output}.part`, content);
  Deno.writeTextFileSync(`${output}.part.checkpoint`, checkpoint);
}

/** A folder, the output in it, and the names of the two files beside that. */
class Place implements AsyncDisposable {
  readonly output: string;
  readonly part: string;
  readonly checkpoint: string;

  private constructor(readonly scratch: Scratch) {
    this.output = scratch.path("out");
    this.part = `${this.output}.part`;
    this.checkpoint = `${this.part}.checkpoint`;
  }

  static async make(): Promise<Place> {
    return new Place(await Scratch.make());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.scratch[Symbol.asyncDispose]();
  }
}

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
  await part.record(CHECKPOINT);
  assertEquals(Deno.readTextFileSync(thesis), "my thesis");
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
  await rejectsWith(() => part.record({ ...CHECKPOINT, sha256: null }), "out.part.checkpoint: ");
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

/** What a part file of other content is called while it is set aside. */
const ASIDE = ["out.part.old", "out.part.old.checkpoint"];

Deno.test("PartFile.startOver() sets aside what it is told to, until the output is complete", async () => {
  await using place = await Place.make();
  leave(place.output);
  {
    using part = await PartFile.open(place.output);
    part.startOver(CHECKPOINT);
    part.begin({ ...CHECKPOINT, sha256: null, pieces: Uint8Array.of(0, 0) }, true);
    assertEquals(part.leave(true), true);
  }
  assertEquals(await place.scratch.names(), ["out.part", "out.part.checkpoint", ...ASIDE]);
  assertEquals(Deno.readFileSync(`${place.part}.old`), CONTENT);
  {
    using part = await PartFile.open(place.output);
    assertEquals(part.bringBack(() => false), undefined);
    assertEquals(part.bringBack(({ sha256 }) => sha256 === CHECKPOINT.sha256), CHECKPOINT);
    assertEquals(part.remains(1000), { type: "checkpoint", checkpoint: CHECKPOINT });
    assertEquals(Deno.statSync(place.part).ino, part.identity.ino);
    await rejectsWith(() => PartFile.open(place.output), "another download is writing it");
    part.startOver(CHECKPOINT);
    part.begin(CHECKPOINT, true);
    await part.publish(false);
  }
  assertEquals(await place.scratch.names(), ["out"]);
});

Deno.test("PartFile brings back what it has set aside when nothing came in its place", async () => {
  await using place = await Place.make();
  leave(place.output);
  {
    using part = await PartFile.open(place.output);
    part.startOver(CHECKPOINT);
    part.begin({ ...CHECKPOINT, sha256: null }, true);
    assertEquals(part.leave(false), false);
  }
  using part = await PartFile.open(place.output);
  assertEquals(part.remains(1000), { type: "checkpoint", checkpoint: CHECKPOINT });
  assertEquals(await place.scratch.names(), ["out.part", "out.part.checkpoint"]);
});

Deno.test("PartFile.startOver() keeps the fuller one aside, and touches nobody else's file", async () => {
  await using place = await Place.make();
  leave(place.output);
  Deno.renameSync(place.part, `${place.part}.old`);
  Deno.renameSync(place.checkpoint, `${place.part}.old.checkpoint`);
  const emptier = { ...CHECKPOINT, sha256: null, pieces: Uint8Array.of(1, 0) };
  leave(place.output, CONTENT.subarray(0, 500), encodeCheckpoint(emptier));
  {
    using part = await PartFile.open(place.output);
    part.startOver(emptier);
    part.begin(emptier, true);
    part.leave(true);
  }
  assertEquals(Deno.readFileSync(`${place.part}.old`), CONTENT);
  for (const name of [".old", ".old2"]) {
    Deno.writeTextFileSync(`${place.part}${name}.checkpoint`, "my thesis");
  }
  {
    using part = await PartFile.open(place.output);
    // They are in nobody's way until there is something to be set aside.
    assertEquals(part.bringBack(() => true), undefined);
    const words = `${place.part}.old.checkpoint: it is not a checkpoint of this program`;
    await rejectsWith(() => Promise.try(() => part.startOver(emptier)), words);
    await part.publish(false);
  }
  for (const name of [".old", ".old2"]) {
    assertEquals(Deno.readTextFileSync(`${place.part}${name}.checkpoint`), "my thesis");
  }
});

/** A part file of one of two contents, and how it is left. */
function leaveOf(place: Place, letter: "a" | "b", suffix: string): void {
  const path = `${place.part}${suffix}`;
  Deno.writeTextFileSync(path, letter.repeat(1000));
  Deno.writeTextFileSync(`${path}.checkpoint`, encodeCheckpoint(checkpointOf(letter)));
}

function checkpointOf(letter: "a" | "b"): Checkpoint {
  return { ...CHECKPOINT, sha256: letter.repeat(64) };
}

/** Does something that is cut off before it changes the disk for the nth time; answers whether it was. */
function cutOff(nth: number, work: () => void): boolean {
  const crash = new Error("cut off");
  let changes = 0;
  const changing = {
    openSync: Deno.openSync,
    renameSync: Deno.renameSync,
    removeSync: Deno.removeSync,
  };
  const cutting = Object.entries(changing).map(([name, change]) => {
    const cut = (...args: unknown[]) => {
      const isChange = name !== "openSync" || (args[1] as Deno.OpenOptions)?.createNew === true;
      if (isChange && (changes += 1) >= nth) throw crash;
      return Reflect.apply(change, Deno, args);
    };
    return [name, cut];
  });
  Object.assign(Deno, Object.fromEntries(cutting));
  try {
    work();
  } catch (error) {
    if (changes < nth) throw error;
  } finally {
    Object.assign(Deno, changing);
  }
  return changes >= nth;
}

Deno.test("PartFile loses nothing that is set aside or brought back, wherever that is cut off", async () => {
  const isOf = (letter: "a" | "b") => ({ sha256 }: Checkpoint) => sha256 === letter.repeat(64);
  const works: readonly ((part: PartFile) => void)[] = [
    (part) => part.startOver(checkpointOf("b")),
    (part) => part.bringBack(isOf("a"), checkpointOf("b")),
  ];
  for (const [at, work] of works.entries()) {
    for (let nth = 1, isCut = true; isCut; nth += 1) {
      await using place = await Place.make();
      leaveOf(place, "b", "");
      leaveOf(place, "a", ".old");
      {
        const part = await PartFile.open(place.output);
        isCut = cutOff(nth, () => work(part));
        part.close();
      }
      // Whichever content is wanted now, all of it is found.
      for (const letter of ["b", "a", "b"] as const) {
        using part = await PartFile.open(place.output);
        const remains = part.remains(1000);
        const there = remains.type === "checkpoint" ? remains.checkpoint : undefined;
        if (there === undefined || !isOf(letter)(there)) {
          const found = part.bringBack(isOf(letter), there);
          assertEquals(found, checkpointOf(letter), `${letter} after ${nth} in ${at}`);
        }
        assertEquals(Deno.readTextFileSync(place.part), letter.repeat(1000), `${nth} in ${at}`);
      }
      using part = await PartFile.open(place.output);
      await part.publish(false);
      assertEquals(await place.scratch.names(), ["out"], `${nth} in ${at}`);
    }
  }
});

Deno.test("PartFile sets two aside, and of three the two that hold more", async () => {
  await using place = await Place.make();
  const counts = [3, 1, 2, 4, 1];
  const checkpoints = counts.map((count) => ({
    ...CHECKPOINT,
    sha256: `${count}`.repeat(64),
    pieces: Uint8Array.of((1 << count) - 1, 0),
  }));
  for (const checkpoint of checkpoints) {
    leave(place.output, CONTENT, encodeCheckpoint(checkpoint));
    using part = await PartFile.open(place.output);
    part.startOver(checkpoint);
    part.leave(true);
  }
  const aside = [".old", ".old2"].map((suffix) =>
    decodeCheckpoint(Deno.readTextFileSync(`${place.part}${suffix}.checkpoint`)).sha256?.[0]
  );
  assertEquals(aside, ["3", "4"]);
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
