import { assertEquals, assertStringIncludes } from "@std/assert";
import { contentOf, partHead } from "../client/content.ts";
import { PAGE_LENGTH } from "../../lib/transfer/limits.ts";
import type { Peer } from "../sources/scripted_server.ts";
import { FetcherRig, serve, SIZE } from "./fetcher_rig.ts";

const CLOSE = "Connection: close\r\n";

/** The head of an answer with a part of the file whose length only its end tells. */
function endlessHead(start: number, end: number, version = "1.1", fields = ""): string {
  const range = `Content-Range: bytes ${start}-${end - 1}/${SIZE}\r\n`;
  return `HTTP/${version} 206 Partial Content\r\n${range}${fields}\r\n`;
}

function chunkedHead(start: number, end: number): string {
  return endlessHead(start, end, "1.1", "Transfer-Encoding: chunked\r\n");
}

/** Sends bytes of the file as chunks of these lengths, and no last chunk. */
async function sendChunks(peer: Peer, start: number, lengths: readonly number[]): Promise<void> {
  let at = start;
  for (const length of lengths) {
    await peer.send(`${length.toString(16)}\r\n`);
    await peer.send(contentOf(at, at + length));
    await peer.send("\r\n");
    at += length;
  }
}

// Content of any framing ---------------------------------------------------------------------------

Deno.test("Fetcher takes chunked content, and goes on over the same connection", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  rig.fetch(source, 100, 200);
  const peer = await rig.server.peer();
  for (const start of [0, 100]) {
    assertEquals(await peer.range(), [start, start + 100]);
    await peer.send(chunkedHead(start, start + 100));
    await sendChunks(peer, start, [1, 60, 39]);
    await peer.send("0\r\n\r\n");
  }
  await rig.deliveredUpTo(200);
  assertEquals(rig.delivered, [[0, 200]]);
  assertEquals(rig.written(0, 200), contentOf(0, 200));
  assertEquals(rig.server.connections, 1);
  source.drop("over");
});

Deno.test("Fetcher is lost when chunked content is shorter or longer than was asked for", async () => {
  const cases: [lengths: number[], last: string, reason: string, kept: number[][]][] = [
    [[60], "0\r\n\r\n", "it ended its answer 40 bytes early", []],
    [[60, 41], "0\r\n\r\n", "more than was asked for", [[0, 100]]],
    [[60, 40, 1], "0\r\n\r\n", "more than was asked for", [[0, 100]]],
    [[60], "x\r\n", "not a valid HTTP answer", []],
  ];
  for (const [lengths, last, reason, kept] of cases) {
    await using rig = new FetcherRig();
    rig.fetch(rig.source(), 0, 100);
    const peer = await rig.server.peer();
    await peer.range();
    await peer.send(chunkedHead(0, 100));
    await sendChunks(peer, 0, lengths);
    await peer.send(last).catch(() => {});
    assertStringIncludes((await rig.lost()).reason, reason);
    assertEquals(rig.delivered, kept, reason);
  }
});

Deno.test("Fetcher uses nothing of a page that comes under the head of the file, if only its end shows that", async () => {
  const page = "<html>Something went wrong</html>";
  const ends: readonly [head: string, body: string][] = [
    [chunkedHead(100, 200), `${page.length.toString(16)}\r\n${page}\r\n0\r\n\r\n`],
    [endlessHead(100, 200, "1.0"), page],
  ];
  for (const [head, body] of ends) {
    await using rig = new FetcherRig();
    const source = rig.source();
    rig.fetch(source, 0, 100);
    const peer = await rig.server.peer();
    await serve(peer);
    await rig.deliveredUpTo(100);
    rig.fetch(source, 100, 200);
    await peer.range();
    await peer.send(head);
    await peer.send(body);
    peer.close();
    await rig.lost();
    assertEquals(rig.delivered, [[0, 100]]);
  }
});

Deno.test("Fetcher keeps what is longer than a page of an answer that was cut off", async () => {
  const size = 4 * PAGE_LENGTH;
  await using rig = new FetcherRig({ size });
  rig.fetch(rig.source(), 0, size);
  const peer = await rig.server.peer();
  await peer.range();
  await peer.send(endlessHead(0, size, "1.0").replace(`/${SIZE}`, `/${size}`));
  await peer.send(contentOf(0, 3 * PAGE_LENGTH));
  await rig.writtenUpTo(3 * PAGE_LENGTH);
  peer.close();
  await rig.lost();
  assertEquals(rig.delivered, [[0, 3 * PAGE_LENGTH]]);
});

Deno.test("Fetcher takes content that ends with its connection", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  rig.fetch(source, 100, 200);
  for (const start of [0, 100]) {
    const peer = await rig.server.peer();
    assertEquals(await peer.range(), [start, start + 100]);
    await peer.send(endlessHead(start, start + 100, "1.0"));
    await peer.send(contentOf(start, start + 100));
    peer.close();
  }
  await rig.deliveredUpTo(200);
  assertEquals(rig.delivered, [[0, 200]]);
  source.drop("over");
});

Deno.test("Fetcher skips interim answers", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  const peer = await rig.server.peer();
  await peer.range();
  await peer.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
  await peer.send(partHead(0, 100, SIZE));
  await peer.send(contentOf(0, 100));
  await rig.deliveredUpTo(100);
  source.drop("over");
});

