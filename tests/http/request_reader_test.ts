import { assertEquals, assertRejects } from "@std/assert";
import * as fc from "fast-check";
import { HeadError } from "../../lib/http/head_error.ts";
import { MAX_HEAD_BYTES } from "../../lib/http/limits.ts";
import { type ByteSource, RequestReader } from "../../lib/http/request_reader.ts";

/** A connection that brings the given texts, one per read at most, and then ends. */
class Script implements ByteSource {
  #waiting: Uint8Array[];
  reads = 0;

  constructor(...texts: string[]) {
    this.#waiting = texts.map((text) => new TextEncoder().encode(text));
  }

  read(buffer: Uint8Array): Promise<number | null> {
    this.reads++;
    const next = this.#waiting.shift();
    if (next === undefined) return Promise.resolve(null);
    const part = next.subarray(0, buffer.length);
    buffer.set(part);
    if (part.length < next.length) this.#waiting.unshift(next.subarray(part.length));
    return Promise.resolve(part.length);
  }
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`;
const ignore = () => {};

async function targets(reader: RequestReader): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const request = await reader.next(ignore);
    if (request === undefined) return found;
    found.push(request.target);
  }
}

Deno.test("RequestReader returns the same requests however their bytes arrive", async () => {
  const text = get("/1") + get("/2") + "\r\n" + get("/3");
  const cuts = fc.array(fc.nat(text.length), { maxLength: 20 });
  await fc.assert(fc.asyncProperty(cuts, async (cuts) => {
    const edges = [0, ...cuts.sort((a, b) => a - b), text.length];
    const parts = edges.slice(1).map((end, at) => text.slice(edges[at], end));
    const reader = new RequestReader(new Script(...parts.filter((part) => part !== "")));
    assertEquals(await targets(reader), ["/1", "/2", "/3"]);
  }));
});

Deno.test("RequestReader tells when the first byte of a request is there", async () => {
  const reader = new RequestReader(new Script("G", get("/").slice(1)));
  let begun = 0;
  await reader.next(() => begun++);
  assertEquals(begun, 1);
  await reader.next(() => begun++);
  assertEquals(begun, 1);
});

Deno.test("RequestReader takes a request that was cut off for the end", async () => {
  assertEquals(await targets(new RequestReader(new Script("GET / HT"))), []);
});

Deno.test("RequestReader.peerLeft() reads no further ahead than it may, and keeps all of it", async () => {
  const script = new Script(...Array.from({ length: 10_000 }, () => get("/")));
  const reader = new RequestReader(script);
  const most = 4 * MAX_HEAD_BYTES;
  await reader.peerLeft(most);
  assertEquals(script.reads * get("/").length >= most, true);
  assertEquals(script.reads * get("/").length <= most + MAX_HEAD_BYTES, true);
  assertEquals((await targets(reader)).length, 10_000);
});

Deno.test("RequestReader.peerLeft() sees the end and keeps the requests before it", async () => {
  const requests = Array.from({ length: 1000 }, (_, at) => `/${at}`);
  const reader = new RequestReader(new Script(...requests.map(get)));
  await reader.next(ignore);
  await Promise.all([reader.peerLeft(1e6), reader.peerLeft(1e6)]);
  assertEquals(await targets(reader), requests.slice(1));
});

Deno.test("RequestReader.drain() drops what comes, up to its bound", async () => {
  const script = new Script(...Array.from({ length: 10 }, () => "x".repeat(1000)));
  await new RequestReader(script).drain(2500);
  assertEquals(script.reads, 3);
  const ending = new Script("x");
  await new RequestReader(ending).drain(1000);
  assertEquals(ending.reads, 2);
});

Deno.test("RequestReader takes a failed read for the end, and refuses a malformed head", async () => {
  const broken = { read: () => Promise.reject(new Deno.errors.ConnectionReset()) };
  assertEquals(await new RequestReader(broken).next(ignore), undefined);
  const reader = new RequestReader(new Script("\0"));
  await assertRejects(() => reader.next(ignore), HeadError);
});
