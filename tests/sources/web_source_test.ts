import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { SourceHappening, SourceListener } from "../../lib/sources/source.ts";
import { WebSource } from "../../lib/sources/web_source.ts";
import { Log } from "../client/log.ts";
import { ScriptedServer } from "./scripted_server.ts";

/** A source and the server that it is. */
class Rig implements AsyncDisposable {
  readonly server = new ScriptedServer();
  readonly told = new Log<SourceHappening>();
  readonly source: WebSource;
  readonly ended: Promise<void>;

  constructor() {
    const listener: SourceListener = { happened: (_, event) => this.told.add(event) };
    const url = new URL(`http://127.0.0.1:${this.server.port}/pub/f.iso`);
    this.source = new WebSource(1, url, listener);
    this.ended = this.source.run();
  }

  /** Answers the next request; answers its path. */
  async answer(head: string): Promise<string> {
    const peer = await this.server.peer();
    const request = await peer.request() ?? "";
    await peer.send(`HTTP/1.1 ${head}\r\n\r\n`);
    return request.split(" ")[1] ?? "";
  }

  /** Waits until so many events of a kind were told. */
  async tells(type: SourceHappening["type"], times = 1): Promise<void> {
    await this.told.some(times, (event) => event.type === type);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.source.stop();
    await this.ended;
    await this.server[Symbol.asyncDispose]();
  }
}

const part = (fields = "") =>
  `206 X\r\nContent-Length: 1\r\nContent-Range: bytes 0-0/1000${fields}`;

Deno.test("WebSource learns what there is from one request, and is asked for content with no condition", async () => {
  await using rig = new Rig();
  const modified = "Thu, 01 Jan 2026 00:00:00 GMT";
  await rig.answer(
    part(`\r\nETag: "v1"\r\nLast-Modified: ${modified}\r\nContent-Type: application/octet-stream`),
  );
  await rig.tells("answered");
  const { copy, request: { endpoint, target, fields, rangeless, validators } } = rig.source;
  const version = { etag: '"v1"', modified: new Date(modified) };
  assertEquals(copy, { name: "f.iso", size: 1000, digest: null, ...version });
  assertEquals(endpoint, { scheme: "http", host: "127.0.0.1", port: rig.server.port });
  assertEquals([target, rangeless], ["/pub/f.iso", false]);
  assertEquals(Object.keys(fields).filter((name) => name.startsWith("If-")), []);
  const contentType = "application/octet-stream";
  assertEquals(validators, { etags: ['"v1"'], lastModified: modified, contentType });
});

Deno.test("WebSource is asked again from its first address when its content was lost", async () => {
  await using rig = new Rig();
  await rig.answer("302 X\r\nLocation: /signed?a=1");
  await rig.answer(part());
  await rig.tells("answered");
  assertEquals(rig.source.request.target, "/signed?a=1");
  rig.source.use();
  rig.source.contentLost("it answered with status 403", false, true, { kind: "moved" });
  assertEquals(rig.source.state, "lost");
  assertEquals(await rig.answer("302 X\r\nLocation: /signed?a=2"), "/pub/f.iso");
  await rig.answer(part());
  await rig.tells("answered", 2);
  assertEquals([rig.source.state, rig.source.request.target], ["up", "/signed?a=2"]);
});

Deno.test("WebSource is given up when its first address leads to nothing twice", async () => {
  await using rig = new Rig();
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await rig.answer("302 X\r\nLocation: /signed");
    await rig.answer("404 X");
  }
  await rig.ended;
  assertEquals(rig.told.entries.map(({ type }) => type), ["unreachable", "refused"]);
});

Deno.test("WebSource waits for as long as a server asks it to, and asks again what it does not know", async () => {
  await using rig = new Rig();
  await rig.answer("503 X\r\nRetry-After: 0");
  await rig.tells("busy");
  assertEquals(rig.source.state, "waiting");
  await rig.answer(part());
  await rig.tells("answered");
  rig.source.use();
  rig.source.contentLost("it answered with status 429", false, true, {
    kind: "busy",
    retryAfterMs: 0,
  });
  assertEquals(rig.source.state, "waiting");
  // What it has is known: a connection that it takes is for content.
  await rig.tells("answered", 2);
  assertEquals([rig.source.state, rig.server.connections], ["up", 2]);
});

Deno.test("WebSource asks again every second time that a server hangs up without an answer", async () => {
  await using rig = new Rig();
  await rig.answer(part());
  for (const [times, connections] of [[1, 1], [2, 1], [3, 2], [4, 2]] as const) {
    await rig.tells("answered", times);
    assertEquals(rig.server.connections, connections);
    rig.source.use();
    rig.source.contentLost("it closed the connection without an answer", false, true);
    if (times === 2) await rig.answer(part());
  }
});

Deno.test("WebSource takes another entity tag for that of another server of the same name, if the time is the same", async () => {
  await using rig = new Rig();
  const times = ["Thu, 01 Jan 2026 00:00:00 GMT", "Fri, 02 Jan 2026 00:00:00 GMT"];
  const versions = [[times[0], '"a"'], [times[0], '"b"'], [times[1], '"b"']];
  const seen: string[][] = [];
  for (const [attempt, [time, etag]] of versions.entries()) {
    await rig.answer(part(`\r\nETag: ${etag}\r\nLast-Modified: ${time}`));
    await rig.tells("answered", attempt + 1);
    seen.push([...rig.source.request.validators.etags, rig.source.copy?.etag ?? ""]);
    rig.source.use();
    rig.source.contentLost("its file has changed", false, true, { kind: "changed" });
  }
  assertEquals(seen, [['"a"', '"a"'], ['"a"', '"b"', '"a"'], ['"b"', '"b"']]);
});

Deno.test("WebSource remembers that a server sends no parts once it has sent the whole file twice instead", async () => {
  await using rig = new Rig();
  for (const times of [1, 2, 3]) {
    await rig.answer(part());
    await rig.tells("answered", times);
    assertEquals(rig.source.servesParts, times < 3);
    rig.source.use();
    rig.source.contentLost("it does not serve parts of files", false, true, { kind: "rangeless" });
  }
  assert(rig.source.request.rangeless);
});

Deno.test("WebSource is asked again after one wrong answer, and given up after the next", async () => {
  await using rig = new Rig();
  await rig.answer(part());
  for (const [times, state] of [[1, "lost"], [2, "refused"]] as const) {
    await rig.tells("answered", times);
    rig.source.use();
    rig.source.contentLost("it sent another part than was asked for", true, true);
    assertEquals(rig.source.state, state);
  }
});

Deno.test("WebSource.stop() ends it in every phase", async () => {
  const phases: ((rig: Rig) => Promise<unknown>)[] = [
    () => Promise.resolve(),
    (rig) => rig.server.peer(),
    async (rig) => await (await rig.server.peer()).request(),
    (rig) => rig.answer("302 X\r\nLocation: /other"),
    (rig) => rig.answer("503 X\r\nRetry-After: 600"),
    async (rig) => {
      await rig.answer(part());
      await rig.tells("answered");
    },
  ];
  for (const phase of phases) {
    await using rig = new Rig();
    await phase(rig);
    rig.source.stop();
    await rig.ended;
  }
});

Deno.test("WebSource says in its name where it is, and nothing that grants access", () => {
  const url = new URL("https://user:secret@a.example/f.iso?token=secret");
  const { label } = new WebSource(3, url, { happened: () => {} });
  assertEquals(label, "Server3 (https://a.example/f.iso?…)");
  assertStringIncludes(label, "a.example");
});
