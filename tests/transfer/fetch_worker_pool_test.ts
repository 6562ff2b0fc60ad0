import { assert, assertEquals, assertRejects } from "@std/assert";
import { FetchWorkerPool, type PoolReport } from "../../lib/transfer/fetch_worker_pool.ts";
import { MAX_FETCH_WORKERS, MAX_INLINE_LENGTH } from "../../lib/transfer/limits.ts";
import { PartFileError } from "../../lib/storage/part_writer.ts";
import { beforeDeadline } from "../../testing/deadline.ts";
import { Scratch } from "../../testing/scratch.ts";
import { contentOf, partHead, sha256 } from "../client/content.ts";
import { Log } from "../client/log.ts";
import { ScriptedServer } from "../sources/scripted_server.ts";

/** One file that the main thread does, and one that workers do. */
const SIZES = { "the main thread": 4096, workers: MAX_INLINE_LENGTH + 1 } as const;

/** A pool with a part file of zeros. */
class Rig implements AsyncDisposable {
  readonly reports = new Log<PoolReport>();
  readonly pool: FetchWorkerPool;
  readonly path: string;

  private constructor(readonly scratch: Scratch, readonly size: number, isThere: boolean) {
    this.path = scratch.path("part");
    if (isThere) Deno.createSync(this.path).close();
    if (isThere) Deno.truncateSync(this.path, size);
    this.pool = new FetchWorkerPool({
      path: this.path,
      file: isThere ? Deno.statSync(this.path) : { dev: 0, ino: 0 },
      size,
      pieceLength: 1024,
      hash: "sha-256",
      encrypted: false,
      sources: 2,
    });
    this.pool.onReport = this.reports.add;
  }

  static async make(size: number, isThere = true): Promise<Rig> {
    return new Rig(await Scratch.make(), size, isThere);
  }

  connect(source: number, server: ScriptedServer): void {
    const { port } = server;
    const endpoint = { scheme: "http", host: "127.0.0.1", port } as const;
    const request = { endpoint, target: "/a", fields: {}, validators: { etags: [] } };
    this.pool.tell({ type: "connect", source, request });
  }

  /** Writes to the part file behind the pool's back. */
  write(bytes: Uint8Array, position: number): void {
    using file = Deno.openSync(this.path, { write: true });
    file.seekSync(position, Deno.SeekMode.Start);
    file.writeSync(bytes);
  }

  async close(): Promise<void> {
    await beforeDeadline(this.pool.close(), () => "closed");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.scratch[Symbol.asyncDispose]();
  }
}

for (const [who, size] of Object.entries(SIZES)) {
  Deno.test(`FetchWorkerPool fetches, writes and hashes with ${who}`, async () => {
    await using rig = await Rig.make(size);
    await using server = new ScriptedServer();
    for (const source of [1, 2]) {
      rig.connect(source, server);
      const range = { start: source * 1024, end: (source + 1) * 1024 };
      rig.pool.tell({ type: "fetch", source, block: { id: source, ...range } });
    }
    for (let answer = 0; answer < 2; answer += 1) {
      const peer = await server.peer();
      const [start, end] = await peer.range();
      await peer.send(partHead(start, end, size));
      await peer.send(contentOf(start, end));
    }
    const delivered = await rig.reports.some(
      2,
      (report) => report.type === "delivered" && report.pieces.length > 0,
    );
    const digests = delivered.map((report) => report.type === "delivered" ? report.pieces : []);
    const expected = [1, 2].map((piece) => ({
      piece,
      digest: sha256(contentOf(piece * 1024, (piece + 1) * 1024)),
    }));
    assertEquals(digests.flat().toSorted((a, b) => a.piece - b.piece), expected);
    await rig.close();
    assertEquals(Deno.readFileSync(rig.path).slice(1024, 3072), contentOf(1024, 3072));
  });

  Deno.test(`FetchWorkerPool.read() hashes what lies there, and spares empty pieces, with ${who}`, async () => {
    await using rig = await Rig.make(size);
    rig.write(contentOf(1024, 1124), 1024);
    const range = (piece: number) => ({ start: piece * 1024, end: (piece + 1) * 1024 });
    const found = await Promise.all([
      rig.pool.read(0, range(0), true),
      rig.pool.read(1, range(1), true),
      rig.pool.read(2, range(2), false),
    ]);
    const written = new Uint8Array(1024);
    written.set(contentOf(1024, 1124));
    assertEquals(
      found.map(({ digest, written }) => ({ digest, extents: written?.extents ?? null })),
      [
        { digest: null, extents: [] },
        { digest: sha256(written), extents: [{ start: 1024, end: 1124 }] },
        { digest: sha256(new Uint8Array(1024)), extents: null },
      ],
    );
    await rig.close();
  });

  Deno.test(`FetchWorkerPool.read() never waits for ever: after an end, with ${who}`, async () => {
    await using rig = await Rig.make(size);
    const early = rig.pool.read(0, { start: 0, end: 1024 }, false);
    const closing = rig.close();
    const late = rig.pool.read(1, { start: 1024, end: 2048 }, false);
    await assertRejects(() => late, PartFileError, "has ended");
    assertEquals((await early).digest, sha256(new Uint8Array(1024)));
    await closing;
  });

  Deno.test(`FetchWorkerPool.read() never waits for ever: without a file, with ${who}`, async () => {
    await using rig = await Rig.make(size, false);
    await assertRejects(
      () => rig.pool.read(0, { start: 0, end: 1024 }, false),
      PartFileError,
      "no such file or folder",
    );
    await assertRejects(() => rig.pool.read(1, { start: 0, end: 9 }, true), PartFileError);
    const report = await rig.reports.first(({ type }) => type === "disk");
    assert(report.type === "disk" && report.cause instanceof Error);
    assertEquals(report.reason, "no such file or folder");
    await rig.close();
  });

  Deno.test(`FetchWorkerPool.close() is told all that was written, and nothing after it, with ${who}`, async () => {
    await using rig = await Rig.make(size);
    await using server = new ScriptedServer();
    rig.connect(1, server);
    rig.pool.tell({ type: "fetch", source: 1, block: { id: 1, start: 0, end: 2048 } });
    const peer = await server.peer();
    await peer.range();
    await peer.send(partHead(0, 2048, size));
    await peer.send(contentOf(0, 1000));
    await rig.reports.first(({ type }) => type === "delivered");
    await rig.close();
    const count = rig.reports.entries.length;
    assertEquals(rig.reports.entries.at(-1)?.type, "lost");
    await peer.send(contentOf(1000, 2048)).catch(() => {});
    rig.pool.tell({ type: "drop", source: 1, reason: "late" });
    await peer.gone();
    assertEquals(rig.reports.entries.length, count);
    const told = rig.reports.entries.reduce(
      (sum, report) =>
        report.type === "delivered" ? sum + report.range.end - report.range.start : sum,
      0,
    );
    const written = Deno.readFileSync(rig.path);
    assertEquals(written.slice(0, told), contentOf(0, told));
    assert(written.slice(told).every((byte) => byte === 0));
  });
}

