import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { MultiportError } from "../../lib/multiport_error.ts";
import {
  CoordinatorRig,
  COUNT,
  failsWith,
  MANIFEST,
  PIECE,
  SIZE,
  turn,
} from "./coordinator_rig.ts";

Deno.test("Coordinator connects everybody, asks each for a portion, and ends when all is right", async () => {
  await using rig = new CoordinatorRig(2, {}, { etag: '"v1"' });
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  assertEquals(rig.ordersOf(1, "connect"), [
    {
      type: "connect",
      source: 1,
      request: {
        endpoint: { scheme: "http", host: "h", port: 1 },
        target: "/file1",
        fields: {},
        validators: { etags: ['"v1"'] },
      },
    },
  ]);
  assertEquals([rig.asked(1)[0]?.start, rig.asked(2)[0]?.start], [0, SIZE / 2]);
  rig.deliverAll(1);
  assertEquals(rig.transfer.missing, SIZE / 2);
  rig.deliverAll(2);
  await end;
  assertEquals([rig.sources.received, rig.transfer.missing], [SIZE, 0]);
  assertEquals(rig.statesOf(2), ["downloading", "idle"]);
});

Deno.test("Coordinator waits for the manifest when everything is there, and compares it then", async () => {
  await using rig = new CoordinatorRig(1);
  const end = rig.run();
  await turn();
  rig.deliverAll(1, { 3: "x" });
  assertEquals(rig.right.length, 0);
  rig.transfer.verify(MANIFEST);
  assertEquals(rig.right.length, COUNT - 1);
  rig.deliverAll(1);
  await end;
});

Deno.test("Coordinator that is not verified ends when everything is there", async () => {
  await using rig = new CoordinatorRig(1, { verify: false });
  const end = rig.run();
  await turn();
  rig.deliverAll(1, { 0: "x" });
  await end;
});

Deno.test("Coordinator ends at once when nothing is missing and nothing unchecked", async () => {
  await using rig = new CoordinatorRig(1);
  rig.transfer.verify(MANIFEST);
  rig.keepAllBut();
  await rig.run();
  assertEquals(rig.ordersOf(1, "fetch"), []);
});

Deno.test("Coordinator does not end before it has begun, even if nothing is missing", async () => {
  await using rig = new CoordinatorRig(1);
  const work = Promise.withResolvers<void>();
  const end = rig.prepare(() => work.promise);
  let isOver = false;
  end.then(() => isOver = true);
  rig.keepAllBut(5);
  rig.transfer.verify(MANIFEST);
  await turn();
  assert(!isOver);
  rig.pieces.vouch(5);
  work.resolve();
  await end;
  assertEquals(rig.read, [5]);
});

Deno.test("Coordinator reads back what an earlier run left, and fetches again what is wrong", async () => {
  await using rig = new CoordinatorRig(1);
  rig.transfer.verify(MANIFEST);
  rig.keepAllBut(4, 5);
  for (const piece of [4, 5]) rig.pieces.vouch(piece);
  rig.onDisk.set(5, "x");
  const end = rig.run();
  await turn();
  assertEquals(rig.read, [4, 5]);
  assertEquals(rig.asked(1).map(({ start }) => start), [5 * PIECE]);
  assertEquals(rig.notices, ["Piece 5 on disk is wrong: fetching it again"]);
  rig.deliverAll(1);
  await end;
});

// The end ---------------------------------------------------------------------------------------

Deno.test("Coordinator fails when the part file cannot be written", async () => {
  await using rig = new CoordinatorRig(1);
  const end = rig.run();
  rig.report({ type: "disk", reason: "the disk is full" });
  await failsWith(end, "local", "Cannot write the part file: the disk is full");
});

Deno.test("Coordinator fails with a defect as it is", async () => {
  await using rig = new CoordinatorRig(1);
  const end = rig.run();
  const error = new TypeError("x is not a function");
  rig.report({ type: "defect", error });
  await assertRejects(() => end, TypeError, error.message);
});

Deno.test("Coordinator fails as its preparation does", async () => {
  await using rig = new CoordinatorRig(1);
  const end = rig.prepare(() => Promise.reject(new MultiportError("local", "no room")));
  await failsWith(end, "local", "no room");
});

Deno.test("Coordinator ends when it is told to: before, while it prepares, and while it fetches", async () => {
  await using early = new CoordinatorRig(1);
  const stopped = AbortSignal.abort();
  assertStrictEquals(await assertRejects(() => early.run(stopped)), stopped.reason);
  await using preparing = new CoordinatorRig(1);
  const stop = new AbortController();
  const work = Promise.withResolvers<void>();
  const prepared = preparing.prepare(() => work.promise, stop.signal);
  stop.abort();
  assertStrictEquals(await assertRejects(() => prepared), stop.signal.reason);
  work.resolve();
  await turn();
  assertEquals([preparing.orders.entries, preparing.events.entries], [[], []]);
  await using fetching = new CoordinatorRig(1);
  const again = new AbortController();
  const fetched = fetching.run(again.signal);
  await turn();
  again.abort();
  assertStrictEquals(await assertRejects(() => fetched), again.signal.reason);
});

Deno.test("Coordinator takes an impossible report for a fault of its own, not of the program's", async () => {
  await using rig = new CoordinatorRig(1);
  const end = rig.run();
  await turn();
  rig.deliver(1, { start: 0, end: SIZE });
  rig.deliver(1, { start: 0, end: SIZE });
  await assertRejects(() => end, RangeError);
});

Deno.test("Coordinator counts what comes while its engines are closed, and does nothing more about it", async () => {
  await using rig = new CoordinatorRig(2, { balance: "equal" });
  rig.transfer.verify(MANIFEST);
  const stop = new AbortController();
  const end = rig.run(stop.signal);
  await turn();
  stop.abort();
  assertStrictEquals(await assertRejects(() => end), stop.signal.reason);
  const orders = rig.orders.entries.length;
  const events = rig.events.entries.length;
  rig.deliver(1, { start: 0, end: 2 * PIECE }, { 1: "x" });
  rig.lose(1);
  rig.report({ type: "disk", reason: "late" });
  rig.silence(2);
  rig.transfer.verify(MANIFEST);
  assertEquals(rig.right, [0]);
  assertEquals([rig.orders.entries.length, rig.sources.received], [orders, 2 * PIECE]);
  assertEquals([rig.transfer.missing, rig.states], [SIZE, ["up", "up"]]);
  assertEquals(rig.events.entries.slice(events).filter(({ type }) => type === "notice"), []);
  assertEquals(rig.sources.observer, undefined);
});
