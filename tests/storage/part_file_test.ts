import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { type Checkpoint, encodeCheckpoint } from "../../lib/storage/checkpoint.ts";
import { PartFile } from "../../lib/storage/part_file.ts";
import { Failure } from "../../lib/failure.ts";
import { Scratch } from "../../testing/scratch.ts";
import { contentOf, sha256 } from "../client/content.ts";

const CONTENT = contentOf(0, 1000);
const JOURNAL: Checkpoint = {
  size: CONTENT.length,
  pieceLength: 100,
  sha256: "a".repeat(64),
  etags: ['"v1"'],
  pieces: Uint8Array.of(0b101, 0),
};

const never = new AbortController().signal;

function failsWith(work: () => unknown, ...parts: readonly string[]): void {
  const failure = assertThrows(work, Failure);
  assertEquals(failure.kind, "local");
  for (const part of parts) assertStringIncludes(failure.message, part);
}

async function rejectsWith(work: () => Promise<unknown>, ...parts: string[]): Promise<void> {
  const failure = await assertRejects(work, Failure);
  assertEquals(failure.kind, "local");
  for (const part of parts) assertStringIncludes(failure.message, part);
}

/** Leaves a part file with some content behind, as a run that was cut off does. */
function leave(output: string, content: Uint8Array = CONTENT): void {
  Deno.writeFileSync(`${output}.part`, content);
}

Deno.test("PartFile.open() makes a part file where there is none, and finds nothing in it", async () => {
  await using scratch = await Scratch.make();
  using part = PartFile.open(scratch.path("out"));
  assertEquals(part.remains(1000), { type: "nothing" });
  assertEquals(await scratch.names(), ["out.part"]);
});

Deno.test("PartFile.open() refuses a second download of the same output, until the first is over", async () => {
  await using scratch = await Scratch.make();
  const output = scratch.path("out");
  {
    using _first = PartFile.open(output);
    failsWith(
      () => PartFile.open(output),
      `Cannot write ${output}: another download is writing it`,
    );
  }
  using _second = PartFile.open(output);
});

Deno.test("PartFile.open() says why it cannot", async () => {
  await using scratch = await Scratch.make();
  failsWith(() => PartFile.open(scratch.path("none/out")), "no such file or folder");
  await Deno.mkdir(scratch.path("out.part"));
  failsWith(() => PartFile.open(scratch.path("out")), "it is a folder");
});

Deno.test("PartFile.open() takes away the second name of an output that is complete", async () => {
  await using scratch = await Scratch.make();
  const output = scratch.path("out");
  Deno.writeFileSync(output, CONTENT);
  Deno.linkSync(output, `${output}.part`);
  Deno.writeTextFileSync(`${output}.part.checkpoint`, encodeCheckpoint(JOURNAL));
  using part = PartFile.open(output);
  assertEquals(part.remains(1000), { type: "nothing" });
  part.reserve(5);
  assertEquals(Deno.readFileSync(output), CONTENT);
});

Deno.test("PartFile.remains() believes a checkpoint that fits the file", async () => {
  await using scratch = await Scratch.make();
  leave(scratch.path("out"));
  using part = PartFile.open(scratch.path("out"));
  await part.record(JOURNAL);
  assertEquals(part.remains(1000), { type: "checkpoint", checkpoint: JOURNAL });
});

Deno.test("PartFile.remains() says why it believes nothing", async () => {
  await using scratch = await Scratch.make();
  const output = scratch.path("out");
  leave(output);
  using part = PartFile.open(output);
  const unknown = (reason: string) => ({ type: "unknown", reason }) as const;
  assertEquals(part.remains(1000), unknown("its checkpoint is missing"));
  for (const size of [999, 1001]) {
    assertEquals(part.remains(size), unknown("the part file has 1000 bytes"));
  }
  const checkpoint = `${output}.part.checkpoint`;
  Deno.writeTextFileSync(checkpoint, encodeCheckpoint(JOURNAL).slice(1));
  assertEquals(part.remains(1000), unknown("its checkpoint cannot be used: it is damaged"));
  Deno.writeTextFileSync(checkpoint, "");
  assertEquals(part.remains(1000), unknown("its checkpoint cannot be used: it is incomplete"));
});