Deno.test("FetchWorkerPool starts workers for large files that are to be hashed or decrypted, and for no others", async () => {
  await using scratch = await Scratch.make();
  const path = scratch.path("part");
  Deno.createSync(path).close();
  const { Worker } = globalThis;
  let started = 0;
  globalThis.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      started += 1;
    }
  };
  try {
    const startedFor = async (size: number, isHashed: boolean, encrypted = false) => {
      started = 0;
      const place = { path, file: Deno.statSync(path) };
      const hash = isHashed ? "sha-256" as const : undefined;
      const work = { pieceLength: 1024, hash, encrypted, sources: 4 };
      const pool = new FetchWorkerPool({ ...place, size, ...work });
      const pieces = [0, 1, 2, 3, 4, 5, 6, 7];
      // Lanes read in turn, so each of them has to be at work.
      await Promise.all(pieces.map((piece) => pool.read(piece, { start: 0, end: 9 }, false)));
      await pool.close();
      return started;
    };
    const others = Math.min(navigator.hardwareConcurrency, MAX_FETCH_WORKERS) - 1;
    assertEquals(await startedFor(SIZES.workers, true), others);
    assertEquals(await startedFor(SIZES.workers, false, true), others);
    assertEquals(await startedFor(SIZES.workers, false), 0);
    assertEquals(await startedFor(SIZES["the main thread"], true), 0);
  } finally {
    globalThis.Worker = Worker;
  }
});

Deno.test("FetchWorkerPool has no worker be waited for by the source that is connected first", async () => {
  const { Worker } = globalThis;
  /** Does nothing but end. */
  class IdleWorker extends EventTarget {
    onmessage = (_message: { readonly data: { readonly type: "closed" } }) => {};
    postMessage({ type }: { readonly type: string }): void {
      if (type === "close") queueMicrotask(() => this.onmessage({ data: { type: "closed" } }));
    }
  }
  globalThis.Worker = IdleWorker as unknown as typeof Worker;
  try {
    await using rig = await Rig.make(SIZES.workers);
    await using server = new ScriptedServer();
    rig.connect(2, server);
    rig.pool.tell({ type: "fetch", source: 2, block: { id: 1, start: 0, end: 1024 } });
    const peer = await server.peer();
    await peer.range();
    await peer.send(partHead(0, 1024, SIZES.workers));
    await peer.send(contentOf(0, 1024));
    await rig.reports.first(({ type }) => type === "delivered");
    await rig.close();
  } finally {
    globalThis.Worker = Worker;
  }
});

Deno.test("FetchWorkerPool tells nothing before an order has been given in full", async () => {
  await using rig = await Rig.make(SIZES["the main thread"]);
  await using server = new ScriptedServer();
  rig.connect(1, server);
  rig.pool.tell({ type: "drop", source: 1, reason: "over" });
  assertEquals(rig.reports.entries, []);
  await rig.reports.first(({ type }) => type === "lost");
  await rig.close();
});

Deno.test({
  name: "FetchWorkerPool.close() leaves no file open",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    for (const size of Object.values(SIZES)) {
      await using rig = await Rig.make(size);
      await rig.pool.read(0, { start: 0, end: 1024 }, false);
      assert(timesOpen(rig.path) > 0);
      await rig.close();
      assertEquals(timesOpen(rig.path), 0);
    }
  },
});

/** How many descriptors of this process lead to a file. */
function timesOpen(path: string): number {
  const links = [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`);
    } catch {
      return "one that was closed meanwhile";
    }
  });
  return links.filter((link) => link === path).length;
}
