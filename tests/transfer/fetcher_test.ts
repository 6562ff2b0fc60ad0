import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { MAX_HEAD_BYTES } from "../../lib/http/limits.ts";
import { contentOf, partHead, sha256 } from "../client/content.ts";
import { FetcherRig, PIECE_LENGTH, sendPart, serve, SIZE } from "./fetcher_rig.ts";

Deno.test("Fetcher asks for a block by range and version, and puts it where it belongs", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 150, 450);
  const peer = await rig.server.peer();
  const request = await peer.request() ?? "";
  assertMatch(request, /^GET \/film%20a.mp4 HTTP\/1.1\r\n/);
  assertStringIncludes(request, `\r\nHost: 127.0.0.1:${rig.server.port}\r\n`);
  assertStringIncludes(request, "\r\nRange: bytes=150-449\r\n");
  assertStringIncludes(request, '\r\nIf-Match: "v1"\r\n');
  await sendPart(peer, 150, 450);
  await rig.deliveredUpTo(450);
  assertEquals(rig.delivered, [[150, 450]]);
  assertEquals(rig.written(150, 450), contentOf(150, 450));
  source.drop("over");
});

Deno.test("Fetcher tells the digests of the pieces that passed whole", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 150, 430);
  const peer = await rig.server.peer();
  await serve(peer);
  rig.fetch(source, 430, 500);
  await serve(peer);
  await rig.deliveredUpTo(500);
  const pieces = rig.reports.entries.flatMap((report) =>
    report.type === "delivered" ? report.pieces : []
  );
  assertEquals(
    pieces,
    [2, 3, 4].map((piece) => ({
      piece,
      digest: sha256(contentOf(piece * PIECE_LENGTH, (piece + 1) * PIECE_LENGTH)),
    })),
  );
  source.drop("over");
});

Deno.test("Fetcher asks for the next block before the last one has come", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  rig.fetch(source, 100, 300);
  const peer = await rig.server.peer();
  assertEquals(await peer.range(), [0, 100]);
  await peer.send(partHead(0, 100, SIZE));
  assertEquals(await peer.range(), [100, 300]);
  rig.fetch(source, 500, 600);
  assertEquals(await peer.range(), [500, 600]);
  await peer.send(contentOf(0, 100));
  await sendPart(peer, 100, 300);
  await sendPart(peer, 500, 600);
  await rig.deliveredUpTo(600);
  assertEquals(rig.delivered, [[0, 300], [500, 600]]);
  assertEquals(rig.server.connections, 1);
  source.drop("over");
});

Deno.test("Fetcher takes an answer that comes a byte at a time", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 0, 5);
  const peer = await rig.server.peer();
  await peer.range();
  for (const char of partHead(0, 5, SIZE)) await peer.send(char);
  for (const byte of contentOf(0, 5)) await peer.send(Uint8Array.of(byte));
  await rig.deliveredUpTo(5);
  assertEquals(rig.written(0, 5), contentOf(0, 5));
  source.drop("over");
});

// What servers do -------------------------------------------------------------------------------

Deno.test("Fetcher opens another connection when the server closed one between answers", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  rig.fetch(source, 100, 200);
  const first = await rig.server.peer();
  await first.range();
  await first.send(partHead(0, 100, SIZE));
  await first.range();
  await first.send(contentOf(0, 100));
  first.close();
  const second = await rig.server.peer();
  await serve(second);
  await rig.deliveredUpTo(200);
  assertEquals(rig.delivered, [[0, 200]]);
  source.drop("over");
});

Deno.test("Fetcher opens another connection when the server closed or reset an idle one", async () => {
  for (const isReset of [false, true]) {
    await using rig = new FetcherRig();
    const source = rig.source();
    rig.fetch(source, 0, 100);
    const first = await rig.server.peer();
    await serve(first);
    await rig.deliveredUpTo(100);
    if (isReset) rig.fetch(source, 100, 200);
    first.close();
    if (!isReset) rig.fetch(source, 100, 200);
    await serve(await rig.server.peer());
    await rig.deliveredUpTo(200);
    assertEquals(rig.delivered, [[0, 200]]);
    source.drop("over");
  }
});

