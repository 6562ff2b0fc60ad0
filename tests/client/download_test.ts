import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import type { DownloadEvent } from "../../lib/client/download_event.ts";
import { download, inspect } from "../../lib/client/download.ts";
import type { DownloadOptions } from "../../lib/client/download_options.ts";
import { type ErrorCode, MultiportError } from "../../lib/multiport_error.ts";
import type { Servers } from "../../lib/server/servers.ts";
import { serve } from "../../lib/server/serve.ts";
import { completeMetalink, writeMetalinkSkeleton } from "../../lib/content/metalink_write.ts";
import { beforeDeadline } from "../../testing/deadline.ts";
import { flipByte, MIB, Scratch } from "../../testing/scratch.ts";
import { WebServer } from "../../testing/web_server.ts";
import { ScriptedServer } from "../sources/scripted_server.ts";
import { contentOf, sha256 } from "./content.ts";
import { Log } from "./log.ts";
import { digestsOf, manifestOf } from "./mpserver.ts";

/** Servers of files in a folder, and downloads from them into it. */
class Rig implements AsyncDisposable {
  readonly events = new Log<DownloadEvent>();
  readonly output: string;
  /** Called with every event. */
  onEvent: (event: DownloadEvent) => void = () => {};

  private constructor(readonly scratch: Scratch, readonly serving: Servers) {
    this.output = scratch.path("out");
  }

  /**
   * Serves copies of a file of `size` bytes, one per server.
   *
   * @param prepare May change them.
   * @param limitRate Bytes per second and server.
   */
  static async make(
    size: number,
    servers = 2,
    prepare: (copies: readonly string[]) => Promise<void> = () => Promise.resolve(),
    limitRate?: number,
  ): Promise<Rig> {
    const scratch = await Scratch.make();
    const files = await Promise.all(
      Array.from({ length: servers }, (_, at) => scratch.noise(`copy${at + 1}`, size)),
    );
    await prepare(files);
    const ports = files.map(() => 0);
    const allow = ["127.0.0.1"];
    const options = { files, ports, bind: "127.0.0.1", allow, once: false, limitRate };
    return new Rig(scratch, await serve(options));
  }

  get servers(): string[] {
    return this.serving.all.map(({ address }) => address);
  }

  async download(options: DownloadOptions = {}, signal?: AbortSignal): Promise<void> {
    const servers = this.servers;
    const onEvent = (event: DownloadEvent) => {
      this.events.add(event);
      this.onEvent(event);
    };
    const all = { interval: 0.02, output: this.output, servers, onEvent, signal, ...options };
    await beforeDeadline(download(all), () => JSON.stringify(this.events.entries.slice(-5)));
  }

  async fails(kind: ErrorCode, options: DownloadOptions = {}, ...parts: string[]) {
    const failure = await assertRejects(() => this.download(options), MultiportError);
    assertEquals(failure.code, kind, failure.message);
    for (const part of parts) assertStringIncludes(failure.message, part);
  }

  get source(): Uint8Array {
    return Deno.readFileSync(this.scratch.path("copy1"));
  }

  async assertComplete(): Promise<void> {
    assertEquals(sha256(Deno.readFileSync(this.output)), sha256(this.source));
    const names = await this.scratch.names();
    assertEquals(names.filter((name) => name.startsWith("out")), ["out"]);
  }

  get types(): string[] {
    return this.events.entries.map(({ type }) => type);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.serving.close();
    await this.scratch[Symbol.asyncDispose]();
  }
}

/** Leaves a part file whose checkpoint says nothing but that it is from a download. */
function leave(output: string, content: Uint8Array): void {
  Deno.writeFileSync(`${output}.part`, content);
  Deno.writeTextFileSync(`${output}.part.checkpoint`, "");
}

Deno.test("download() makes the file that the servers hold, and leaves nothing else", async () => {
  for (const size of [0, 1, 3 * MIB + 5, 20 * MIB]) {
    await using rig = await Rig.make(size);
    await rig.download();
    await rig.assertComplete();
    const done = rig.events.entries.at(-1);
    assert(done?.type === "done");
    assertEquals([done.size, done.received, done.sha256], [size, size, sha256(rig.source)]);
    assertEquals(rig.types.filter((type) => type === "start").length, 1);
  }
});

Deno.test("download() without verification tells no digest", async () => {
  await using rig = await Rig.make(2 * MIB);
  await rig.download({ verify: false });
  await rig.assertComplete();
  const done = rig.events.entries.at(-1);
  assertEquals(done?.type === "done" && done.sha256, null);
});

Deno.test("download() checks the whole file when its digest was named", async () => {
  await using rig = await Rig.make(2 * MIB);
  const right = sha256(rig.source);
  await rig.download({ verify: false, sha256: right });
  await rig.assertComplete();
  const done = rig.events.entries.at(-1);
  assertEquals(done?.type === "done" && done.sha256, right);
});

Deno.test("download() accepts no file without the digest that was named", async () => {
  await using rig = await Rig.make(2 * MIB);
  const wrong = "0".repeat(64);
  await rig.fails("content", { sha256: wrong }, wrong.slice(0, 12));
  const names = await rig.scratch.names();
  assertEquals(names.filter((name) => name === "out"), []);
});

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

