import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { decodeCheckpoint, encodeCheckpoint } from "../../lib/storage/checkpoint.ts";
import { Client } from "../../testing/client.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { flipByte, MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { copyOfStopped, type Remains, stoppedDownload } from "../../testing/stopped_download.ts";
import { together } from "../../testing/together.ts";

const SIZE = 16 * MIB;
const FETCHED = 8 * MIB;

/** What can become of the files that a download left. */
interface Damage {
  readonly what: string;
  readonly work: (remains: Remains) => Promise<void>;
  /** Whether anything is left that could be kept. */
  readonly keeps: boolean;
}

const DAMAGES: readonly Damage[] = [
  {
    what: "checkpoint with a changed byte",
    keeps: true,
    work: ({ checkpoint }) => flipByte(checkpoint, 20),
  },
  {
    what: "truncated checkpoint",
    keeps: true,
    work: ({ checkpoint }) => Deno.truncate(checkpoint, 40),
  },
  { what: "empty checkpoint", keeps: true, work: ({ checkpoint }) => Deno.truncate(checkpoint, 0) },
  { what: "checkpoint of another version", keeps: true, work: raiseVersion },
  { what: "checkpoint that claims everything", keeps: true, work: claimEverything },
  { what: "missing part file", keeps: false, work: ({ part }) => Deno.remove(part) },
  { what: "empty part file", keeps: false, work: ({ part }) => Deno.truncate(part, 0) },
  { what: "truncated part file", keeps: true, work: ({ part }) => Deno.truncate(part, SIZE / 2) },
  { what: "part file that is too long", keeps: true, work: ({ part }) => append(part, SIZE) },
  { what: "part file with a changed byte", keeps: true, work: ({ part }) => flipByte(part, 100) },
  { what: "part file of another file", keeps: false, work: overwriteWithOther },
];

Deno.test("mpclient makes the right file out of damaged remains, and keeps what it can", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const stopped = await stoppedDownload(scratch, file, FETCHED);
  await using server = await Server.start([file], { at: 2 });
  await together(DAMAGES, async ({ what, work, keeps }) => {
    const copy = scratch.path(what);
    await work(await copyOfStopped(stopped, copy));
    await using client = new Client(copy, server.addresses);
    const { received } = await client.finishes();
    await assertSameContent(copy, file);
    if (keeps) assert(received <= SIZE - FETCHED / 2, `${received} with a ${what}`);
    else assert(received >= SIZE - FETCHED / 2, `${received} with a ${what}`);
  });
});

Deno.test("mpclient writes to nothing that no checkpoint says is its own", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const stopped = await stoppedDownload(scratch, file, FETCHED);
  await using server = await Server.start([file], { at: 2 });
  const thesis = "my thesis";
  const foreign: [what: string, says: string, work: (remains: Remains) => Promise<void>][] = [
    [
      "missing checkpoint",
      ".part: no download has left it",
      (remains) => Deno.remove(remains.checkpoint),
    ],
    ["checkpoint that is none", ".part.checkpoint: it is not a checkpoint", writeBinary],
    ["thesis", ".part: no download has left it", async ({ part, checkpoint }) => {
      await Deno.remove(checkpoint);
      await Deno.writeTextFile(part, thesis);
    }],
    ["link to a thesis", ".part: it is a symbolic link", async ({ part }) => {
      await Deno.writeTextFile(scratch.path("aside"), thesis);
      await Deno.remove(part);
      await Deno.symlink(scratch.path("aside"), part);
    }],
  ];
  await together(foreign, async ([what, says, work]) => {
    const copy = scratch.path(what);
    const remains = await copyOfStopped(stopped, copy);
    await work(remains);
    const before = await Deno.readFile(remains.part);
    for (const more of [[], ["--no-resume"], ["--force"]]) {
      await using client = new Client(copy, server.addresses, more);
      const message = await client.fails(4);
      assert(message.includes(says) && message.includes("move it away"), message);
    }
    assertEquals(await Deno.readFile(remains.part), before);
  });
  assertEquals(await Deno.readTextFile(scratch.path("aside")), thesis);
  assertEquals(server.served, 0);
});

Deno.test("mpclient starts over when the servers have another file than before", async () => {
  await using scratch = await Scratch.make();
  const before = await scratch.noise("film.mp4", SIZE);
  const { output } = await stoppedDownload(scratch, before, FETCHED);
  for (const size of [SIZE, SIZE + 1, SIZE - 1]) {
    const file = await scratch.noise("other.mp4", size, { seed: 2 });
    const copy = scratch.path(`copy of ${size}`);
    await copyOfStopped({ file: before, output, received: 0 }, copy);
    await using server = await Server.start([file], { at: 2 });
    await using client = new Client(copy, server.addresses);
    assert((await client.finishes()).received >= size);
    await assertSameContent(copy, file);
  }
});

Deno.test("mpclient --no-verify starts over when nothing vouches for the remains", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const stopped = await stoppedDownload(scratch, file, FETCHED);
  await using server = await Server.start([file], { at: 2 });
  for (
    const damage of [
      flipJournal,
      raiseVersion,
    ]
  ) {
    const copy = scratch.path(`copy after ${damage.name}`);
    const remains = await copyOfStopped(stopped, copy);
    await claimEverything(remains);
    await damage(remains);
    await using client = new Client(copy, server.addresses, ["--no-verify"]);
    assertEquals((await client.finishes()).received, SIZE);
    await assertSameContent(copy, file);
  }
});

async function flipJournal({ checkpoint }: Remains): Promise<void> {
  await flipByte(checkpoint, 20);
}

async function writeBinary({ checkpoint }: Remains): Promise<void> {
  await Deno.writeFile(checkpoint, crypto.getRandomValues(new Uint8Array(1000)));
}

/** An undamaged checkpoint, but one that this program cannot know how to read. */
async function raiseVersion({ checkpoint }: Remains): Promise<void> {
  const [line = ""] = (await Deno.readTextFile(checkpoint)).split("\n");
  const raised = line.replace(/"version":\d+/, '"version":99');
  const checksum = createHash("sha256").update(raised).digest("hex");
  await Deno.writeTextFile(checkpoint, `${raised}\n${checksum}\n`);
}

async function claimEverything({ checkpoint }: Remains): Promise<void> {
  const told = decodeCheckpoint(await Deno.readTextFile(checkpoint));
  await Deno.writeTextFile(
    checkpoint,
    encodeCheckpoint({ ...told, pieces: told.pieces.fill(0xff) }),
  );
}

async function append(part: string, length: number): Promise<void> {
  await Deno.truncate(part, length + 1);
}

async function overwriteWithOther({ part }: Remains): Promise<void> {
  await Deno.writeFile(part, new Uint8Array(SIZE).fill(7));
}
