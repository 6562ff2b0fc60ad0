import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import * as fc from "fast-check";
import {
  askInfo,
  askInfoAlone,
  parseInfo,
  parseProcessInfo,
} from "../../lib/sources/server_info.ts";
import { MAX_INFO_BYTES } from "../../lib/sources/limits.ts";
import { LostError } from "../../lib/sources/lost_error.ts";
import { HeadError } from "../../lib/http/head_error.ts";
import { MIN_PIECE_LENGTH } from "../../lib/content/manifest.ts";
import { connectTo, ScriptedServer } from "./scripted_server.ts";

const DIGEST = "0123456789abcdef".repeat(4);
const MANIFEST = { sha256: DIGEST, piecesSha256: DIGEST, pieceLength: MIN_PIECE_LENGTH };
const INFO = { name: "film.mp4", size: 5, etag: '"v1"', state: "sending", manifest: MANIFEST };

const parse = (fields: Readonly<Record<string, unknown>>) =>
  parseInfo(JSON.stringify({ ...INFO, ...fields }));

function refused(fields: Readonly<Record<string, unknown>>, why: string): void {
  assert(assertThrows(() => parse(fields), LostError, why).final);
}

Deno.test("parseInfo() reads what a server says of its copy", () => {
  assertEquals(parse({}), {
    name: "film.mp4",
    size: 5,
    etag: '"v1"',
    paused: false,
    digest: { sha256: DIGEST, piecesSha256: DIGEST },
  });
  const modified = "2001-02-03T04:05:06.000Z";
  assertEquals(parse({ modified }).modified, new Date(modified));
  for (const nonsense of [null, 7, "yesterday"]) {
    assertEquals(parse({ modified: nonsense }).modified, undefined);
  }
  assertEquals(parse({ state: "paused" }).paused, true);
  assertEquals(parse({ manifest: null }).digest, null);
  assertEquals(parse({ manifest: undefined, etag: undefined, later: "field" }).etag, null);
});

Deno.test("parseProcessInfo() reads which ports a process has, and whether they have been hashed", () => {
  const parse = (fields: object) => parseProcessInfo(JSON.stringify({ ...INFO, ...fields }));
  const { ports, isMetalinkReady } = parse({ servers: [60_000, 60_002], manifestReady: true });
  assertEquals([ports, isMetalinkReady], [[60_000, 60_002], true]);
  for (const servers of [undefined, "all", {}, [0, 65_536, 1.5, "80", null]]) {
    assertEquals(parse({ servers }).ports, []);
  }
  assertEquals(parse({}).isMetalinkReady, false);
  assertThrows(() => parse({ size: -1 }), LostError, "no usable size");
});

Deno.test("parseInfo() takes any name that a file can have, and no path", () => {
  for (const name of ["ä b.mp4", "日本.iso", "-rf", "a..b", ".hidden", "a\\b", "a\tb", "a\nb"]) {
    assertEquals(parse({ name }).name, name);
  }
  const others = ["", ".", "..", "a/b", "/a", "a\0", "\ud800"];
  for (const name of [...others, "x".repeat(1025), null, 5, ["a"], { a: 1 }]) {
    refused({ name }, "no usable file name");
  }
});

Deno.test("parseInfo() takes sizes up to 2^53 and nothing else for a size", () => {
  for (const size of [0, 2 ** 31, 2 ** 53 - 1]) {
    assertEquals(parse({ size, manifest: null }).size, size);
  }
  for (const size of [-1, 1.5, 2 ** 53, "5", null, NaN]) refused({ size }, "no usable size");
});

Deno.test("parseInfo() takes only entity tags that can be sent back", () => {
  for (const etag of ['""', '"a,b"', 'W/"v1"']) assertEquals(parse({ etag }).etag, etag);
  for (const etag of ["v1", '"a" "b"', '"a\r\nHost: b"', `"${"x".repeat(256)}"`, 5, {}]) {
    refused({ etag }, "no usable entity tag");
  }
});

