import { assertEquals } from "@std/assert";
import type { FetchOrder, FetchReport } from "../../lib/transfer/fetch_message.ts";
import { FetchWorkerHandle } from "../../lib/transfer/fetch_worker_handle.ts";
import { Scratch } from "../../testing/scratch.ts";
import { sha256 } from "../client/content.ts";
import { Log } from "../client/log.ts";

const DIGEST: FetchOrder = {
  type: "digest",
  piece: 0,
  range: { start: 0, end: 9 },
  skipEmpty: false,
};

/** An engine whose part file has nine bytes, all zero. */
class Rig implements AsyncDisposable {
  readonly reports = new Log<FetchReport>();
  readonly engine = new FetchWorkerHandle(this.reports.add);

  private constructor(readonly scratch: Scratch) {
    const path = scratch.path("part");
    Deno.writeFileSync(path, new Uint8Array(9));
    this.engine.obey({
      type: "open",
      path,
      file: Deno.statSync(path),
      size: 9,
      pieceLength: 9,
      hash: "sha-256",
    });
  }

  static async make(): Promise<Rig> {
    return new Rig(await Scratch.make());
  }

  async close(): Promise<void> {
    this.engine.obey({ type: "close" });
    await this.reports.first(({ type }) => type === "closed");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.scratch[Symbol.asyncDispose]();
  }
}

const types = ({ reports }: Rig) => reports.entries.map(({ type }) => type);

Deno.test("FetchWorkerHandle carries out what waited for its start, in order", async () => {
  await using rig = await Rig.make();
  rig.engine.obey({ type: "drop", source: 1, reason: "it was never connected" });
  rig.engine.start();
  rig.engine.start();
  rig.engine.obey(DIGEST);
  await rig.close();
  const digested = { type: "digested", piece: 0, digest: sha256(new Uint8Array(9)), written: null };
  assertEquals<unknown>(rig.reports.entries, [digested, { type: "closed" }]);
});

Deno.test("FetchWorkerHandle is started by an order that somebody waits for", async () => {
  await using rig = await Rig.make();
  rig.engine.obey(DIGEST);
  await rig.reports.first(({ type }) => type === "digested");
  await rig.close();
});

Deno.test("FetchWorkerHandle closed before it was started is never started", async () => {
  await using rig = await Rig.make();
  await rig.close();
  const { Worker } = globalThis;
  try {
    globalThis.Worker = class extends Worker {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args);
        throw new Error("a worker was started");
      }
    };
    rig.engine.start();
    rig.engine.obey(DIGEST);
    rig.engine.start();
  } finally {
    globalThis.Worker = Worker;
  }
  assertEquals(types(rig), ["closed"]);
});