Deno.test("Fetcher is lost with what has arrived when the connection ends within the content", async () => {
  await using rig = new FetcherRig();
  rig.fetch(rig.source(), 0, 300);
  const peer = await rig.server.peer();
  await serve(peer, 130);
  await rig.deliveredUpTo(130);
  await peer.send(contentOf(130, 170));
  peer.close();
  const { reason, final } = await rig.lost();
  assertEquals({ reason, final }, {
    reason: "it closed the connection 130 bytes early",
    final: false,
  });
  assertEquals(rig.delivered, [[0, 170]]);
  assertEquals(rig.written(0, 170), contentOf(0, 170));
});

Deno.test("Fetcher is lost when the server closes every connection without an answer", async () => {
  await using rig = new FetcherRig();
  rig.fetch(rig.source(), 0, 300);
  const peer = await rig.server.peer();
  await peer.range();
  peer.close();
  assertStringIncludes((await rig.lost()).reason, "without an answer");
});

Deno.test("Fetcher is lost when nobody listens", async () => {
  const rig = new FetcherRig();
  const source = rig.source();
  await rig[Symbol.asyncDispose]();
  rig.fetch(source, 0, 100);
  assertEquals(await rig.lost(), {
    type: "lost",
    source: 1,
    reason: "connection refused",
    final: false,
    loss: { kind: "broken" },
  });
});

Deno.test("Fetcher uses not one byte of an answer to another question", async () => {
  const wrong: [answer: string, why: string, final: boolean][] = [
    [partHead(1, 101, SIZE), "another part", true],
    [partHead(0, 99, SIZE), "another part", true],
    [partHead(0, 100, SIZE + 1), "has changed", false],
    [partHead(0, 100, SIZE, 'ETag: "v2"\r\n'), "has changed", false],
    ["HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n", "has changed", false],
    ["HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "status 503", false],
    ["SSH-2.0-OpenSSH_9.2\r\n", "not a valid HTTP answer", false],
    [`HTTP/1.1 206 X\r\nA: ${"x".repeat(2 * MAX_HEAD_BYTES)}`, "not a valid HTTP answer", false],
    ["HTTP/1.1 206 X\r\nContent-Le", "not a valid HTTP answer", false],
  ];
  for (const [answer, why, final] of wrong) {
    await using rig = new FetcherRig();
    rig.fetch(rig.source(), 0, 100);
    const peer = await rig.server.peer();
    await peer.range();
    await peer.send(answer);
    if (!answer.includes("\r\n\r\n")) peer.close();
    const lost = await rig.lost();
    assertStringIncludes(lost.reason, why);
    assertEquals(lost.final, final, why);
    assertEquals(rig.delivered, []);
    await peer.gone().catch(() => {});
  }
});

Deno.test("Fetcher is lost when more comes than was asked for", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  const peer = await rig.server.peer();
  await serve(peer, 130);
  assertStringIncludes((await rig.lost()).reason, "more than was asked for");
  assertEquals(rig.delivered, [[0, 100]]);
});

Deno.test("Fetcher is lost when something comes that was not asked for", async () => {
  await using rig = new FetcherRig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  const peer = await rig.server.peer();
  await serve(peer);
  await rig.deliveredUpTo(100);
  await peer.send(contentOf(100, 130));
  rig.fetch(source, 100, 200);
  assertStringIncludes((await rig.lost()).reason, "not a valid HTTP answer");
  assertEquals(rig.delivered, [[0, 100]]);
});

Deno.test({
  name: "Fetcher reports a disk that is full, and ends",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using rig = new FetcherRig({ partPath: "/dev/full" });
    rig.fetch(rig.source(), 0, 100);
    const peer = await rig.server.peer();
    await serve(peer);
    await peer.gone();
    const report = await rig.reports.first(({ type }) => type === "disk");
    assert(report.type === "disk" && report.cause instanceof Error);
    assertEquals(report.reason, "the disk is full");
    assertEquals(rig.reports.entries.length, 1);
  },
});