Deno.test("download() can be stopped at any event, tells nothing after it, and goes on", async () => {
  await using rig = await Rig.make(2 * MIB + 5);
  for (let stopAt = 1, isDone = false; !isDone; stopAt += 1) {
    const output = rig.scratch.path(`out${stopAt}`);
    const stop = new AbortController();
    let told = 0;
    rig.onEvent = ({ type }) => {
      told += 1;
      if (told === stopAt) stop.abort();
      isDone ||= type === "done";
    };
    const stopped = rig.download({ output }, stop.signal);
    if (!isDone) await stopped.catch((error) => assertStrictEquals(error, stop.signal.reason));
    const toldByThen = told;
    rig.onEvent = () => {};
    await rig.download({ output, force: isDone });
    assertEquals(told, toldByThen);
    assertEquals(sha256(Deno.readFileSync(output)), sha256(rig.source));
  }
});

Deno.test("download() ends with what its listener throws, at any event, and tells it nothing more", async () => {
  await using rig = await Rig.make(2 * MIB + 5);
  // A broken pipe of its own is not one of a server's.
  for (const error of [new TypeError("x is not a function"), new Deno.errors.BrokenPipe("mine")]) {
    for (let throwAt = 1, isDone = false; !isDone; throwAt += 1) {
      let told = 0;
      rig.onEvent = ({ type }) => {
        told += 1;
        isDone = type === "done";
        if (isDone || told === throwAt) throw error;
      };
      const output = rig.scratch.path(`${error.name}${throwAt}`);
      assertStrictEquals(await assertRejects(() => rig.download({ output })), error);
      assert(isDone || told === throwAt);
    }
  }
});

Deno.test("download() leaves nothing of it when it is stopped, whatever it waits for", async () => {
  const info = { name: "a", size: 5 * MIB, state: "listening", manifest: null };
  const manifest = digestsOf(manifestOf("a", contentOf(0, 5 * MIB)));
  const answer = async (server: ScriptedServer, fields: Record<string, unknown> = {}) => {
    const peer = await server.peer();
    await peer.request();
    await peer.answer(200, JSON.stringify({ ...info, ...fields }));
    return peer;
  };
  const phases: ((server: ScriptedServer) => Promise<unknown>)[] = [
    (server) => server.peer(),
    async (server) => await (await server.peer()).request(),
    async (server) => await (await answer(server)).request(),
    // Its digests, its events and its content are asked for over connections of their own.
    async (server) => {
      await answer(server);
      for (const peer of [await server.peer(), await server.peer()]) await peer.request();
    },
    async (server) => {
      await answer(server, { manifest });
      for (const peer of [await server.peer(), await server.peer()]) await peer.request();
    },
  ];
  for (const phase of phases) {
    await using server = new ScriptedServer();
    await using scratch = await Scratch.make();
    const stop = new AbortController();
    const servers = [`127.0.0.1:${server.port}`];
    const stopped = download({ servers, output: scratch.path("out"), signal: stop.signal });
    await phase(server);
    stop.abort();
    assertStrictEquals(await assertRejects(() => stopped), stop.signal.reason);
    // Timers and sockets that are left are found by the test runner, at the end of the test.
  }
});

Deno.test("download() tells nothing more once it was stopped, while it looked at what was left", async () => {
  await using rig = await Rig.make(4 * MIB);
  leave(rig.output, rig.source);
  const stop = new AbortController();
  const stopped = rig.download({}, stop.signal);
  await rig.events.first(({ type }) => type === "notice");
  stop.abort();
  assertStrictEquals(await assertRejects(() => stopped), stop.signal.reason);
  assertEquals(rig.types, ["notice"]);
});

Deno.test("download() takes what an earlier run left, and checks it", async () => {
  await using rig = await Rig.make(4 * MIB);
  await rig.download();
  leave(rig.output, Deno.readFileSync(rig.output));
  Deno.removeSync(rig.output);
  await flipByte(`${rig.output}.part`, 2 * MIB + 7);
  const before = rig.events.entries.length;
  await rig.download();
  await rig.assertComplete();
  const after = rig.events.entries.slice(before);
  const start = after.find(({ type }) => type === "start");
  // What is wrong with it shows only with the digests.
  assert(start?.type === "start" && start.kept >= 3 * MIB);
  const done = after.at(-1);
  assertEquals(done?.type === "done" && done.received, MIB);
});

Deno.test("download() starts over when it is told to", async () => {
  await using rig = await Rig.make(2 * MIB);
  leave(rig.output, rig.source);
  await rig.download({ resume: false });
  await rig.assertComplete();
  const done = rig.events.entries.at(-1);
  assertEquals(done?.type === "done" && done.received, 2 * MIB);
});

Deno.test("download() leaves out the one copy that differs, and names it", async () => {
  await using rig = await Rig.make(2 * MIB, 3, async (copies) => {
    await flipByte(copies[2] ?? "", MIB + 5);
  });
  await rig.download();
  await rig.assertComplete();
  const failed = rig.events.entries.find((event) =>
    event.type === "server" && event.state === "failed"
  );
  assert(failed?.type === "server" && failed.index === 3);
  assertStringIncludes(failed.reason ?? "", "its copy differs");
});

