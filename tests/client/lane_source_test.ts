import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { LaneReport } from "../../lib/client/lane_message.ts";
import { LaneSource } from "../../lib/client/lane_source.ts";
import { PartWriter } from "../../lib/client/part_writer.ts";
import { PieceHasher } from "../../lib/client/piece_hasher.ts";
import { MAX_HEAD_BYTES } from "../../lib/http/limits.ts";
import { contentOf, partHead, sha256 } from "./content.ts";
import { beforeDeadline } from "../support/deadline.ts";
import { Scratch } from "../support/scratch.ts";
import { Log } from "./log.ts";
import { type Peer, ScriptedServer } from "./scripted_server.ts";

const SIZE = 1000;
const PIECE_LENGTH = 100;

/** A source with a part file of its own, and the server that it asks. */
class Rig implements AsyncDisposable {
  readonly server = new ScriptedServer();
  readonly reports = new Log<LaneReport>();
  readonly #path = Deno.makeTempFileSync();
  readonly #writer: PartWriter;
  #nextBlock = 1;

  /** @param partPath Another part file than one of its own. */
  constructor(partPath?: string) {
    this.#writer = new PartWriter(partPath ?? this.#path);
  }

  /** A source that has not been asked for anything. */
  source(index = 1, report = this.reports.add): LaneSource {
    return new LaneSource({
      order: {
        type: "connect",
        source: index,
        host: "127.0.0.1",
        port: this.server.port,
        target: "/film%20a.mp4",
        etag: '"v1"',
      },
      writer: this.#writer,
      size: SIZE,
      hasher: new PieceHasher(SIZE, PIECE_LENGTH),
      buffer: new Uint8Array(2 * MAX_HEAD_BYTES),
      report,
    });
  }

  /** Has a source fetch a block; answers the block's number. */
  fetch(source: LaneSource, start: number, end: number): number {
    const id = this.#nextBlock++;
    source.fetch({ id, start, end });
    return id;
  }

  /** What was delivered, touching ranges put together. */
  get delivered(): [start: number, end: number][] {
    const ranges: [start: number, end: number][] = [];
    for (const report of this.reports.entries) {
      if (report.type !== "delivered") continue;
      const { start, end } = report.range;
      const last = ranges.at(-1);
      if (last?.[1] === start) last[1] = end;
      else ranges.push([start, end]);
    }
    return ranges;
  }

  async deliveredUpTo(end: number): Promise<void> {
    await this.reports.first((report) => report.type === "delivered" && report.range.end === end);
  }

  async lost(): Promise<Extract<LaneReport, { type: "lost" }>> {
    return await this.reports.first((report) => report.type === "lost");
  }

