import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { inspect } from "../../lib/client/download.ts";
import { MultiportError } from "../../lib/multiport_error.ts";
import { flipByte, MIB } from "../../testing/scratch.ts";
import { sha256 } from "./content.ts";
import { Rig } from "./download_rig.ts";

Deno.test("download() leaves a file alone that is there, unless it is told to replace it", async () => {
  await using rig = await Rig.make(MIB);
  Deno.writeTextFileSync(rig.output, "mine");
  await rig.fails("exists", {}, "it exists already");
  assertEquals([Deno.readTextFileSync(rig.output), rig.types], ["mine", []]);
  await rig.download({ force: true });
  await rig.assertComplete();
});

Deno.test("download() puts the file into a folder under the name that the servers give", async () => {
  await using rig = await Rig.make(MIB);
  await Deno.mkdir(rig.scratch.path("folder"));
  await rig.download({ output: rig.scratch.path("folder") });
  assertEquals(Deno.readFileSync(rig.scratch.path("folder/copy1")), rig.source);
});

Deno.test("download() refuses to write an output that another download is writing", async () => {
  await using rig = await Rig.make(2 * MIB);
  rig.serving.pause(1);
  rig.serving.pause(2);
  const first = rig.download();
  await rig.events.first(({ type }) => type === "start");
  await rig.fails("local", {}, "another download is writing it");
  rig.serving.resume(1);
  rig.serving.resume(2);
  await first;
  await rig.assertComplete();
});

Deno.test("download() says what is wrong with the place before it waits for any server", async () => {
  await using rig = await Rig.make(MIB);
  const nobody = ["127.0.0.1:1"];
  const options = { servers: nobody, wait: 3600 };
  const says = async (output: string, ...words: string[]) => {
    await rig.fails("local", { ...options, output }, ...words);
  };
  Deno.writeTextFileSync(rig.output, "mine");
  await rig.fails("exists", options, "it exists already");
  await says(rig.scratch.path("none/out"), "no such file or folder");
  await says(`${rig.output}/under`, "a part of the path is not a folder");
  await says(rig.scratch.path("a".repeat(256)), "its name is too long");
  Deno.symlinkSync("nowhere", rig.scratch.path("link"));
  await says(rig.scratch.path("link"), "it is a link that leads nowhere");
  Deno.writeTextFileSync(rig.scratch.path("thesis.part"), "my thesis");
  await says(rig.scratch.path("thesis"), "thesis.part: no download has left it; move it away");
  assertEquals(Deno.readTextFileSync(rig.scratch.path("thesis.part")), "my thesis");
  assertEquals(await rig.scratch.names(), ["copy1", "copy2", "link", "out", "thesis.part"]);
  assertEquals(rig.types, []);
});

Deno.test("download() leaves nothing behind when no server ever came, or there is no room", async () => {
  await using rig = await Rig.make(MIB);
  const servers = ["127.0.0.1:1"];
  await rig.fails("unreachable", { servers, wait: 0 });
  await rig.fails("unreachable", { servers, wait: 0, output: rig.scratch.path("new/") });
  assertEquals(await rig.scratch.names(), ["copy1", "copy2"]);
});

Deno.test("download() makes the folder that the output is to be in", async () => {
  await using rig = await Rig.make(MIB);
  await rig.download({ output: rig.scratch.path("new/and/newer/") });
  assertEquals(Deno.readFileSync(rig.scratch.path("new/and/newer/copy1")), rig.source);
  const file = `${rig.scratch.path("copy2")}/`;
  await rig.fails("local", { output: file }, "a part of the path is not a folder");
  await rig.fails("local", { dir: file, output: "a" }, "a part of the path is not a folder");
});

