import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { byteLength } from "../../lib/byte_range.ts";
import {
  CoordinatorRig,
  COUNT,
  failsWith,
  MANIFEST,
  PIECE,
  SIZE,
  turn,
} from "./coordinator_rig.ts";

Deno.test("Coordinator fetches a wrong piece from another server", async () => {
  await using rig = new CoordinatorRig(2, { balance: "equal" });
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  rig.deliverAll(1, { 2: "x" });
  assertEquals(rig.notices, ["Piece 2 from Server1 (h:1) is wrong: fetching it again"]);
  rig.deliverAll(2);
  await end;
  assert(rig.asked(2).some(({ start }) => start === 2 * PIECE));
  assertEquals(rig.states, ["up", "up"]);
});

Deno.test("Coordinator drops and names a server that sends three wrong pieces", async () => {
  await using rig = new CoordinatorRig(2, { balance: "equal" });
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  rig.deliverAll(1, { 0: "x", 1: "x", 2: "x" });
  assertEquals(rig.states, ["wrong", "up"]);
  assertEquals(rig.ordersOf(1, "drop").length, 1);
  rig.lose(1, "dropped");
  rig.deliverAll(2);
  await end;
  const failed = rig.events.entries.find((event) =>
    event.type === "server" && event.state === "failed"
  );
  const reason = "it sent 3 wrong pieces";
  assertEquals(failed, { type: "server", index: 1, state: "failed", reason });
});

Deno.test("Coordinator leaves one of several senders of a wrong piece out of its next version", async () => {
  for (const [suspect, other] of [[1, 2], [2, 1]] as const) {
    await using rig = new CoordinatorRig(2);
    rig.transfer.verify(MANIFEST);
    rig.keepAllBut(0);
    rig.run();
    await turn();
    rig.onDisk.set(0, "x");
    rig.deliverAll(suspect);
    rig.deliverAll(other);
    await turn();
    assertEquals(rig.owed(suspect), []);
    assertEquals(rig.owed(other).map(({ start, end }) => [start, end]), [[0, PIECE]]);
  }
});

Deno.test("Coordinator finds a way around a server that spoils a piece of several servers", async () => {
  await using rig = new CoordinatorRig(4);
  rig.transfer.verify(MANIFEST);
  rig.keepAllBut(0);
  const end = rig.run();
  await turn();
  const senders = [1, 2, 3, 4].filter((source) => rig.owed(source).length > 0);
  assert(senders.length > 1);
  const spoiler = senders.at(-1) ?? 0;
  const isSpoilt = () => rig.owed(spoiler).length > 0;
  for (let version = 1; rig.right.length < COUNT; version += 1) {
    assert(version <= senders.length + 1);
    if (isSpoilt()) rig.onDisk.set(0, "x");
    else rig.onDisk.clear();
    for (const source of [1, 2, 3, 4]) rig.deliverAll(source);
    await turn();
    assertEquals(rig.owed(senders[version - 1] ?? 0), []);
  }
  await end;
  const [notice = ""] = rig.notices;
  const labels = senders.map((source) => `Server${source} (h:${source})`).join(" and ");
  assertEquals(notice, `Piece 0 from ${labels} is wrong: fetching it again`);
  assertEquals(rig.sources.all.map(({ figures }) => figures.wrongPieces), [0, 0, 0, 0]);
});

Deno.test("Coordinator fetches the gaps of a wrong piece that an earlier run left, and blames nobody", async () => {
  await using rig = new CoordinatorRig(2);
  rig.keepAllBut(2, 4);
  const gap = { start: 2 * PIECE + 1000, end: 2 * PIECE + 9000 };
  for (const piece of [2, 4]) {
    rig.pieces.deliver(undefined, rig.pieces.rangeOf(piece));
    rig.pieces.doubt(piece, piece === 2 ? [gap] : []);
    rig.onDisk.set(piece, "x");
  }
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  const owed = [1, 2].flatMap((source) => rig.owed(source))
    .map(({ start, end }) => ({ start, end })).sort((one, other) => one.start - other.start);
  assertEquals(owed[0], gap);
  assertEquals(byteLength(owed), gap.end - gap.start + PIECE);
  assertEquals(rig.transfer.missing, byteLength(owed));
  rig.onDisk.clear();
  for (const source of [1, 2]) rig.deliverAll(source);
  await end;
  assertEquals(rig.notices, ["Piece 4 on disk is wrong: fetching it again"]);
});

Deno.test("Coordinator does not blame a server for what an earlier run has spoilt", async () => {
  await using rig = new CoordinatorRig(1);
  rig.transfer.verify(MANIFEST);
  for (let piece = 0; piece < COUNT; piece += 1) {
    rig.pieces.deliver(undefined, { start: piece * PIECE, end: piece * PIECE + 1000 });
    rig.onDisk.set(piece, "x");
  }
  const end = rig.run();
  await turn();
  rig.deliverAll(1);
  await turn();
  rig.onDisk.clear();
  rig.deliverAll(1);
  await end;
  assertEquals(rig.states, ["up"]);
});

Deno.test("Coordinator fails with wrong content when all servers send it", async () => {
  await using rig = new CoordinatorRig(1);
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  rig.deliverAll(1, { 0: "x", 1: "x", 2: "x" });
  rig.lose(1, "dropped");
  await failsWith(end, "content", "h:1 (it sent 3 wrong pieces)");
});

Deno.test("Coordinator drops a server whose copy turns out to differ after the start", async () => {
  await using rig = new CoordinatorRig(3, {}, { digest: null });
  rig.run();
  await turn();
  rig.answer([1, 2], { size: SIZE, digest: "a" });
  rig.answer([3], { size: SIZE, digest: "b" });
  assertEquals([rig.states[2], rig.ordersOf(3, "drop").length], ["differs", 1]);
  assertStringIncludes(rig.ordersOf(3, "drop")[0]?.reason ?? "", "its copy differs");
});

Deno.test("Coordinator fails when the copies turn out to be a tie after the start", async () => {
  await using rig = new CoordinatorRig(2, {}, { digest: null });
  const end = rig.run();
  await turn();
  rig.answer([1], { size: SIZE, digest: "a" });
  rig.answer([2], { size: SIZE, digest: "b" });
  await failsWith(end, "tie", "Cannot tell which copy is right");
});

Deno.test("Coordinator fails when everything is there and all copies turn out to be others", async () => {
  await using rig = new CoordinatorRig(2, {}, { digest: null });
  const end = rig.run();
  await turn();
  for (const index of [1, 2]) rig.deliverAll(index);
  for (const index of [1, 2]) rig.source(index).differ("its copy differs");
  await failsWith(end, "content", "its copy differs");
});

Deno.test("Coordinator tells of a server that came back with another file, and takes it back with the right one", async () => {
  await using rig = new CoordinatorRig(3);
  rig.run();
  await turn();
  rig.lose(1);
  rig.answer([1], { size: SIZE, digest: "b" });
  assertEquals([rig.states[0], rig.ordersOf(1, "connect").length], ["differs", 1]);
  const told = rig.events.entries.findLast((event) => event.type === "server" && event.index === 1);
  assert(told?.type === "server" && told.state === "failed");
  assertStringIncludes(told.reason ?? "", "its copy differs");
  rig.answer([1], { size: SIZE, digest: "a" });
  assertEquals([rig.states[0], rig.ordersOf(1, "connect").length], ["up", 2]);
});