  /** Waits until the byte before `end` is on disk, which may be before it is told. */
  async writtenUpTo(end: number): Promise<void> {
    const [last] = contentOf(end - 1, end);
    while (this.written(end - 1, end)[0] !== last) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** What is on disk of a range. */
  written(start: number, end: number): Uint8Array {
    return Deno.readFileSync(this.#path).slice(start, end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    this.#writer[Symbol.dispose]();
    Deno.removeSync(this.#path);
  }
}

/** Answers the next request as it should be. */
async function serve(peer: Peer): Promise<void> {
  const [start, end] = await peer.range();
  await sendPart(peer, start, end);
}

async function sendPart(peer: Peer, start: number, end: number): Promise<void> {
  await peer.send(partHead(start, end, SIZE));
  await peer.send(contentOf(start, end));
}

Deno.test("LaneSource lets timers run while its bytes are there already", async () => {
  await using scratch = await Scratch.make();
  await using server = new ScriptedServer();
  const [length, chunks] = [16 * 1024, 32];
  const path = scratch.path("part");
  Deno.writeFileSync(path, new Uint8Array());
  let writes = 0;
  using writer = new class extends PartWriter {
    override write(bytes: Uint8Array, position: number): void {
      writes += 1;
      const start = performance.now();
      while (performance.now() - start < 1); // as long as a timer waits
      super.write(bytes, position);
    }
  }(path);
  const size = chunks * length;
  const done = Promise.withResolvers<void>();
  const { port } = server;
  const source = new LaneSource({
    order: { type: "connect", source: 1, host: "127.0.0.1", port, target: "/a", etag: null },
    writer,
    size,
    hasher: undefined,
    buffer: new Uint8Array(length),
    report: (report) => {
      if (report.type === "delivered" && report.range.end === size) done.resolve();
    },
  });
  source.fetch({ id: 1, start: 0, end: size });
  const peer = await server.peer();
  await peer.range();
  const sending = peer.send(partHead(0, size, size)).then(() => peer.send(new Uint8Array(size)));
  let turns = 0;
  const timer = setInterval(() => turns += 1, 0);
  await beforeDeadline(done.promise, () => `${writes} writes`);
  clearInterval(timer);
  assert(turns >= writes / 2, `${turns} turns in ${writes} writes`);
  await sending;
  source.drop("over");
});

Deno.test("LaneSource asks for a block by range and version, and puts it where it belongs", async () => {
  await using rig = new Rig();
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

Deno.test("LaneSource tells the digests of the pieces that passed whole", async () => {
  await using rig = new Rig();
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
      sha256: sha256(contentOf(piece * PIECE_LENGTH, (piece + 1) * PIECE_LENGTH)),
    })),
  );
  source.drop("over");
});

Deno.test("LaneSource asks for the next block before the last one has come", async () => {
  await using rig = new Rig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  rig.fetch(source, 100, 300);
  const peer = await rig.server.peer();
  assertEquals([await peer.range(), await peer.range()], [[0, 100], [100, 300]]);
  rig.fetch(source, 500, 600);
  assertEquals(await peer.range(), [500, 600]);
  for (const [start, end] of [[0, 100], [100, 300], [500, 600]] as const) {
    await sendPart(peer, start, end);
  }
  await rig.deliveredUpTo(600);
  assertEquals(rig.delivered, [[0, 300], [500, 600]]);
  assertEquals(rig.server.connections, 1);
  source.drop("over");
});

Deno.test("LaneSource takes an answer that comes a byte at a time", async () => {
  await using rig = new Rig();
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

/** Gives a source the time to begin to connect, and no more. */
async function connecting(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

// Trims, in every phase of a block --------------------------------------------------------------

Deno.test("LaneSource.trim() before there is a connection asks for less", async () => {
  await using rig = new Rig();
  const source = rig.source();
  const block = rig.fetch(source, 0, 300);
  source.trim(block, 120);
  assertEquals(rig.reports.entries, [{ type: "trimmed", source: 1, block, end: 120 }]);
  const peer = await rig.server.peer();
  assertEquals(await peer.range(), [0, 120]);
  source.drop("over");
});

Deno.test("LaneSource.trim() to nothing before there is a connection asks for nothing", async () => {
  await using rig = new Rig();
  const source = rig.source();
  source.trim(rig.fetch(source, 0, 300), 0);
  const second = rig.fetch(source, 300, 400);
  await connecting();
  source.trim(second, 300);
  const unused = await rig.server.peer();
  assertEquals(await unused.request(), undefined);
  rig.fetch(source, 500, 600);
  const peer = await rig.server.peer();
  assertEquals(await peer.range(), [500, 600]);
  await sendPart(peer, 500, 600);
  await rig.deliveredUpTo(600);
  assertEquals(rig.delivered, [[500, 600]]);
  source.drop("over");
});

Deno.test("LaneSource.trim() while the answer is awaited takes the part that is left", async () => {
  await using rig = new Rig();
  const source = rig.source();
  const block = rig.fetch(source, 0, 300);
  const first = await rig.server.peer();
  await first.range();
  source.trim(block, 120);
  rig.fetch(source, 600, 700);
  await sendPart(first, 0, 300);
  await rig.deliveredUpTo(120);
  await first.gone();
  const second = await rig.server.peer();
  await serve(second);
  await rig.deliveredUpTo(700);
  assertEquals(rig.delivered, [[0, 120], [600, 700]]);
  source.drop("over");
});

Deno.test("LaneSource.trim() to nothing while the answer is awaited does not wait for it", async () => {
  await using rig = new Rig();
  const source = rig.source();
  const block = rig.fetch(source, 200, 300);
  const first = await rig.server.peer();
  await first.range();
  source.trim(block, 100);
  assertEquals(rig.reports.entries, [{ type: "trimmed", source: 1, block, end: 200 }]);
  assertEquals(await first.request(), undefined);
  rig.fetch(source, 600, 700);
  await serve(await rig.server.peer());
  await rig.deliveredUpTo(700);
  assertEquals(rig.delivered, [[600, 700]]);
  source.drop("over");
});

Deno.test("LaneSource.trim() within the content stops there, and where it is if that is further", async () => {
  for (const [wanted, end] of [[250, 250], [150, 150], [50, 150]] as const) {
    await using rig = new Rig();
    const source = rig.source();
    const block = rig.fetch(source, 100, 300);
    const first = await rig.server.peer();
    await first.range();
    await first.send(partHead(100, 300, SIZE));
    await first.send(contentOf(100, 130));
    await rig.deliveredUpTo(130);
    await first.send(contentOf(130, 150));
    await rig.writtenUpTo(150);
    source.trim(block, wanted);
    assertEquals(rig.delivered, [[100, 150]]);
    assertEquals(rig.reports.entries.at(-1), { type: "trimmed", source: 1, block, end });
    if (end > 150) await first.send(contentOf(150, 300));
    await first.gone();
    rig.fetch(source, 800, 900);
    await serve(await rig.server.peer());
    await rig.deliveredUpTo(900);
    assertEquals(rig.delivered, [[100, end], [800, 900]]);
    assertEquals(rig.written(100, end), contentOf(100, end));
    source.drop("over");
  }
});

Deno.test("LaneSource.trim() at the end of a block, or past it, keeps the connection", async () => {
  await using rig = new Rig();
  const source = rig.source();
  const block = rig.fetch(source, 0, 100);
  const peer = await rig.server.peer();
  await peer.range();
  source.trim(block, 100);
  source.trim(block, 500);
  await sendPart(peer, 0, 100);
  await rig.deliveredUpTo(100);
  rig.fetch(source, 100, 200);
  await serve(peer);
  await rig.deliveredUpTo(200);
  const trims = rig.reports.entries.filter(({ type }) => type === "trimmed");
  assertEquals(trims, Array(2).fill({ type: "trimmed", source: 1, block, end: 100 }));
  source.drop("over");
});

Deno.test("LaneSource.trim() of a block that is over says so", async () => {
  await using rig = new Rig();
  const source = rig.source();
  const block = rig.fetch(source, 0, 100);
  await serve(await rig.server.peer());
  await rig.deliveredUpTo(100);
  source.trim(block, 50);
  const { end } = await rig.reports.first((report) => report.type === "trimmed");
  assert(end > SIZE);
  source.drop("over");
});

Deno.test("LaneSource.trim() of the second block to nothing costs the first one nothing", async () => {
  await using rig = new Rig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  const second = rig.fetch(source, 100, 200);
  const first = await rig.server.peer();
  await first.range();
  await first.range();
  source.trim(second, 100);
  rig.fetch(source, 500, 600);
  await first.range();
  await sendPart(first, 0, 100);
  await first.gone();
  const peer = await rig.server.peer();
  assertEquals(await peer.range(), [500, 600]);
  await sendPart(peer, 500, 600);
  await rig.deliveredUpTo(600);
  assertEquals(rig.delivered, [[0, 100], [500, 600]]);
  source.drop("over");
});

// Drops, in every phase -------------------------------------------------------------------------

const LOST = { type: "lost", source: 1, reason: "paused for ever", final: false } as const;

Deno.test("LaneSource.drop() before there is a connection asks for nothing", async () => {
  await using rig = new Rig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  await connecting();
  source.drop(LOST.reason);
  const peer = await rig.server.peer();
  assertEquals(await peer.request(), undefined);
  assertEquals(rig.reports.entries, [LOST]);
});

Deno.test("LaneSource.drop() while the answer is awaited closes the connection", async () => {
  await using rig = new Rig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  const peer = await rig.server.peer();
  await peer.range();
  source.drop(LOST.reason);
  await peer.gone();
  assertEquals(rig.reports.entries, [LOST]);
});

Deno.test("LaneSource.drop() within the content tells first what has arrived", async () => {
  await using rig = new Rig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  const peer = await rig.server.peer();
  await peer.range();
  await peer.send(partHead(0, 100, SIZE));
  await peer.send(contentOf(0, 30));
  await rig.deliveredUpTo(30);
  await peer.send(contentOf(30, 50));
  await rig.writtenUpTo(50);
  source.drop(LOST.reason);
  await peer.gone();
  assertEquals(rig.delivered, [[0, 50]]);
  assertEquals(rig.reports.entries.at(-1), LOST);
});

Deno.test("LaneSource.drop() ends a source that has nothing to do, once, and for good", async () => {
  await using rig = new Rig();
  const source = rig.source();
  const block = rig.fetch(source, 0, 100);
  const peer = await rig.server.peer();
  await serve(peer);
  await rig.deliveredUpTo(100);
  source.drop(LOST.reason);
  source.drop("again");
  source.trim(block, 0);
  rig.fetch(source, 100, 200);
  await peer.gone();
  assertEquals(rig.reports.entries.slice(1), [LOST]);
  assertEquals(rig.server.connections, 1);
});

Deno.test("LaneSource.drop() lets nothing come after it, even of what had arrived", async () => {
  for (let round = 0; round < 50; round += 1) {
    await using rig = new Rig();
    const others = new Log<LaneReport>();
    const dropped = rig.source(2, others.add);
    // The first bytes of one source are told while those of the other are on their way to it.
    const source = rig.source(1, (report) => {
      rig.reports.add(report);
      dropped.drop(LOST.reason);
    });
    for (const [at, each] of [source, dropped].entries()) rig.fetch(each, at * 100, at * 100 + 100);
    const peers = [await rig.server.peer(), await rig.server.peer()];
    const ranges = await Promise.all(peers.map((peer) => peer.range()));
    const answers = ranges.map(([start, end]) => {
      const head = new TextEncoder().encode(partHead(start, end, SIZE));
      return Uint8Array.of(...head, ...contentOf(start, end));
    });
    await Promise.all(peers.map((peer, at) => peer.send(answers[at] ?? "")));
    await rig.deliveredUpTo(100);
    for (const peer of peers) peer.close();
    source.drop("over");
    await others.first(({ type }) => type === "lost");
    assertEquals(others.entries.at(-1), { ...LOST, source: 2 });
  }
});

// What servers do -------------------------------------------------------------------------------

Deno.test("LaneSource opens another connection when the server closed one between answers", async () => {
  await using rig = new Rig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  rig.fetch(source, 100, 200);
  const first = await rig.server.peer();
  await first.range();
  await first.range();
  await sendPart(first, 0, 100);
  first.close();
  const second = await rig.server.peer();
  await serve(second);
  await rig.deliveredUpTo(200);
  assertEquals(rig.delivered, [[0, 200]]);
  source.drop("over");
});

Deno.test("LaneSource opens another connection when the server closed or reset an idle one", async () => {
  for (const isReset of [false, true]) {
    await using rig = new Rig();
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

Deno.test("LaneSource is lost with what has arrived when the connection ends within the content", async () => {
  await using rig = new Rig();
  rig.fetch(rig.source(), 0, 300);
  const peer = await rig.server.peer();
  await peer.range();
  await peer.send(partHead(0, 300, SIZE));
  await peer.send(contentOf(0, 130));
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

Deno.test("LaneSource is lost when the server closes every connection without an answer", async () => {
  await using rig = new Rig();
  rig.fetch(rig.source(), 0, 300);
  const peer = await rig.server.peer();
  await peer.range();
  peer.close();
  assertStringIncludes((await rig.lost()).reason, "without an answer");
});

Deno.test("LaneSource is lost when nobody listens", async () => {
  const rig = new Rig();
  const source = rig.source();
  await rig[Symbol.asyncDispose]();
  rig.fetch(source, 0, 100);
  assertEquals(await rig.lost(), { ...LOST, reason: "connection refused" });
});

Deno.test("LaneSource uses not one byte of an answer to another question", async () => {
  const wrong: [answer: string, why: string, final: boolean][] = [
    [`HTTP/1.1 200 OK\r\nContent-Length: ${SIZE}\r\n\r\n`, "does not serve parts", true],
    [partHead(1, 101, SIZE), "another part", true],
    [partHead(0, 99, SIZE), "another part", true],
    [partHead(0, 100, SIZE + 1), "has changed", false],
    [partHead(0, 100, SIZE, 'ETag: "v2"\r\n'), "has changed", false],
    ["HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n", "has changed", false],
    ["HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "status 503", false],
    ["SSH-2.0-OpenSSH_9.2\r\n", "not a valid HTTP answer", false],
    [`HTTP/1.1 206 X\r\nA: ${"x".repeat(MAX_HEAD_BYTES)}`, "not a valid HTTP answer", false],
    ["HTTP/1.1 206 X\r\nContent-Le", "not a valid HTTP answer", false],
  ];
  for (const [answer, why, final] of wrong) {
    await using rig = new Rig();
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

Deno.test("LaneSource is lost when more comes than was asked for", async () => {
  await using rig = new Rig();
  const source = rig.source();
  rig.fetch(source, 0, 100);
  const peer = await rig.server.peer();
  await peer.range();
  await peer.send(partHead(0, 100, SIZE));
  await peer.send(contentOf(0, 130));
  await rig.deliveredUpTo(100);
  rig.fetch(source, 100, 200);
  assertStringIncludes((await rig.lost()).reason, "not a valid HTTP answer");
  assertEquals(rig.delivered, [[0, 100]]);
});

Deno.test({
  name: "LaneSource reports a disk that is full, and ends",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using rig = new Rig("/dev/full");
    rig.fetch(rig.source(), 0, 100);
    const peer = await rig.server.peer();
    await serve(peer);
    await peer.gone();
    const report = await rig.reports.first(({ type }) => type === "disk");
    assertEquals(report, { type: "disk", reason: "the disk is full" });
    assertEquals(rig.reports.entries.length, 1);
  },
});