Deno.test("parseInfo() takes only digests of the pieces that everybody has", () => {
  for (const sha256 of [DIGEST.toUpperCase(), DIGEST.slice(1), null, 5]) {
    refused({ manifest: { ...MANIFEST, sha256 } }, "no usable digests");
    refused({ manifest: { ...MANIFEST, piecesSha256: sha256 } }, "no usable digests");
  }
  refused({ manifest: "none" }, "makes no sense");
  refused({ manifest: { ...MANIFEST, pieceLength: 2 * MIN_PIECE_LENGTH } }, "another length");
});

Deno.test("parseInfo() answers anything with an info or a LostError", () => {
  const hostile = fc.oneof(
    fc.json(),
    fc.string(),
    fc.record({ name: fc.string(), size: fc.anything(), etag: fc.anything() })
      .map((fields) => safeJson(fields)),
  );
  fc.assert(fc.property(hostile, (text) => {
    try {
      parseInfo(text);
    } catch (error) {
      assert(error instanceof LostError, String(error));
    }
  }));
  for (const deep of ["[", '{"a":']) assertThrows(() => parseInfo(deep.repeat(30_000)), LostError);
});

Deno.test("askInfo() asks for it and reads the answer", async () => {
  await using server = new ScriptedServer();
  using connection = await connectTo(server);
  const asked = askInfo(connection);
  const peer = await server.peer();
  assert((await peer.request())?.startsWith("GET /.multiport/info HTTP/1.1\r\n"));
  await peer.answer(200, JSON.stringify(INFO));
  assertEquals((await asked).name, "film.mp4");
});

Deno.test("askInfoAlone() waits until the server has closed the connection, or closes it", async () => {
  await using server = new ScriptedServer();
  for (const isClosing of [true, false]) {
    using connection = await connectTo(server);
    const asked = askInfoAlone(connection);
    const peer = await server.peer();
    assertStringIncludes(await peer.request() ?? "", "Connection: close\r\n");
    await peer.answer(200, JSON.stringify(INFO));
    if (isClosing) peer.close();
    assertEquals((await asked).name, "film.mp4");
    assertEquals(connection.closed, !isClosing);
    if (isClosing) assertEquals(await connection.fill(), false);
  }
});

Deno.test("askInfo() tells a server that is no mpserver from one that is not ready", async () => {
  for (const [status, final] of [[404, true], [503, false]] as const) {
    await using server = new ScriptedServer();
    using connection = await connectTo(server);
    const asked = askInfo(connection);
    await (await server.peer()).answer(status, "");
    assertEquals((await assertRejects(() => asked, LostError)).final, final);
  }
});

Deno.test("askInfo() tells a server that is too busy, and for how long", async () => {
  await using server = new ScriptedServer();
  using connection = await connectTo(server);
  const asked = askInfo(connection);
  await (await server.peer()).answer(503, "", "Retry-After: 7\r\n");
  const { loss } = await assertRejects(() => asked, LostError);
  assertEquals(loss, { kind: "busy", retryAfterMs: 7_000 });
});

Deno.test("askInfo() reads no answer that is longer than any info", async () => {
  await using server = new ScriptedServer();
  using connection = await connectTo(server);
  const asked = askInfo(connection);
  await (await server.peer()).answer(200, "x".repeat(MAX_INFO_BYTES + 1));
  await assertRejects(() => asked, HeadError, "longer than");
});

Deno.test("askInfo() gives up when the answer ends early or does not come in time", async () => {
  await using server = new ScriptedServer();
  for (const ending of ["", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"]) {
    using connection = await connectTo(server);
    const asked = askInfo(connection);
    const peer = await server.peer();
    await peer.request();
    await peer.send(ending);
    peer.close();
    await assertRejects(() => asked);
  }
  using connection = await connectTo(server);
  await assertRejects(() => askInfo(connection, 20), Deno.errors.TimedOut, "no answer");
  assert(connection.closed);
});

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}
