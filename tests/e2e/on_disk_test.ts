import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { Program } from "../../testing/program.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { HAS_STRACE, tracing, WITHOUT_STRACE } from "../../testing/strace.ts";

const SIZE = 8 * MIB;
const ignore = !HAS_STRACE;

Deno.test({
  name: `mpclient syncs before it says so, and in the right order at the end${WITHOUT_STRACE}`,
  ignore,
  async fn() {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    await using server = await Server.start([file], { at: 2, rate: 1.5 * MIB });
    const log = scratch.path("log");
    const calls = ["fsync", "fdatasync", "?rename", "renameat2", "?renameat", "linkat", "?link"];
    const within = tracing(log, [...calls, "?unlink", "unlinkat"]);
    await using client = new Client(scratch.path("copy"), server.addresses, [], { within });
    await client.finishes();
    await assertSameContent(scratch.path("copy"), file);

    const steps = (await Deno.readTextFile(log)).split("\n").flatMap((line) => {
      const step = stepOf(line.replaceAll(scratch.folder, ""));
      return step === undefined ? [] : [step];
    });
    // The first checkpoint is there in name before anything is written.
    assertEquals(steps[0], "rename /copy.part.checkpoint.new /copy.part.checkpoint");
    // A checkpoint a second, and the download takes more than two.
    const period = [
      "sync /copy.part",
      "sync /copy.part.checkpoint.new",
      "rename /copy.part.checkpoint.new /copy.part.checkpoint",
    ];
    const end = [
      "sync /copy.part",
      "link /copy.part /copy",
      "unlink /copy.part",
      "sync ",
      "unlink /copy.part.checkpoint",
    ];
    const periods = (steps.length - 1 - end.length) / period.length;
    assert(periods >= 1, steps.join("\n"));
    assertEquals(steps.slice(1), [...Array(periods).fill(period).flat(), ...end]);
  },
});

/** What a line of strace says was done, in words; undefined for what failed. */
function stepOf(line: string): string | undefined {
  if (!/ = 0$/.test(line)) return undefined;
  const synced = /\bf(?:data)?sync\(\d+<([^>]*)>\)/.exec(line)?.[1];
  if (synced !== undefined) return `sync ${synced}`;
  const [call = ""] = /\b(rename|link|unlink)(?=(at2?)?\()/.exec(line) ?? [];
  const paths = [...line.matchAll(/"([^"]*)"/g)].map(([, path]) => path);
  return call === "" ? undefined : [call, ...paths].join(" ");
}

for (const error of ["ENOLCK", "EOPNOTSUPP", "ENOSYS"]) {
  Deno.test({
    name: `mpclient goes on where flock() fails with ${error}, and says so once${WITHOUT_STRACE}`,
    ignore,
    async fn() {
      await using scratch = await Scratch.make();
      const file = await scratch.noise("film.mp4", MIB);
      await using server = await Server.start([file], { at: 2 });
      const within = tracing(scratch.path("log"), ["flock"], [`flock:error=${error}`]);
      const args = ["-o", scratch.path("copy"), "-p", ...server.addresses];
      await using client = new Program("mpclient", args, { within });
      await client.exits(0);
      await assertSameContent(scratch.path("copy"), file);
      const text = JSON.stringify([...client.stdout.entries, ...client.stderr.entries]);
      assertEquals(text.split("has no locks").length, 2, text);
    },
  });
}

Deno.test({
  name: `mpclient spoils no other download where locks do nothing${WITHOUT_STRACE}`,
  ignore,
  async fn() {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    await using server = await Server.start([file], { at: 2, rate: 2 * MIB });
    const within = tracing(scratch.path("log"), ["flock"], ["flock:retval=0"]);
    const output = scratch.path("copy");
    await using first = new Client(output, server.addresses, [], { within });
    await first.receives(1);
    await using second = new Client(output, server.addresses, ["--no-resume"], { within });
    const message = await first.fails(4);
    assertStringIncludes(message, `${output}.part was taken away meanwhile`);
    assert(!message.includes("keeps"), message);
    await second.finishes();
    await assertSameContent(output, file);
    assertEquals(await scratch.names(), ["copy", "film.mp4", "log"]);
  },
});

Deno.test("mpclient says what is true when its part file or its folder is removed", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 2, rate: MIB });
  await Deno.mkdir(scratch.path("folder"));
  const output = scratch.path("folder/copy");
  const removals = [`${output}.part`, scratch.path("folder")];
  for (const removed of removals) {
    await using client = new Client(output, server.addresses);
    await client.receives(1);
    await Deno.remove(removed, { recursive: true });
    const message = await client.fails(4);
    assertStringIncludes(message, `${output}.part was taken away meanwhile`);
    assert(!message.includes("keeps"), message);
  }
  assertEquals(await scratch.names(), ["film.mp4"]);
});

Deno.test("mpclient and mpserver take every name that is UTF-8", async () => {
  await using scratch = await Scratch.make();
  const names = [
    "a\tb",
    "a\\b",
    "-rf",
    ".hidden",
    "x".repeat(240),
    "x".repeat(255),
    "é".repeat(127),
  ];
  await Deno.mkdir(scratch.path("named"));
  for (const name of names) {
    const file = await scratch.noise(name, MIB);
    await using server = await Server.start([`./${name}`], { at: 2, cwd: scratch.folder });
    // Under a name that the person gave, and under the servers' own.
    await using named = new Client(scratch.path(`named/${name}`), server.addresses);
    await named.finishes();
    await assertSameContent(scratch.path(`named/${name}`), file);
    await using client = new Client(scratch.path("in/"), server.addresses);
    await client.finishes();
    const [made = ""] = [...Deno.readDirSync(scratch.path("in"))].map((entry) => entry.name);
    await assertSameContent(scratch.path(`in/${made}`), file);
    assert(!/^[.-]|[\t\\]/.test(made), made);
    await Deno.remove(scratch.path("in"), { recursive: true });
  }
});
