import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import { completeMetalink, writeMetalinkSkeleton } from "../../lib/content/metalink_write.ts";
import type { DownloadEvent } from "../../lib/client/download_event.ts";
import { download } from "../../lib/client/download.ts";
import type { DownloadOptions } from "../../lib/client/download_options.ts";
import { MIN_WINDOW_LENGTH } from "../../lib/client/limits.ts";
import { MultiportError } from "../../lib/multiport_error.ts";
import { serve } from "../../lib/server/serve.ts";
import { beforeDeadline } from "../../testing/deadline.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { contentOf, sha256 } from "./content.ts";
import { Log } from "./log.ts";
import { digestsOf, manifestOf } from "./mpserver.ts";

/** Keeps what it gets. */
class Reader {
  length = 0;
  readonly #parts: Uint8Array[] = [];
  /** Awaited before anything is taken. */
  gate: Promise<void> = Promise.resolve();
  /** What became of the stream. */
  end: "open" | "closed" | "aborted" = "open";

  readonly stream = new WritableStream<Uint8Array>({
    write: async (bytes) => {
      await this.gate;
      this.#parts.push(bytes);
      this.length += bytes.length;
    },
    close: () => void (this.end = "closed"),
    abort: () => void (this.end = "aborted"),
  });

  get content(): Uint8Array {
    const content = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.#parts) {
      content.set(part, at);
      at += part.length;
    }
    return content;
  }
}

/** Servers of one file, and somebody who reads it as it comes. */
class Rig implements AsyncDisposable {
  readonly events = new Log<DownloadEvent>();
  reader = new Reader();
  readonly #used = new AsyncDisposableStack();

  private constructor(readonly scratch: Scratch, readonly file: string, readonly ports: number[]) {}

  static async make(size: number, limitRate?: number): Promise<Rig> {
    const scratch = await Scratch.make();
    const file = await scratch.noise("film", size);
    const options = { files: [file], ports: [0, 0, 0], bind: "127.0.0.1", allow: ["127.0.0.1"] };
    const serving = await serve({ ...options, once: false, limitRate });
    const ports = serving.all.map(({ address }) => Number(address.split(":").at(-1)));
    const rig = new Rig(scratch, file, ports);
    rig.#used.use(scratch);
    rig.#used.defer(() => serving.close());
    return rig;
  }

  stream(options: DownloadOptions = {}, signal?: AbortSignal) {
    const servers = this.ports.map((port) => `127.0.0.1:${port}`);
    const output = this.reader.stream;
    const onEvent = this.events.add;
    const all = { servers, interval: 0.02, output, onEvent, signal, ...options };
    return beforeDeadline(download(all), () => "the end of the stream");
  }