Deno.test("download() cannot choose between two copies, and writes nothing", async () => {
  await using rig = await Rig.make(2 * MIB, 2, async (copies) => {
    await flipByte(copies[1] ?? "", 5);
  });
  await rig.fails("tie", {}, "Cannot tell which copy is right");
  assertEquals((await rig.scratch.names()).includes("out"), false);
});

Deno.test("download() ends when its only server is terminated, and says what it kept", async () => {
  const unchanged = () => Promise.resolve();
  await using rig = await Rig.make(4 * MIB, 1, unchanged, 2 * MIB);
  const download = rig.fails("unreachable", {}, "terminated by its operator");
  await rig.events.first((event) => event.type === "progress" && event.completed > MIB);
  rig.serving.pause(1);
  await rig.events.first((event) => event.type === "server" && event.state === "paused");
  rig.serving.terminate(1);
  await download;
  const kept = rig.events.entries.at(-1);
  assert(kept?.type === "kept" && kept.completed > MIB);
  assertEquals([kept.path, kept.size], [`${rig.output}.part`, 4 * MIB]);
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
  const later = await inspect({ servers: rig.servers });
  assertEquals(later.servers.map(({ sha256 }) => sha256), [later.sha256, later.sha256]);
  assertEquals([later.sha256, offer.sha256 ?? later.sha256], Array(2).fill(sha256(rig.source)));
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

Deno.test("download() keeps nothing of a file that has not the digest that was named", async () => {
  await using rig = await Rig.make(2 * MIB);
  // A source that tells no digest is found out when all is there.
  await using server = new WebServer(new Uint8Array(rig.source));
  const urls = [new URL(server.url())];
  await rig.fails("content", { servers: [], urls, sha256: "0".repeat(64) }, "not the 000");
  const left = (await rig.scratch.names()).filter((name) => name.startsWith("out"));
  assertEquals(left, []);
});

Deno.test("download() is over only when every thread that writes has ended", async () => {
  const RealWorker = globalThis.Worker;
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  globalThis.Worker = class extends RealWorker {
    override set onmessage(handler: (message: MessageEvent) => void) {
      super.onmessage = async (message) => {
        if (message.data.type === "closed") {
          held.resolve();
          await released.promise;
        }
        handler(message);
      };
    }
  };
  try {
    await using scratch = await Scratch.make();
    // So long that workers take part.
    const file = await scratch.noise("big", 300 * MIB, { every: 50 });
    const options = { files: [file], ports: [0, 0], bind: "127.0.0.1", allow: ["127.0.0.1"] };
    const limited = { ...options, once: false, limitRate: 8 * MIB };
    const serving = await serve(limited);
    await using _servers = { [Symbol.asyncDispose]: () => serving.close() };
    const servers = serving.all.map(({ address }) => address);
    const stop = new AbortController();
    let isOver = false;
    const onEvent = (event: DownloadEvent) => {
      const moves = event.type === "progress" &&
        event.servers.every(({ received }) => received > 0);
      if (moves) stop.abort();
    };
    const { signal } = stop;
    const run = download({ interval: 0.02, output: scratch.path("out"), servers, signal, onEvent });
    const over = run.catch(() => isOver = true);
    await beforeDeadline(held.promise, () => "a worker that closes");
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve));
    assertEquals(isOver, false);
    released.resolve();
    await over;
    assertEquals(isOver, true);
  } finally {
    globalThis.Worker = RealWorker;
  }
});

Deno.test("download() believes the digest that was named rather than pieces that agree with themselves", async () => {
  const wanted = sha256(contentOf(0, 2 * MIB));
  const content = contentOf(7, 2 * MIB + 7);
  const manifest = { ...manifestOf("a", content), sha256: wanted };
  const info = { name: "a", size: 2 * MIB, etag: null, state: "listening" };
  const parts = completeMetalink(writeMetalinkSkeleton(manifest), []);
  const metalink = parts.map((part) => new TextDecoder().decode(part)).join("");
  const handler = (request: Request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/a.meta4") return new Response(metalink);
    if (pathname === "/.multiport/info") {
      return Response.json({ ...info, manifest: digestsOf(manifest) });
    }
    const [, start = 0, end = 0] = /bytes=(\d+)-(\d+)/.exec(request.headers.get("range") ?? "") ??
      [];
    if (pathname !== "/a") return new Response('event: state\ndata: {"state":"listening"}\n\n');
    return new Response(content.slice(Number(start), Number(end) + 1), {
      status: 206,
      headers: { "content-range": `bytes ${start}-${end}/${content.length}` },
    });
  };
  await using liar = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  await using scratch = await Scratch.make();
  const output = scratch.path("out");
  const servers = [`127.0.0.1:${liar.addr.port}`];
  const failing = download({ servers, output, sha256: wanted });
  const failure = await assertRejects(() => failing, MultiportError, "its SHA-256 is");
  assertEquals(failure.code, "content");
  assertEquals(await scratch.names(), []);
});