Deno.test("PartFile.record() replaces the checkpoint as a whole", async () => {
  await using scratch = await Scratch.make();
  leave(scratch.path("out"));
  using part = PartFile.open(scratch.path("out"));
  await part.record(JOURNAL);
  using before = Deno.openSync(scratch.path("out.part.checkpoint"));
  await part.record({ ...JOURNAL, sha256: null });
  assertEquals(await scratch.names(), ["out.part", "out.part.checkpoint"]);
  // Who had the old one open still reads all of it.
  const text = await new Response(before.readable).text();
  assertEquals(text, encodeCheckpoint(JOURNAL));
});

Deno.test("PartFile.record() leaves the last checkpoint alone when it cannot write the next", async () => {
  await using scratch = await Scratch.make();
  leave(scratch.path("out"));
  using part = PartFile.open(scratch.path("out"));
  await part.record(JOURNAL);
  Deno.mkdirSync(scratch.path("out.part.checkpoint.new"));
  await rejectsWith(
    () => part.record({ ...JOURNAL, sha256: null }),
    "out.part.checkpoint: it is a folder",
  );
  assertEquals(part.remains(1000), { type: "checkpoint", checkpoint: JOURNAL });
});

Deno.test("PartFile.clear() takes what is in it and every checkpoint away", async () => {
  await using scratch = await Scratch.make();
  leave(scratch.path("out"));
  using part = PartFile.open(scratch.path("out"));
  await part.record(JOURNAL);
  Deno.writeTextFileSync(scratch.path("out.part.checkpoint.new"), "half");
  part.clear();
  assertEquals(part.remains(1000), { type: "nothing" });
  assertEquals(await scratch.names(), ["out.part"]);
});

Deno.test("PartFile.reserve() gives it its length, and leaves what is in it", async () => {
  await using scratch = await Scratch.make();
  leave(scratch.path("out"));
  using part = PartFile.open(scratch.path("out"));
  part.reserve(2 ** 33);
  assertEquals(Deno.statSync(part.path).size, 2 ** 33);
  part.reserve(600);
  assertEquals(Deno.readFileSync(part.path), CONTENT.subarray(0, 600));
});

Deno.test("PartFile.allocated is what has been written, not what was reserved", async () => {
  await using scratch = await Scratch.make();
  using part = PartFile.open(scratch.path("out"));
  part.reserve(2 ** 33);
  assert((part.allocated ?? 0) < 2 ** 20);
});

Deno.test("PartFile.digest() hashes all that is in it, or ends when it is told to", async () => {
  await using scratch = await Scratch.make();
  leave(scratch.path("out"));
  using part = PartFile.open(scratch.path("out"));
  for (let time = 0; time < 2; time += 1) assertEquals(await part.digest(never), sha256(CONTENT));
  const failure = await assertRejects(() => part.digest(AbortSignal.abort()), Failure);
  assertEquals(failure.kind, "interrupted");
});

Deno.test("PartFile.publish() gives the file its name and leaves nothing else", async () => {
  for (const replace of [false, true]) {
    await using scratch = await Scratch.make();
    leave(scratch.path("out"));
    using part = PartFile.open(scratch.path("out"));
    await part.record(JOURNAL);
    if (replace) Deno.writeTextFileSync(scratch.path("out"), "old");
    await part.publish(replace);
    assertEquals(await scratch.names(), ["out"]);
    assertEquals(Deno.readFileSync(scratch.path("out")), CONTENT);
  }
});

Deno.test("PartFile.publish() does not replace what has appeared meanwhile, be it a broken link", async () => {
  await using scratch = await Scratch.make();
  leave(scratch.path("out"));
  using part = PartFile.open(scratch.path("out"));
  await part.record(JOURNAL);
  Deno.writeTextFileSync(scratch.path("out"), "other");
  await rejectsWith(() => part.publish(false), "it exists already");
  assertEquals(Deno.readTextFileSync(scratch.path("out")), "other");
  Deno.removeSync(scratch.path("out"));
  Deno.symlinkSync("nowhere", scratch.path("out"));
  await rejectsWith(() => part.publish(false), "it exists already");
  assertEquals(part.remains(1000), { type: "checkpoint", checkpoint: JOURNAL });
});

Deno.test("PartFile.publish() publishes no other file than the one that was written", async () => {
  await using scratch = await Scratch.make();
  const output = scratch.path("out");
  leave(output);
  using part = PartFile.open(output);
  Deno.removeSync(`${output}.part`);
  const words = `Cannot write ${output}: ${output}.part was taken away meanwhile`;
  await rejectsWith(() => part.publish(true), words);
  leave(output, Uint8Array.of(1));
  await rejectsWith(() => part.publish(true), words);
  assertEquals(await scratch.names(), ["out.part"]);
});