  get content(): Uint8Array {
    return Deno.readFileSync(this.file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#used.disposeAsync();
  }
}

Deno.test("download() to a stream writes all of the file in order, and nothing to the disk", async () => {
  for (const size of [0, 1, MIB, 3 * MIB + 5, 40 * MIB + 7]) {
    await using rig = await Rig.make(size);
    await rig.stream();
    assertEquals([rig.reader.length, rig.reader.end], [size, "closed"]);
    assertEquals(sha256(rig.reader.content), sha256(rig.content));
    assertEquals(await rig.scratch.names(), ["film"]);
    const done = rig.events.entries.at(-1);
    assert(done?.type === "done");
    assertEquals([done.size, done.received, done.sha256], [size, size, sha256(rig.content)]);
  }
});

Deno.test("download() to a stream does without digests if it is told to", async () => {
  await using rig = await Rig.make(40 * MIB);
  await rig.stream({ verify: false });
  assertEquals(sha256(rig.reader.content), sha256(rig.content));
});

Deno.test("download() to a stream fetches no more than a window ahead of a reader that does not read", async () => {
  await using rig = await Rig.make(3 * MIN_WINDOW_LENGTH);
  const gate = Promise.withResolvers<void>();
  rig.reader.gate = gate.promise;
  const streaming = rig.stream();
  const fetched = (event: DownloadEvent) => event.type === "progress" ? event.received : 0;
  await rig.events.first((event) => fetched(event) === MIN_WINDOW_LENGTH);
  // Some more looks at the figures, in which more would have come.
  const count = rig.events.entries.length;
  await rig.events.some(count + 20);
  assertEquals(Math.max(...rig.events.entries.map(fetched)), MIN_WINDOW_LENGTH);
  gate.resolve();
  await streaming;
  assertEquals(sha256(rig.reader.content), sha256(rig.content));
});

Deno.test("download() to a stream ends when it is stopped, though nobody reads", async () => {
  await using rig = await Rig.make(2 * MIN_WINDOW_LENGTH);
  const gate = Promise.withResolvers<void>();
  rig.reader.gate = gate.promise;
  const stop = new AbortController();
  const streaming = rig.stream({}, stop.signal);
  await rig.events.first((event) => event.type === "progress" && event.received > MIB);
  stop.abort();
  assertStrictEquals(await assertRejects(() => streaming), stop.signal.reason);
  gate.resolve();
  // It is aborted once it has taken what was being written.
  while (rig.reader.end === "open") await new Promise((resolve) => setTimeout(resolve));
  assertEquals(rig.reader.end, "aborted");
});

Deno.test("download() to a stream ends when nobody reads any more", async () => {
  await using rig = await Rig.make(40 * MIB);
  const output = new WritableStream({
    write: () => Promise.reject(Object.assign(new Deno.errors.BrokenPipe("x"), { code: "EPIPE" })),
  });
  const failure = await assertRejects(() => rig.stream({ output }), MultiportError);
  assertEquals(failure.code, "local");
  assertStringIncludes(failure.message, "Cannot write the output: nobody reads it any more");
});

Deno.test("download() to a stream writes no piece that is wrong", async () => {
  const content = contentOf(0, 6 * MIB);
  const manifest = manifestOf("a", content);
  const metalink = completeMetalink(writeMetalinkSkeleton(manifest), [])
    .map((part) => new TextDecoder().decode(part)).join("");
  const info = { name: "a", size: content.length, etag: null, state: "listening" };
  /** Lies about one byte in each of its answers. */
  const serve = (isLiar: boolean) =>
    Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/a.meta4") return new Response(metalink);
      if (pathname === "/.multiport/info") {
        return Response.json({ ...info, manifest: digestsOf(manifest) });
      }
      if (pathname !== "/a") return new Response("event: state\ndata: {}\n\n");
      const field = request.headers.get("range") ?? "";
      const [, start, end] = /bytes=(\d+)-(\d+)/.exec(field) ?? [];
      const bytes = content.slice(Number(start), Number(end) + 1);
      if (isLiar) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      const headers = { "content-range": `bytes ${start}-${end}/${content.length}` };
      return new Response(bytes, { status: 206, headers });
    });
  await using liar = serve(true);
  await using honest = serve(false);
  await using rig = await Rig.make(0);
  const servers = [liar, honest].map(({ addr }) => `127.0.0.1:${addr.port}`);
  await rig.stream({ servers });
  assertEquals(sha256(rig.reader.content), sha256(content));
  assert(
    rig.events.entries.some((event) =>
      event.type === "notice" && event.message.includes("is wrong")
    ),
  );
});

Deno.test("download() to a stream says so when what was written has not the digest that was named", async () => {
  await using rig = await Rig.make(3 * MIB);
  const right = sha256(rig.content);
  await rig.stream({ sha256: right });
  rig.reader = new Reader();
  const content = contentOf(0, 2 * MIB);
  const handler = (request: Request) => {
    const { pathname } = new URL(request.url);
    const info = {
      name: "a",
      size: content.length,
      etag: null,
      state: "listening",
      manifest: null,
    };
    if (pathname === "/.multiport/info") return Response.json(info);
    if (pathname !== "/a") return new Response("event: state\ndata: {}\n\n");
    const [, start, end] = /bytes=(\d+)-(\d+)/.exec(request.headers.get("range") ?? "") ?? [];
    const headers = { "content-range": `bytes ${start}-${end}/${content.length}` };
    return new Response(content.slice(Number(start), Number(end) + 1), { status: 206, headers });
  };
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  const servers = [`127.0.0.1:${server.addr.port}`];
  const streaming = rig.stream({ servers, verify: false, sha256: right });
  const failure = await assertRejects(
    () => streaming,
    MultiportError,
    "Cannot vouch for what was written",
  );
  assertEquals(failure.code, "content");
});
