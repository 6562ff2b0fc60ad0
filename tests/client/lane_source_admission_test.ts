import { assertEquals } from "@std/assert";
import { Admission, type Entry } from "../../lib/client/admission.ts";
import type { LaneReport } from "../../lib/client/lane_message.ts";
import { LaneSource } from "../../lib/client/lane_source.ts";
import { FIRST_ADMITTED, LANE_BUFFERS, TURN_LENGTH } from "../../lib/client/limits.ts";
import { nextTurn } from "../../lib/client/next_turn.ts";
import { PartWriter } from "../../lib/client/part_writer.ts";
import { BufferPool } from "../../lib/http/buffer_pool.ts";
import { Scratch } from "../support/scratch.ts";
import { partHead } from "./content.ts";
import { connecting, LaneSourceRig, serve } from "./lane_source_rig.ts";
import { Log } from "./log.ts";
import { type Peer, ScriptedServer } from "./scripted_server.ts";

/** Other sources that keep a lane busy. */
function occupy(admission: Admission, places: number): Entry[] {
  const entries = Array.from({ length: places }, () => admission.enter(() => {}));
  for (const entry of entries) entry.work();
  return entries;
}

function typesOf(reports: Log<LaneReport>): string[] {
  return reports.entries.map(({ type }) => type);
}

Deno.test("LaneSource asks for nothing before it is admitted, and says so", async () => {
  await using rig = new LaneSourceRig();
  const others = occupy(rig.admission, FIRST_ADMITTED);
  const source = rig.source();
  rig.fetch(source, 0, 100);
  await rig.reports.first(({ type }) => type === "deferred");
  assertEquals([rig.server.connections, typesOf(rig.reports)], [0, ["deferred"]]);
  others[0]?.leave();
  await serve(await rig.server.peer());
  await rig.deliveredUpTo(100);
  assertEquals(typesOf(rig.reports), ["deferred", "admitted", "delivered"]);
  source.drop("over");
});

Deno.test("LaneSource makes way when it has nothing to ask for", async () => {
  await using rig = new LaneSourceRig();
  const admitted = Promise.withResolvers<void>();
  occupy(rig.admission, FIRST_ADMITTED - 1);
  const source = rig.source();
  rig.fetch(source, 0, 100);
  const peer = await rig.server.peer();
  rig.admission.enter(() => admitted.resolve());
  await serve(peer);
  await admitted.promise;
  source.drop("over");
});

Deno.test("LaneSource that is dropped while it waits makes way", async () => {
  await using rig = new LaneSourceRig();
  occupy(rig.admission, FIRST_ADMITTED);
  const source = rig.source();
  rig.fetch(source, 0, 100);
  await rig.reports.first(({ type }) => type === "deferred");
  source.drop("over");
  await nextTurn();
  assertEquals([typesOf(rig.reports), rig.admission.contended], [["deferred", "lost"], false]);
});

Deno.test("LaneSource.trim() to nothing while it waits ends the wait", async () => {
  await using rig = new LaneSourceRig();
  occupy(rig.admission, FIRST_ADMITTED);
  const source = rig.source();
  const block = rig.fetch(source, 0, 100);
  await rig.reports.first(({ type }) => type === "deferred");
  source.trim(block, 0);
  rig.fetch(source, 200, 300);
  source.trim(block + 1, 200);
  await rig.reports.first(({ type }) => type === "admitted");
  assertEquals([rig.server.connections, rig.admission.contended], [0, false]);
  source.drop("over");
});

/** A source of a file of several turns, in a lane that others keep busy. */
class BusyRig implements AsyncDisposable {
  readonly size = 3 * TURN_LENGTH;
  readonly server = new ScriptedServer();
  readonly admission = new Admission();
  readonly reports = new Log<LaneReport>();
  readonly source: LaneSource;
  readonly #others = occupy(this.admission, FIRST_ADMITTED - 1);
  #isBusy = true;
  readonly #working = this.#work();

  constructor(readonly writer: PartWriter) {
    const { port } = this.server;
    this.source = new LaneSource({
      order: { type: "connect", source: 1, host: "127.0.0.1", port, target: "/a", etag: null },
      writer,
      size: this.size,
      hasher: undefined,
      admission: this.admission,
      buffers: new BufferPool(LANE_BUFFERS),
      report: this.reports.add,
    });
  }

  /** The others are done. */
  async relax(): Promise<void> {
    this.#isBusy = false;
    await this.#working;
    for (const other of this.#others) other.leave();
  }

  async send(peer: Peer, start: number, end: number): Promise<void> {
    await peer.send(partHead(start, end, this.size));
    await peer.send(new Uint8Array(end - start));
  }

  async deliveredUpTo(end: number): Promise<void> {
    await this.reports.first((report) => report.type === "delivered" && report.range.end === end);
  }

  async #work(): Promise<void> {
    for (; this.#isBusy; await nextTurn()) for (const other of this.#others) other.work();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.source.drop("over");
    await this.relax();
    await this.server[Symbol.asyncDispose]();
  }
}

Deno.test("LaneSource asks for a part at a time while others wait", async () => {
  await using scratch = await Scratch.make();
  using writer = await partWriter(scratch);
  await using rig = new BusyRig(writer);
  rig.source.fetch({ id: 1, start: 0, end: TURN_LENGTH / 2 });
  rig.source.fetch({ id: 2, start: TURN_LENGTH / 2, end: rig.size });
  await connecting();
  const next = rig.admission.enter(() => {});
  assertEquals(next.admitted, false);
  const peer = await rig.server.peer();
  const half = TURN_LENGTH / 2;
  assertEquals([await peer.range(), await peer.range()], [[0, half], [half, TURN_LENGTH]]);
  await rig.send(peer, 0, half);
  await rig.send(peer, half, TURN_LENGTH);
  await rig.reports.first(({ type }) => type === "deferred");
  await rig.relax();
  assertEquals(next.admitted, true);
  assertEquals(await peer.range(), [TURN_LENGTH, rig.size]);
  await rig.send(peer, TURN_LENGTH, rig.size);
  await rig.deliveredUpTo(rig.size);
  assertEquals(rig.server.connections, 1);
});

Deno.test("LaneSource whose turn is over asks for nothing over a new connection", async () => {
  await using scratch = await Scratch.make();
  using writer = await partWriter(scratch);
  await using rig = new BusyRig(writer);
  rig.source.fetch({ id: 1, start: 0, end: TURN_LENGTH });
  rig.source.fetch({ id: 2, start: TURN_LENGTH, end: TURN_LENGTH + 1000 });
  await connecting();
  const next = rig.admission.enter(() => {});
  const first = await rig.server.peer();
  assertEquals(await first.range(), [0, TURN_LENGTH]);
  rig.source.trim(1, 0);
  await rig.reports.first(({ type }) => type === "deferred");
  await rig.relax();
  assertEquals(next.admitted, true);
  const second = await rig.server.peer();
  assertEquals(await second.range(), [TURN_LENGTH, TURN_LENGTH + 1000]);
  await rig.send(second, TURN_LENGTH, TURN_LENGTH + 1000);
  await rig.deliveredUpTo(TURN_LENGTH + 1000);
});

async function partWriter(scratch: Scratch): Promise<PartWriter> {
  const path = scratch.path("part");
  await Deno.writeFile(path, new Uint8Array());
  return new PartWriter(path);
}