Deno.test("Fetcher is lost when interim answers come without end", async () => {
  await using rig = new FetcherRig();
  rig.fetch(rig.source(), 0, 100);
  const peer = await rig.server.peer();
  await peer.range();
  const sending = peer.send("HTTP/1.1 102 Processing\r\n\r\n".repeat(10_000)).catch(() => {});
  assertStringIncludes((await rig.lost()).reason, "too many interim answers");
  await sending;
});

// Requests ahead -----------------------------------------------------------------------------------

Deno.test("Fetcher asks for one block at a time where each answer ends the connection", async () => {
  for (const head of [endlessHead(0, 100, "1.0"), partHead(0, 100, SIZE, CLOSE)]) {
    await using rig = new FetcherRig();
    const source = rig.source();
    for (const start of [0, 100, 200]) rig.fetch(source, start, start + 100);
    for (const start of [0, 100, 200]) {
      const peer = await rig.server.peer();
      assertEquals(await peer.range(), [start, start + 100]);
      await peer.send(head.replace("bytes 0-99", `bytes ${start}-${start + 99}`));
      await peer.send(contentOf(start, start + 100));
      if (head.includes("HTTP/1.0")) peer.close();
      // Nothing was sent ahead, and the connection is not used again.
      else assertEquals(await peer.request(), undefined);
    }
    await rig.deliveredUpTo(300);
    assertEquals(rig.delivered, [[0, 300]]);
    source.drop("over");
  }
});

Deno.test("Fetcher asks again for what a server that ends the connection has not answered", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  for (const start of [0, 100, 200]) rig.fetch(source, start, start + 100);
  const first = await rig.server.peer();
  await serve(first);
  // The second answer is the last one that this connection brings; the third block was asked for.
  assertEquals(await first.range(), [100, 200]);
  assertEquals(await first.range(), [200, 300]);
  await first.send(partHead(100, 200, SIZE, CLOSE));
  await first.send(contentOf(100, 200));
  first.close();
  await serve(await rig.server.peer());
  await rig.deliveredUpTo(300);
  assertEquals(rig.delivered, [[0, 300]]);
  source.drop("over");
});

Deno.test("Fetcher asks for one block at a time once what was sent ahead has cost a connection", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  for (const start of [0, 100, 200, 300]) rig.fetch(source, start, start + 100);
  const first = await rig.server.peer();
  await first.range();
  await first.send(partHead(0, 100, SIZE));
  assertEquals(await first.range(), [100, 200]);
  await first.send(contentOf(0, 30));
  // It ends without a word, with a reset of what was not read.
  first.close();
  const second = await rig.server.peer();
  assertEquals(await second.range(), [30, 100]);
  await second.send(partHead(30, 100, SIZE) + "");
  await second.send(contentOf(30, 100));
  await rig.deliveredUpTo(100);
  for (const start of [100, 200, 300]) {
    assertEquals(await second.range(), [start, start + 100]);
    await second.send(partHead(start, start + 100, SIZE));
    await second.send(contentOf(start, start + 100));
  }
  await rig.deliveredUpTo(400);
  assertEquals([rig.delivered, rig.server.connections], [[[0, 400]], 2]);
  source.drop("over");
});

Deno.test("Fetcher does without requests ahead where a server never sees them", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  for (const start of [0, 100, 200]) rig.fetch(source, start, start + 100);
  const first = await rig.server.peer();
  await first.range();
  await first.send(partHead(0, 100, SIZE));
  await first.range();
  await first.send(contentOf(0, 100));
  // It waits for a request, having lost that one.
  await first.gone();
  const second = await rig.server.peer();
  for (const start of [100, 200]) {
    assertEquals(await second.range(), [start, start + 100]);
    await second.send(partHead(start, start + 100, SIZE));
    await second.send(contentOf(start, start + 100));
  }
  await rig.deliveredUpTo(300);
  assertEquals([rig.delivered, rig.server.connections], [[[0, 300]], 2]);
  source.drop("over");
});

Deno.test("Fetcher does not take for an answer what came before its request", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  const peer = await rig.server.peer();
  await peer.range();
  const head = new TextEncoder().encode(partHead(0, 100, SIZE));
  const next = new TextEncoder().encode(partHead(100, 200, SIZE));
  // In one piece, so that all of it is there when the first block is.
  await peer.send(Uint8Array.of(...head, ...contentOf(0, 100), ...next, ...contentOf(0, 100)));
  rig.reports.first(({ type }) => type === "delivered").then(() => rig.fetch(source, 100, 200));
  assertStringIncludes((await rig.lost()).reason, "more than was asked for");
  assertEquals(rig.delivered, [[0, 100]]);
});

Deno.test("Fetcher keeps no connection open to a source that takes one at a time", async () => {
  await using rig = new FetcherRig();
  const source = rig.source(1, rig.reports.add, { isLone: true });
  rig.fetch(source, 0, 100);
  const first = await rig.server.peer();
  await serve(first);
  await first.gone();
  rig.fetch(source, 100, 200);
  await serve(await rig.server.peer());
  await rig.deliveredUpTo(200);
  source.drop("over");
});