Deno.test("download() puts the file into a folder that it makes, and leaves none that it does not need", async () => {
  await using rig = await Rig.make(MIB);
  const dir = rig.scratch.path("a/b");
  await rig.download({ dir, output: "named" });
  await rig.download({ dir, output: undefined });
  await rig.download({ dir: rig.scratch.path("other"), output: rig.scratch.path("absolute") });
  assertEquals([...Deno.readDirSync(dir)].map(({ name }) => name).sort(), ["copy1", "named"]);
  const nobody = ["127.0.0.1:1"];
  const unused = { servers: nobody, wait: 0, dir: rig.scratch.path("c/d"), output: "e" };
  await rig.fails("unreachable", unused);
  const names = await rig.scratch.names();
  assertEquals(names, ["a", "absolute", "copy1", "copy2"]);
});

Deno.test("download() finds that the file is there already, and leaves any other alone", async () => {
  await using rig = await Rig.make(2 * MIB);
  await rig.download();
  const { mtime, ino } = Deno.statSync(rig.output);
  const right = sha256(rig.source);
  const nobody = ["127.0.0.1:1"];
  // The digest is the servers', or the person's, who need no server then.
  for (const options of [{}, { sha256: right }, { sha256: right, servers: nobody, wait: 3600 }]) {
    const before = rig.events.entries.length;
    await rig.download(options);
    const told = rig.events.entries.slice(before).filter(({ type }) => type !== "server");
    assertEquals(told.map(({ type }) => type), ["notice", "done"]);
    assertStringIncludes(JSON.stringify(told), `is there already, SHA-256 ${right}`);
    const done = told.at(-1);
    assert(done?.type === "done");
    assertEquals([done.size, done.received, done.sha256], [2 * MIB, 0, right]);
  }
  await rig.download({ output: rig.scratch.path("in/") });
  await rig.download({ output: rig.scratch.path("in/") });
  assertEquals(Deno.statSync(rig.output).ino, ino);
  assertEquals(Deno.statSync(rig.output).mtime, mtime);
  await rig.fails("exists", { sha256: "0".repeat(64) }, "it exists already");
  await rig.fails("exists", { servers: nobody, wait: 3600 }, "it exists already");
  await flipByte(rig.output, 5);
  await rig.fails("exists", {}, "it exists already");
  Deno.truncateSync(rig.output, 7);
  await rig.fails("exists", {}, "it exists already");
  await rig.download({ force: true });
  await rig.assertComplete();
});

Deno.test("download() never replaces a file whose name nobody has typed", async () => {
  await using rig = await Rig.make(MIB);
  Deno.mkdirSync(rig.scratch.path("in"));
  Deno.writeTextFileSync(rig.scratch.path("in/copy1"), "mine");
  const output = rig.scratch.path("in/");
  await rig.fails("exists-unnamed", { output, force: true }, "it exists already");
  assertEquals(Deno.readTextFileSync(rig.scratch.path("in/copy1")), "mine");
});

Deno.test("download() gives the file the time that its servers say, if it is asked to", async () => {
  const [early, late] = [new Date("2001-02-03T04:05:06Z"), new Date("2011-12-13T14:15:16Z")];
  await using rig = await Rig.make(MIB, 2, async ([first = "", second = ""]) => {
    await Deno.utime(first, late, late);
    await Deno.utime(second, early, early);
  });
  await rig.download({ remoteTime: true });
  assertEquals(Deno.statSync(rig.output).mtime, early);
  await rig.download({ force: true });
  assert((Deno.statSync(rig.output).mtime?.getTime() ?? 0) > late.getTime());
});

Deno.test("download() refuses a file that is larger than it may be", async () => {
  await using rig = await Rig.make(MIB);
  await rig.fails("local", { maxSize: MIB - 1 }, "Cannot download copy1: it has 1048576 bytes");
  assertEquals(await rig.scratch.names(), ["copy1", "copy2"]);
  await rig.download({ maxSize: MIB });
  await rig.assertComplete();
});

