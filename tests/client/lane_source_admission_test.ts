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
import { ScriptedServer } from "./scripted_server.ts";

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

Deno.test("LaneSource asks for a part at a time while others wait", async () => {
  await using scratch = await Scratch.make();
  await using server = new ScriptedServer();
  const path = scratch.path("part");
  Deno.writeFileSync(path, new Uint8Array());
  using writer = new PartWriter(path);
  const size = 3 * TURN_LENGTH;
  const admission = new Admission();
  const reports = new Log<LaneReport>();
  const { port } = server;
  const source = new LaneSource({
    order: { type: "connect", source: 1, host: "127.0.0.1", port, target: "/a", etag: null },
    writer,
    size,
    hasher: undefined,
    admission,
    buffers: new BufferPool(LANE_BUFFERS),
    report: reports.add,
  });
  const others = occupy(admission, FIRST_ADMITTED - 1);
  let isBusy = true;
  const working = (async () => {
    for (; isBusy; await nextTurn()) for (const other of others) other.work();
  })();
  source.fetch({ id: 1, start: 0, end: TURN_LENGTH / 2 });
  source.fetch({ id: 2, start: TURN_LENGTH / 2, end: size });
  await connecting();
  const next = admission.enter(() => {});
  assertEquals(next.admitted, false);
  const peer = await server.peer();
  const send = async (start: number, end: number) => {
    await peer.send(partHead(start, end, size));
    await peer.send(new Uint8Array(end - start));
  };
  const half = TURN_LENGTH / 2;
  assertEquals([await peer.range(), await peer.range()], [[0, half], [half, TURN_LENGTH]]);
  await send(0, half);
  await send(half, TURN_LENGTH);
  await reports.first(({ type }) => type === "deferred");
  isBusy = false;
  await working;
  for (const other of others) other.leave();
  assertEquals(next.admitted, true);
  assertEquals(await peer.range(), [TURN_LENGTH, size]);
  await send(TURN_LENGTH, size);
  await reports.first((report) => report.type === "delivered" && report.range.end === size);
  assertEquals(server.connections, 1);
  source.drop("over");
});
