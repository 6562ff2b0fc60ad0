import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { download } from "../../lib/client/download.ts";
import { MultiportError } from "../../lib/multiport_error.ts";
import { completeMetalink, writeMetalinkSkeleton } from "../../lib/content/metalink_write.ts";
import { flipByte, MIB, Scratch } from "../../testing/scratch.ts";
import { WebServer } from "../../testing/web_server.ts";
import { contentOf, sha256 } from "./content.ts";
import { digestsOf, manifestOf } from "./mpserver.ts";
import { leave, Rig } from "./download_rig.ts";

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
  await rig.hashed();
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

Deno.test("download() keeps nothing of a file that has not the digest that was named", async () => {
  await using rig = await Rig.make(2 * MIB);
  // A source that tells no digest is found out when all is there.
  await using server = new WebServer(new Uint8Array(rig.source));
  const urls = [new URL(server.url())];
  await rig.fails("content", { servers: [], urls, sha256: "0".repeat(64) }, "not the 000");
  const left = (await rig.scratch.names()).filter((name) => name.startsWith("out"));
  assertEquals(left, []);
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