Deno.test("inspect() says what there is, and fetches nothing", async () => {
  await using rig = await Rig.make(MIB);
  const { name, size, output, servers, ...offer } = await inspect({
    servers: rig.servers,
    dir: rig.scratch.path("none"),
    output: "film",
  });
  assertEquals([name, size, output], ["copy1", MIB, rig.scratch.path("none/film")]);
  assertEquals(servers.map(({ state, size }) => [state, size]), [["up", MIB], ["up", MIB]]);
  assert(servers.every(({ modified }) => modified !== null));
  assertEquals(await rig.scratch.names(), ["copy1", "copy2"]);
  // Servers tell their digests when they have computed them.
  await rig.download();
  const later = await inspect({ servers: rig.servers, output: new WritableStream() });
  assertEquals(later.output, "-");
  assertEquals(later.servers.map(({ sha256 }) => sha256), [later.sha256, later.sha256]);
  assertEquals([later.sha256, offer.sha256 ?? later.sha256], Array(2).fill(sha256(rig.source)));
});

Deno.test("inspect() says of each file of a Metalink what there is", async () => {
  await using rig = await Rig.make(MIB);
  const path = rig.scratch.path("two.meta4");
  const files = ["a", "b"].map((name) =>
    `<file name="${name}"><url>http://${rig.servers[0]}/copy1</url></file>`
  );
  await Deno.writeTextFile(
    path,
    `<metalink xmlns="urn:ietf:params:xml:ns:metalink">${files.join("")}</metalink>`,
  );
  const offers: string[] = [];
  const last = await inspect({ metalinks: [path] }, ({ output }) => offers.push(output));
  assertEquals([offers, last.name], [["a", "b"], "copy1"]);
  const one = inspect({ metalinks: [path], output: rig.scratch.path("one") });
  await assertRejects(() => one, MultiportError, "Cannot write 2 files to one output");
  const stop = new Error("stop");
  const stopped = inspect({ metalinks: [path] }, () => {
    throw stop;
  });
  assertEquals(await assertRejects(() => stopped), stop);
});

Deno.test("download() notices within a second or so that its part file was taken away", async () => {
  const unchanged = () => Promise.resolve();
  await using rig = await Rig.make(20 * MIB, 1, unchanged, MIB);
  rig.onEvent = (event) => {
    if (event.type !== "progress" || event.completed === 0) return;
    rig.onEvent = () => {};
    Deno.removeSync(`${rig.output}.part`);
  };
  const failure = await assertRejects(
    () => rig.download(),
    MultiportError,
    "was taken away meanwhile",
  );
  assertEquals([failure.code, failure.message.includes("keeps")], ["local", false]);
  assertEquals(await rig.scratch.names(), ["copy1"]);
});

Deno.test("download() that starts over on the same output does not spoil the one that runs", async () => {
  const unchanged = () => Promise.resolve();
  await using rig = await Rig.make(8 * MIB, 1, unchanged, 2 * MIB);
  const { tryLockSync } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.tryLockSync = () => true;
  try {
    let isSecond = false;
    const second = Promise.withResolvers<void>();
    rig.onEvent = (event) => {
      if (event.type !== "progress" || event.completed === 0 || isSecond) return;
      isSecond = true;
      rig.onEvent = () => {};
      rig.download({ resume: false }).then(second.resolve, second.reject);
    };
    await assertRejects(() => rig.download(), MultiportError, "was taken away meanwhile");
    await second.promise;
    await rig.assertComplete();
  } finally {
    Deno.FsFile.prototype.tryLockSync = tryLockSync;
  }
});

Deno.test("download() goes on where the file system has no locks, and says so once", async () => {
  await using rig = await Rig.make(MIB);
  const { tryLockSync } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.tryLockSync = () => {
    throw Object.assign(new Error("No locks available (os error 37)"), { code: "ENOLCK" });
  };
  try {
    await rig.download();
  } finally {
    Deno.FsFile.prototype.tryLockSync = tryLockSync;
  }
  await rig.assertComplete();
  const notices = rig.events.entries.filter(({ type }) => type === "notice");
  assertEquals(notices.length, 1);
  assertStringIncludes(JSON.stringify(notices), "no locks");
});
