import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { endpointOf } from "../../lib/http/client/endpoint.ts";
import { IdleConnections } from "../../lib/http/client/idle_connections.ts";
import { delay } from "../../lib/delay.ts";
import { type BlockRequest, digestBlocks } from "../../lib/sources/digest_blocks.ts";
import { LostError } from "../../lib/sources/lost_error.ts";
import { Samples } from "../../lib/sources/samples.ts";
import { WebServer } from "../../testing/web_server.ts";
import { type Peer, ScriptedServer } from "./scripted_server.ts";

const SIZE = 1_000_000;
const signal = new AbortController().signal;

function contentOf(seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: SIZE }, (_, at) => (at * 7 + seed + (at >> 8)) & 255);
}

function requestOf(address: string): BlockRequest {
  const url = new URL(address);
  return { endpoint: endpointOf(url), target: url.pathname, fields: {} };
}

Deno.test("Samples.blocksOf() has the last block, and nothing beyond the end", () => {
  for (const size of [1, 65_536, 65_537, SIZE, 2 ** 40]) {
    const blocks = new Samples().blocksOf(size);
    assertEquals(blocks.at(-1)?.end, size);
    assert(blocks.length >= 1 && blocks.length <= 4);
    assert(blocks.every(({ start, end }) => start >= 0 && start < end && end <= size));
  }
  assertNotEquals(new Samples().blocksOf(2 ** 40), new Samples().blocksOf(2 ** 40));
});

Deno.test("Samples.digest() is the same for equal copies, and for no others", async () => {
  const samples = new Samples();
  await using one = new WebServer(contentOf(1));
  await using same = new WebServer(contentOf(1));
  await using other = new WebServer(contentOf(2));
  const [first, second, third] = await Promise.all(
    [one, same, other].map((server) => samples.digest(requestOf(server.url()), SIZE, signal)),
  );
  assertEquals(first, second);
  assertNotEquals(first, third);
});

Deno.test("Samples.digest() takes nothing from a server that sends another part", async () => {
  await using server = new WebServer(contentOf(1), { ranges: false });
  const digest = new Samples().digest(requestOf(server.url()), SIZE, signal);
  await assertRejects(() => digest, LostError, "when its copy was to be compared");
});

Deno.test("Samples.digest() goes on where a server was too busy, over one connection where that can be", async () => {
  const content = contentOf(1);
  await using server = new ScriptedServer();
  const url = `http://127.0.0.1:${server.port}/f`;
  const samples = new Samples();
  const blocks = samples.blocksOf(SIZE);
  const known = new Map<number, string>();
  const busy = samples.digest(requestOf(url), SIZE, signal, { known });
  const first = await server.peer();
  const [start, end] = await first.range();
  await first.send(
    `HTTP/1.1 206 X\r\nContent-Range: bytes ${start}-${end - 1}/${SIZE}\r\n` +
      `Transfer-Encoding: chunked\r\n\r\n${(end - start).toString(16)}\r\n`,
  );
  await first.send(content.subarray(start, end));
  await first.send("\r\n0\r\n\r\n");
  await first.range();
  await first.answer(503, "", "Retry-After: 1\r\n");
  const { loss } = await assertRejects(() => busy, LostError);
  assertEquals([loss.kind, server.connections, known.size], ["busy", 1, 1]);
  await using whole = new WebServer(content);
  const digest = await samples.digest(requestOf(whole.url()), SIZE, signal, { known });
  assertEquals(whole.requests.length, blocks.length - 1);
  assertEquals(digest, await samples.digest(requestOf(whole.url()), SIZE, signal));
});

/** Answers a request for a block that has come. */
async function sendBlock(peer: Peer, [start, end]: readonly [number, number]): Promise<void> {
  const fields = `Content-Range: bytes ${start}-${end - 1}/${SIZE}\r\n`;
  await peer.send(`HTTP/1.1 206 X\r\n${fields}Content-Length: ${end - start}\r\n\r\n`);
  await peer.send(contentOf(1).subarray(start, end));
}

/** Answers so many requests once all of them have come. */
async function sendAll(peer: Peer, count: number): Promise<void> {
  const ranges: [number, number][] = [];
  while (ranges.length < count) ranges.push(await peer.range());
  for (const range of ranges) await sendBlock(peer, range);
}

Deno.test("Samples.digest() asks for all blocks at once, once a server has shown that it keeps the connection open", async () => {
  await using whole = new WebServer(contentOf(1));
  const samples = new Samples();
  const expected = await samples.digest(requestOf(whole.url()), SIZE, signal);
  await using server = new ScriptedServer();
  const request = requestOf(`http://127.0.0.1:${server.port}/f`);
  using idle = new IdleConnections();
  const unknown = samples.digest(request, SIZE, signal, { idle });
  const peer = await server.peer();
  await sendBlock(peer, await peer.range());
  await sendAll(peer, samples.blocksOf(SIZE).length - 1);
  assertEquals(await unknown, expected);
  const known = samples.digest(request, SIZE, signal, { idle });
  await sendAll(peer, samples.blocksOf(SIZE).length);
  assertEquals([await known, server.connections], [expected, 1]);
});

Deno.test("Samples.digest() asks for one block at a time where a server breaks off behind the first", async () => {
  await using whole = new WebServer(contentOf(1));
  const samples = new Samples();
  const expected = await samples.digest(requestOf(whole.url()), SIZE, signal);
  await using server = new ScriptedServer();
  const digest = samples.digest(requestOf(`http://127.0.0.1:${server.port}/f`), SIZE, signal);
  const count = samples.blocksOf(SIZE).length;
  const hasty = await server.peer();
  await sendBlock(hasty, await hasty.range());
  await hasty.range();
  hasty.close();
  const patient = await server.peer();
  for (let at = 1; at < count; at += 1) {
    await sendBlock(patient, await patient.range());
    assert(!patient.hasRequest);
  }
  assertEquals([await digest, server.connections], [expected, 2]);
});

Deno.test("digestBlocks() gives up a server that sends a byte now and then", async () => {
  await using server = new ScriptedServer();
  const request = requestOf(`http://127.0.0.1:${server.port}/f`);
  const blocks = [{ start: 0, end: 65_536 }];
  const digesting = digestBlocks(request, blocks, SIZE, signal, { timeoutMs: 100 });
  const rejected = assertRejects(() => digesting, Deno.errors.TimedOut, "no answer within 0.1 s");
  const peer = await server.peer();
  await peer.range();
  let isOver = false;
  rejected.finally(() => isOver = true);
  await peer.send(
    `HTTP/1.1 206 X\r\nContent-Range: bytes 0-65535/${SIZE}\r\nContent-Length: 65536\r\n\r\n`,
  );
  while (!isOver) {
    await peer.send("x").catch(() => {});
    await delay(5, signal);
  }
  await rejected;
});
