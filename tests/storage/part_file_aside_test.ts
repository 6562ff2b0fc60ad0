import { assertEquals } from "@std/assert";
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from "../../lib/storage/checkpoint.ts";
import { PartFile } from "../../lib/storage/part_file.ts";
import { CHECKPOINT, CONTENT, leave, Place, rejectsWith } from "./part_file_rig.ts";

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

Deno.test("PartFile brings back what another process still holds the lock of for a moment", async () => {
  await using place = await Place.make();
  leaveOf(place, "b", "");
  leaveOf(place, "a", ".old");
  using part = await PartFile.open(place.output);
  const hold = "echo held; sleep 0.05";
  await using holder = new Deno.Command("flock", {
    args: [`${place.part}.old`, "-c", hold],
    stdout: "piped",
  }).spawn();
  const said = holder.stdout.getReader();
  await said.read();
  const found = part.bringBack(({ sha256 }) => sha256 === "a".repeat(64), checkpointOf("b"));
  assertEquals(found, checkpointOf("a"));
  await said.cancel();
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
