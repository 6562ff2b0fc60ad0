import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { download, inspect } from "../../lib/client/download.ts";
import type { DownloadEvent } from "../../lib/client/download_event.ts";
import type { DownloadOptions } from "../../lib/client/download_options.ts";
import { MultiportError } from "../../lib/multiport_error.ts";
import { serve } from "../../lib/server/serve.ts";
import type { Servers } from "../../lib/server/servers.ts";
import { beforeDeadline } from "../../testing/deadline.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { ScriptedServer } from "../sources/scripted_server.ts";
import { sha256 } from "./content.ts";

/** Two servers of one file. */
class Rig implements AsyncDisposable {
  readonly servers: readonly string[];

  private constructor(readonly scratch: Scratch, readonly file: string, readonly serving: Servers) {
    this.servers = serving.all.map(({ address }) => address);
  }

  static async make(size: number): Promise<Rig> {
    const scratch = await Scratch.make();
    const file = await scratch.noise("film", size);
    return new Rig(scratch, file, await serve({ files: [file], ports: [0, 0] }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.serving.close();
    await this.scratch[Symbol.asyncDispose]();
  }
}

function ended<T>(work: Promise<T>): Promise<T> {
  return beforeDeadline(work, () => "the end of a download");
}

Deno.test("download() resolves to where the file is, its size, and its digest if that was verified", async () => {
  await using rig = await Rig.make(2 * MIB);
  const { servers } = rig;
  const [verified, other] = [rig.scratch.path("a"), rig.scratch.path("b")];
  const digest = sha256(Deno.readFileSync(rig.file));
  const result = { path: verified, size: 2 * MIB, sha256: digest };
  assertEquals(await ended(download({ servers, output: verified })), result);
  // It is there already: that is found out, too.
  assertEquals(await ended(download({ servers, output: verified })), result);
  const unverified = await ended(download({ servers, output: other, verify: false }));
  assertEquals(unverified, { path: other, size: 2 * MIB, sha256: null });
  const stream = new WritableStream<Uint8Array>();
  const streamed = await ended(download({ servers, output: stream }));
  assertEquals(streamed, { path: null, size: 2 * MIB, sha256: digest });
});

Deno.test("download() tells the same by its callback and by its events, which end with it", async () => {
  await using rig = await Rig.make(2 * MIB);
  const told: DownloadEvent[] = [];
  const onEvent = (event: DownloadEvent) => void told.push(event);
  const { servers } = rig;
  const run = download({ servers, output: rig.scratch.path("out"), interval: 0, onEvent });
  const read = await ended(Array.fromAsync(run.events));
  assertEquals([read, read.at(-1)?.type], [told, "done"]);
  assertEquals((await run).size, 2 * MIB);
});

Deno.test("download() throws at the end of its events what it rejects with, once read by events alone", async () => {
  await using scratch = await Scratch.make();
  const run = download({ servers: ["127.0.0.1:1"], output: scratch.path("out"), wait: 0 });
  const error = await ended(assertRejects(() => Array.fromAsync(run.events), MultiportError));
  assertEquals(error.code, "unreachable");
  assertStrictEquals(await assertRejects(() => run), error);
  // Had nobody awaited this one, the test would end with an unhandled rejection.
  const other = download({ servers: ["127.0.0.1:1"], output: scratch.path("out"), wait: 0 });
  await ended(assertRejects(() => Array.fromAsync(other.events)));
});

Deno.test("download() rejects with the reason of its signal, whatever that is", async () => {
  await using rig = await Rig.make(8 * MIB);
  const { servers } = rig;
  for (const reason of [new Error("enough"), "enough", undefined]) {
    const stop = new AbortController();
    const onEvent = ({ type }: DownloadEvent) => type === "start" && stop.abort(reason);
    const options = { servers, output: rig.scratch.path("out"), signal: stop.signal };
    const run = download({ ...options, onEvent });
    await ended(run.then(() => assert(false), (error) => {
      assertStrictEquals(error, stop.signal.reason);
    }));
    const late = download({ ...options, output: rig.scratch.path("late") });
    await late.catch((error) => assertStrictEquals(error, stop.signal.reason));
    await inspect({ servers, signal: stop.signal }).catch((error) => {
      assertStrictEquals(error, stop.signal.reason);
    });
  }
  assertEquals((await rig.scratch.names()).includes("late"), false);
});

Deno.test("download() refuses options that make no sense, and repeats no secret", async () => {
  const refused: readonly [DownloadOptions, why: string][] = [
    [{}, "there is no server, no URL and no Metalink"],
    [{ servers: ["127.0.0.1"] }, '"127.0.0.1" is no HOST:PORT'],
    [{ servers: ["::1:60000"] }, '"::1:60000" is no HOST:PORT'],
    [{ servers: ["127.0.0.1:0"] }, "is no HOST:PORT"],
    [{ servers: ["127.0.0.1:65536"] }, "is no HOST:PORT"],
    [{ urls: ["ftp://me:secret@h/f"] }, "a URL is malformed, or neither http nor https"],
    [{ urls: ["http://me:secret@"] }, "a URL is malformed"],
    [{ servers: ["h:1"], token: "secret two" }, "the token is not one word"],
    [{ servers: ["h:1"], headers: { Range: "bytes=0-0" } }, "the header Range is set by"],
    [{ servers: ["h:1"], headers: { "X": "secret\r\nY: z" } }, "characters in its value"],
    [{ servers: ["h:1"], headers: { "X secret": "1" } }, "characters in its name"],
    [{ servers: ["h:1"], sha256: "abc" }, "sha256 takes 64 hexadecimal digits"],
    [{ servers: ["h:1"], wait: -1 }, "wait takes a number, and not -1"],
    [{ servers: ["h:1"], stallTimeout: 0 }, "stallTimeout takes a number, and not 0"],
    [{ servers: ["h:1"], maxSize: NaN }, "maxSize takes a number, and not NaN"],
    [{ servers: ["h:1"], limitRate: 0 }, "limitRate takes a number, and not 0"],
    [{ urls: ["http://h/f"], proxies: { http: "socks5://me:secret@p" } }, "takes an HTTP proxy"],
  ];
  for (const [options, why] of refused) {
    const error = await assertRejects(() => download(options), MultiportError, why);
    assertEquals([error.code, error.message.includes("secret")], ["usage", false]);
  }
  const { writable } = new TransformStream<Uint8Array, Uint8Array>();
  writable.getWriter();
  const locked = download({ servers: ["h:1"], output: writable });
  await assertRejects(() => locked, MultiportError, "locked");
});

Deno.test("download() says which origins get credentials for everybody to read", async () => {
  await using scratch = await Scratch.make();
  const told: string[] = [];
  const run = download({
    urls: ["http://192.0.2.1/f"],
    token: "not-to-be-shown",
    output: scratch.path("out"),
    signal: AbortSignal.timeout(60_000),
    onEvent(event) {
      if (event.type === "notice") told.push(event.message);
      throw new Error("that is all");
    },
  });
  await ended(assertRejects(() => run, Error, "that is all"));
  assertEquals(told, [
    "Credentials for http://192.0.2.1 are sent unencrypted: use https",
  ]);
});

Deno.test("download() leaves nothing of what it was looking for, once it is stopped", async () => {
  await using scratch = await Scratch.make();
  await using silent = new ScriptedServer();
  const stop = new AbortController();
  const urls = [`http://127.0.0.1:${silent.port}/f`, `http://127.0.0.1:${silent.port}/g`];
  const run = download({ urls, output: scratch.path("out"), signal: stop.signal });
  // Both are asked, and will not answer.
  for (const _ of urls) await (await silent.peer()).request();
  stop.abort(new Error("enough"));
  await ended(assertRejects(() => run, Error, "enough"));
  // Timers and sockets that are left are found by the test runner, at the end of the test.
});

Deno.test("download() aborts its stream when it fails, be it before anything was written", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const run = download({ servers: ["127.0.0.1:1"], output: writable, wait: 0 });
  const error = await ended(assertRejects(() => run, MultiportError));
  assertStrictEquals(await assertRejects(() => new Response(readable).bytes()), error);
  const other = new TransformStream<Uint8Array, Uint8Array>();
  const refused = download({ output: other.writable });
  const wrong = await assertRejects(() => refused, MultiportError);
  assertStrictEquals(await assertRejects(() => new Response(other.readable).bytes()), wrong);
});
