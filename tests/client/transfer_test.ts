import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { MAX_FRUITLESS_ATTEMPTS } from "../../lib/client/limits.ts";
import { Failure } from "../../lib/failure.ts";
import { COUNT, MANIFEST, PIECE, SIZE, TransferRig } from "./transfer_rig.ts";

async function failsWith(end: Promise<void>, kind: string, ...parts: string[]): Promise<void> {
  const failure = await assertRejects(() => end, Failure);
  assertEquals(failure.kind, kind);
  for (const part of parts) assertStringIncludes(failure.message, part);
}

/** Lets promises that are settled be seen. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

const notices = (rig: TransferRig) =>
  rig.events.entries.flatMap((event) => event.type === "notice" ? [event.message] : []);

const statesOf = (rig: TransferRig, index: number) =>
  rig.events.entries.flatMap((event) =>
    event.type === "server" && event.index === index ? [event.state] : []
  );

Deno.test("Transfer connects everybody, asks each for a portion, and ends when all is right", async () => {
  await using rig = new TransferRig(2, {}, { etag: '"v1"' });
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  assertEquals(rig.ordersOf(1, "connect"), [
    { type: "connect", source: 1, host: "h", port: 1, target: "/file1", etag: '"v1"' },
  ]);
  assertEquals([rig.asked(1)[0]?.start, rig.asked(2)[0]?.start], [0, SIZE / 2]);
  rig.deliverAll(1);
  assertEquals(rig.transfer.missing, SIZE / 2);
  rig.deliverAll(2);
  await end;
  assertEquals([rig.roster.received, rig.transfer.missing], [SIZE, 0]);
  assertEquals(statesOf(rig, 2), ["downloading", "idle"]);
});

Deno.test("Transfer waits for the manifest when everything is there, and compares it then", async () => {
  await using rig = new TransferRig(1);
  const end = rig.run();
  await turn();
  rig.deliverAll(1, { 3: "x" });
  assertEquals(rig.verification.right.size, 0);
  rig.transfer.verify(MANIFEST);
  assertEquals(rig.verification.right.size, COUNT - 1);
  rig.deliverAll(1);
  await end;
});

Deno.test("Transfer that is not verified ends when everything is there", async () => {
  await using rig = new TransferRig(1, { verify: false });
  const end = rig.run();
  await turn();
  rig.deliverAll(1, { 0: "x" });
  await end;
});

Deno.test("Transfer ends at once when nothing is missing and nothing unchecked", async () => {
  await using rig = new TransferRig(1);
  rig.transfer.verify(MANIFEST);
  for (let piece = 0; piece < COUNT; piece += 1) rig.verification.right.add(piece);
  await rig.run({ missing: [] });
  assertEquals(rig.ordersOf(1, "fetch"), []);
});

Deno.test("Transfer does not end before it has begun, even if nothing is missing", async () => {
  await using rig = new TransferRig(1);
  const work = Promise.withResolvers<{ missing: []; unchecked: [number] }>();
  const end = rig.prepare(() => work.promise);
  let isOver = false;
  end.then(() => isOver = true);
  for (let piece = 0; piece < COUNT; piece += 1) rig.verification.right.add(piece);
  rig.transfer.verify(MANIFEST);
  await turn();
  assert(!isOver);
  rig.ledger.deliver(undefined, { start: 0, end: SIZE });
  work.resolve({ missing: [], unchecked: [5] });
  await end;
  assertEquals(rig.read, [5]);
});

Deno.test("Transfer reads back what an earlier run left, and fetches again what is wrong", async () => {
  await using rig = new TransferRig(1);
  rig.transfer.verify(MANIFEST);
  for (let piece = 0; piece < COUNT; piece += 1) {
    rig.ledger.deliver(undefined, rig.ledger.rangeOf(piece));
    rig.verification.right.add(piece);
  }
  rig.onDisk.set(5, "x");
  const end = rig.run({ missing: [], unchecked: [4, 5] });
  await turn();
  assertEquals(rig.read, [4, 5]);
  assertEquals(rig.asked(1).map(({ start }) => start), [5 * PIECE]);
  assertEquals(notices(rig), ["Piece 5 on disk is wrong: fetching it again"]);
  rig.deliverAll(1);
  await end;
});

// Pauses ----------------------------------------------------------------------------------------

Deno.test("Transfer gives no portion to a server that is paused before the start, until it is resumed", async () => {
  await using rig = new TransferRig(2);
  rig.roster.paused(rig.member(2).source, true);
  rig.run();
  await turn();
  assertEquals([rig.ordersOf(2, "connect").length, statesOf(rig, 2)], [0, ["paused"]]);
  rig.roster.paused(rig.member(2).source, false);
  assertEquals(rig.ordersOf(2, "connect").length, 1);
  assertEquals(statesOf(rig, 2).at(-1), rig.asked(2).length > 0 ? "downloading" : "idle");
});

Deno.test("Transfer has nothing to take back from a server that never took part", async () => {
  await using rig = new TransferRig(2);
  rig.roster.paused(rig.member(2).source, true);
  rig.run();
  await turn();
  rig.roster.terminated(rig.member(2).source);
  assertEquals(rig.ordersOf(2, "drop"), []);
});

Deno.test("Transfer leaves a paused server its portion, for longer than any stall", async () => {
  await using rig = new TransferRig(3, { stallTimeout: 0.15 });
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  rig.roster.paused(rig.member(1).source, true);
  rig.deliverAll(2);
  await rig.orders.first(({ type, source }) => type === "drop" && source === 3);
  assertEquals([rig.ordersOf(1, "drop"), rig.ordersOf(1, "trim")], [[], []]);
  assertEquals(statesOf(rig, 1), ["downloading", "paused"]);
  rig.lose(3);
  rig.deliverAll(2);
  rig.roster.paused(rig.member(1).source, false);
  rig.deliverAll(1);
  rig.deliverAll(2);
  await end;
});

Deno.test("Transfer divides what a paused server had among the others when it is terminated", async () => {
  await using rig = new TransferRig(2);
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  rig.roster.paused(rig.member(1).source, true);
  rig.deliverAll(2);
  rig.roster.terminated(rig.member(1).source);
  assertEquals(rig.ordersOf(1, "drop").length, 1);
  rig.lose(1);
  rig.deliverAll(2);
  await end;
  assertEquals(statesOf(rig, 1), ["downloading", "paused", "terminated"]);
});

Deno.test("Transfer lets go of a paused server that does not answer any more", async () => {
  await using rig = new TransferRig(2);
  rig.run();
  await turn();
  rig.roster.paused(rig.member(1).source, true);
  rig.silence(1, "no answer within 6 s");
  assertEquals(rig.ordersOf(1, "drop").map(({ reason }) => reason), ["no answer within 6 s"]);
  rig.lose(1, "no answer within 6 s");
  assertEquals(statesOf(rig, 1).at(-1), "failed");
});

Deno.test("Transfer tells the plan of a pause that came to light with an answer", async () => {
  await using rig = new TransferRig(3, { stallTimeout: 0.15 });
  rig.run();
  await turn();
  rig.answer([1], { size: SIZE, digest: "a", paused: true });
  rig.deliverAll(2);
  await rig.orders.first(({ type, source }) => type === "drop" && source === 3);
  assertEquals([rig.ordersOf(1, "drop"), rig.ordersOf(1, "trim")], [[], []]);
});

// Losses ----------------------------------------------------------------------------------------

Deno.test("Transfer drops a server that owes bytes and sends none, and has others fetch them", async () => {
  await using rig = new TransferRig(2, { stallTimeout: 0.15, balance: "equal" });
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  rig.deliverAll(2);
  const drop = await rig.orders.first(({ type }) => type === "drop");
  assertEquals(drop, { type: "drop", source: 1, reason: "it sent nothing for 0.15 s" });
  rig.lose(1, "it sent nothing for 0.15 s");
  rig.deliverAll(2);
  await end;
});

Deno.test("Transfer lets a server that was lost take part again when it answers", async () => {
  await using rig = new TransferRig(2);
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  rig.lose(1);
  assertEquals([rig.standings[0], statesOf(rig, 1).at(-1)], ["lost", "failed"]);
  rig.answer([1], { size: SIZE, digest: "a" });
  assertEquals(rig.ordersOf(1, "connect").length, 2);
  rig.deliverAll(2);
  rig.deliverAll(1);
  await end;
});

Deno.test("Transfer leaves a server alone that answers while it takes part", async () => {
  await using rig = new TransferRig(1, {}, { digest: null });
  rig.run();
  await turn();
  rig.answer([1], { size: SIZE, digest: "a" });
  assertEquals(rig.ordersOf(1, "connect").length, 1);
});

Deno.test("Transfer gives a server up that does not serve what is asked for", async () => {
  await using rig = new TransferRig(2);
  rig.run();
  await turn();
  rig.lose(1, "it does not serve parts of files", true);
  assertEquals(rig.standings, ["refused", "up"]);
});

Deno.test("Transfer keeps in mind what a server was lost by, not what followed from it", async () => {
  await using rig = new TransferRig(2);
  rig.run();
  await turn();
  rig.lose(1, "connection reset");
  rig.member(1).standing = "doubted";
  rig.silence(1, "it closed the connection");
  assertEquals([rig.standings[0], rig.member(1).reason], ["lost", "connection reset"]);
});

Deno.test("Transfer counts attempts in vain, until bytes come", async () => {
  await using rig = new TransferRig(1);
  rig.run();
  await turn();
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    rig.lose(1);
    assertEquals(rig.member(1).fruitlessAttempts, attempt);
    rig.answer([1], { size: SIZE, digest: "a" });
  }
  rig.deliver(1, { start: 0, end: 1 });
  assertEquals(rig.member(1).fruitlessAttempts, 0);
});

Deno.test("Transfer lets late servers take part", async () => {
  await using rig = new TransferRig(2);
  rig.silence(2);
  rig.run();
  await turn();
  assertEquals(rig.ordersOf(2, "connect"), []);
  rig.answer([2], { size: SIZE, digest: "a" });
  assertEquals(rig.ordersOf(2, "connect").length, 1);
});

Deno.test("Transfer does not mind a broken events stream while bytes come", async () => {
  await using rig = new TransferRig(1);
  rig.run();
  await turn();
  rig.deliver(1, { start: 0, end: PIECE });
  rig.silence(1);
  assertEquals([rig.ordersOf(1, "drop"), rig.standings], [[], ["up"]]);
});

Deno.test("Transfer lets go of a server with a broken events stream that owes nothing", async () => {
  await using rig = new TransferRig(2, { balance: "equal" });
  rig.transfer.verify(MANIFEST);
  rig.run();
  await turn();
  rig.deliverAll(1);
  rig.silence(1);
  assertEquals(rig.ordersOf(1, "drop").length, 1);
  rig.lose(1);
  assertEquals(statesOf(rig, 1), ["downloading", "idle", "failed"]);
  assertEquals(rig.member(1).fruitlessAttempts, 0);
});

Deno.test("Transfer lets go of a server that turns out to be useless, while bytes come", async () => {
  await using rig = new TransferRig(2);
  rig.run();
  await turn();
  rig.deliver(1, { start: 0, end: PIECE });
  rig.silence(1, "its info is not JSON", true);
  assertEquals(rig.ordersOf(1, "drop").length, 1);
  rig.lose(1);
  assertEquals(rig.standings, ["refused", "up"]);
});

Deno.test("Transfer fails when all servers are lost, and says why of each", async () => {
  await using rig = new TransferRig(2, { stallTimeout: 0.15 });
  const end = rig.run();
  await turn();
  rig.lose(1, "connection reset");
  rig.roster.terminated(rig.member(2).source);
  rig.lose(2, "it closed the connection 5 bytes early");
  const reasons = "h:1 (connection reset), h:2 (terminated by its operator)";
  await failsWith(end, "unreachable", `Cannot go on: all servers are lost: ${reasons}`);
});

Deno.test("Transfer waits for a server as long as it is not asked", async () => {
  await using rig = new TransferRig(2, { stallTimeout: 0.15, balance: "equal" });
  rig.run();
  await turn();
  rig.report({ type: "deferred", source: 1 });
  await rig.orders.first(({ type, source }) => type === "drop" && source === 2);
  assertEquals(rig.ordersOf(1, "drop"), []);
  rig.report({ type: "admitted", source: 1 });
  await rig.orders.first(({ type, source }) => type === "drop" && source === 1);
});

Deno.test("Transfer expects something of a server that was not asked before it was lost", async () => {
  await using rig = new TransferRig(1, { stallTimeout: 0.15 });
  rig.run();
  await turn();
  rig.report({ type: "deferred", source: 1 });
  rig.lose(1);
  rig.answer([1], { size: SIZE, digest: "a" });
  await rig.orders.first(({ type }) => type === "drop");
});

Deno.test("Transfer fails when its servers answer and never send", async () => {
  await using rig = new TransferRig(1, { stallTimeout: 0.15 });
  const end = rig.run();
  await turn();
  for (let attempt = 0; attempt < MAX_FRUITLESS_ATTEMPTS; attempt += 1) {
    await rig.orders.some(attempt + 1, ({ type }) => type === "drop");
    rig.lose(1, "it sent nothing for 0.15 s");
    rig.answer([1], { size: SIZE, digest: "a" });
  }
  await failsWith(end, "unreachable", "it sent nothing for 0.15 s");
});

// Wrong content ---------------------------------------------------------------------------------

Deno.test("Transfer fetches a wrong piece from another server", async () => {
  await using rig = new TransferRig(2, { balance: "equal" });
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  rig.deliverAll(1, { 2: "x" });
  assertEquals(notices(rig), ["Piece 2 from Server1 (h:1) is wrong: fetching it again"]);
  rig.deliverAll(2);
  await end;
  assert(rig.asked(2).some(({ start }) => start === 2 * PIECE));
  assertEquals(rig.standings, ["up", "up"]);
});

Deno.test("Transfer drops and names a server that sends three wrong pieces", async () => {
  await using rig = new TransferRig(2, { balance: "equal" });
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  rig.deliverAll(1, { 0: "x", 1: "x", 2: "x" });
  assertEquals(rig.standings, ["wrong", "up"]);
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

Deno.test("Transfer leaves one of several senders of a wrong piece out of its next version", async () => {
  for (const [suspect, other] of [[1, 2], [2, 1]] as const) {
    await using rig = new TransferRig(2);
    rig.transfer.verify(MANIFEST);
    rig.run({ missing: [{ start: 0, end: PIECE }] });
    await turn();
    rig.onDisk.set(0, "x");
    rig.deliverAll(suspect);
    rig.deliverAll(other);
    await turn();
    assertEquals(rig.owed(suspect), []);
    assertEquals(rig.owed(other).map(({ start, end }) => [start, end]), [[0, PIECE]]);
  }
});

Deno.test("Transfer finds a way around a server that spoils a piece of several servers", async () => {
  await using rig = new TransferRig(4);
  rig.transfer.verify(MANIFEST);
  for (let piece = 1; piece < COUNT; piece += 1) rig.verification.right.add(piece);
  const end = rig.run({ missing: [{ start: 0, end: PIECE }] });
  await turn();
  const senders = [1, 2, 3, 4].filter((source) => rig.owed(source).length > 0);
  assert(senders.length > 1);
  const spoiler = senders.at(-1) ?? 0;
  const isSpoilt = () => rig.owed(spoiler).length > 0;
  for (let version = 1; rig.verification.right.size < COUNT; version += 1) {
    assert(version <= senders.length + 1);
    if (isSpoilt()) rig.onDisk.set(0, "x");
    else rig.onDisk.clear();
    for (const source of [1, 2, 3, 4]) rig.deliverAll(source);
    await turn();
    assertEquals(rig.owed(senders[version - 1] ?? 0), []);
  }
  await end;
  const [notice = ""] = notices(rig);
  const labels = senders.map((source) => `Server${source} (h:${source})`).join(" and ");
  assertEquals(notice, `Piece 0 from ${labels} is wrong: fetching it again`);
  assertEquals(rig.roster.members.map(({ wrongPieces }) => wrongPieces), [0, 0, 0, 0]);
});

Deno.test("Transfer fails with wrong content when all servers send it", async () => {
  await using rig = new TransferRig(1);
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  rig.deliverAll(1, { 0: "x", 1: "x", 2: "x" });
  rig.lose(1, "dropped");
  await failsWith(end, "content", "h:1 (it sent 3 wrong pieces)");
});

Deno.test("Transfer drops a server whose copy turns out to differ after the start", async () => {
  await using rig = new TransferRig(3, {}, { digest: null });
  rig.run();
  await turn();
  rig.answer([1, 2], { size: SIZE, digest: "a" });
  rig.answer([3], { size: SIZE, digest: "b" });
  assertEquals([rig.standings[2], rig.ordersOf(3, "drop").length], ["wrong", 1]);
  assertStringIncludes(rig.ordersOf(3, "drop")[0]?.reason ?? "", "its copy differs");
});

Deno.test("Transfer fails when the copies turn out to be a tie after the start", async () => {
  await using rig = new TransferRig(2, {}, { digest: null });
  const end = rig.run();
  await turn();
  rig.answer([1], { size: SIZE, digest: "a" });
  rig.answer([2], { size: SIZE, digest: "b" });
  await failsWith(end, "content", "Cannot tell which copy is right");
});

// The end ---------------------------------------------------------------------------------------

Deno.test("Transfer fails when the part file cannot be written", async () => {
  await using rig = new TransferRig(1);
  const end = rig.run();
  rig.report({ type: "disk", reason: "the disk is full" });
  await failsWith(end, "local", "Cannot write the part file: the disk is full");
});

Deno.test("Transfer fails as its preparation does", async () => {
  await using rig = new TransferRig(1);
  const end = rig.prepare(() => Promise.reject(new Failure("local", "no room")));
  await failsWith(end, "local", "no room");
});

Deno.test("Transfer ends when it is told to: before, while it prepares, and while it fetches", async () => {
  await using early = new TransferRig(1);
  await failsWith(early.run({}, AbortSignal.abort()), "interrupted");
  await using preparing = new TransferRig(1);
  const stop = new AbortController();
  const work = Promise.withResolvers<{ missing: []; unchecked: [] }>();
  const prepared = preparing.prepare(() => work.promise, stop.signal);
  stop.abort();
  await failsWith(prepared, "interrupted");
  work.resolve({ missing: [], unchecked: [] });
  await turn();
  assertEquals([preparing.orders.entries, preparing.events.entries], [[], []]);
  await using fetching = new TransferRig(1);
  const again = new AbortController();
  const fetched = fetching.run({}, again.signal);
  await turn();
  again.abort();
  await failsWith(fetched, "interrupted");
});

Deno.test("Transfer takes an impossible report for a fault of its own, not of the program's", async () => {
  await using rig = new TransferRig(1);
  const end = rig.run();
  await turn();
  rig.deliver(1, { start: 0, end: SIZE });
  rig.deliver(1, { start: 0, end: SIZE });
  await assertRejects(() => end, RangeError);
});

Deno.test("Transfer counts what comes while its lanes are closed, and does nothing more about it", async () => {
  await using rig = new TransferRig(2, { balance: "equal" });
  rig.transfer.verify(MANIFEST);
  const stop = new AbortController();
  const end = rig.run({}, stop.signal);
  await turn();
  stop.abort();
  await failsWith(end, "interrupted");
  const orders = rig.orders.entries.length;
  const events = rig.events.entries.length;
  rig.deliver(1, { start: 0, end: 2 * PIECE }, { 1: "x" });
  rig.lose(1);
  rig.report({ type: "disk", reason: "late" });
  rig.silence(2);
  rig.transfer.verify(MANIFEST);
  assertEquals([...rig.verification.right], [0]);
  assertEquals([rig.orders.entries.length, rig.roster.received], [orders, 2 * PIECE]);
  assertEquals([rig.transfer.missing, rig.standings], [SIZE, ["up", "up"]]);
  assertEquals(rig.events.entries.slice(events).filter(({ type }) => type === "notice"), []);
  assertEquals(rig.roster.observer, undefined);
});
