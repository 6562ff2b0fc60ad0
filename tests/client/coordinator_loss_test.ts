import { assertEquals } from "@std/assert";
import { MAX_FRUITLESS_ATTEMPTS, TICK_MS } from "../../lib/sources/limits.ts";
import { CoordinatorRig, failsWith, MANIFEST, PIECE, SIZE, turn } from "./coordinator_rig.ts";

Deno.test("Coordinator drops a server that owes bytes and sends none, and has others fetch them", async () => {
  await using rig = new CoordinatorRig(2, { stallTimeout: 0.15, balance: "equal" });
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

Deno.test("Coordinator does not blame servers for the time in which it did not run itself", async () => {
  await using rig = new CoordinatorRig(2, { stallTimeout: 0.6 });
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  // As long as nothing else can happen, so that the next look at the time comes late.
  for (const since = performance.now(); performance.now() - since < 1_200;);
  await rig.ticks(2);
  assertEquals(rig.orders.entries.filter(({ type }) => type === "drop"), []);
  rig.deliverAll(1);
  rig.deliverAll(2);
  await end;
});

Deno.test("Coordinator does not blame a server whose thread does not get on", async () => {
  await using rig = new CoordinatorRig(2, { stallTimeout: 0.15, balance: "equal" });
  rig.stuck.add(1);
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  const drop = await rig.orders.first(({ type }) => type === "drop");
  assertEquals(drop, { type: "drop", source: 2, reason: "it sent nothing for 0.15 s" });
  await rig.ticks(2);
  assertEquals(rig.ordersOf(1, "drop"), []);
  rig.lose(2);
  rig.deliverAll(1);
  await end;
});

Deno.test("Coordinator lets a server that was lost take part again when it answers", async () => {
  await using rig = new CoordinatorRig(2);
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  rig.lose(1);
  assertEquals([rig.states[0], rig.statesOf(1).at(-1)], ["lost", "failed"]);
  rig.answer([1], { size: SIZE, digest: "a" });
  assertEquals(rig.ordersOf(1, "connect").length, 2);
  rig.deliverAll(2);
  rig.deliverAll(1);
  await end;
});

Deno.test("Coordinator leaves a server alone that answers while it takes part", async () => {
  await using rig = new CoordinatorRig(1, {}, { digest: null });
  rig.run();
  await turn();
  rig.answer([1], { size: SIZE, digest: "a" });
  assertEquals(rig.ordersOf(1, "connect").length, 1);
});

Deno.test("Coordinator gives a server up that does not serve what is asked for", async () => {
  await using rig = new CoordinatorRig(2);
  rig.run();
  await turn();
  rig.lose(1, "it does not serve parts of files", true);
  assertEquals(rig.states, ["refused", "up"]);
});

Deno.test("Coordinator keeps in mind what a server was lost by, not what followed from it", async () => {
  await using rig = new CoordinatorRig(2);
  rig.run();
  await turn();
  rig.source(1).inTouch = true;
  rig.lose(1, "connection reset");
  assertEquals(rig.states[0], "disconnected");
  rig.silence(1, "it closed the connection");
  assertEquals([rig.states[0], rig.source(1).reason], ["lost", "connection reset"]);
});

Deno.test("Coordinator counts attempts in vain, until bytes come", async () => {
  await using rig = new CoordinatorRig(1);
  rig.run();
  await turn();
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    rig.lose(1);
    assertEquals(rig.source(1).figures.fruitlessAttempts, attempt);
    rig.answer([1], { size: SIZE, digest: "a" });
  }
  rig.deliver(1, { start: 0, end: 1 });
  assertEquals(rig.source(1).figures.fruitlessAttempts, 0);
});

Deno.test("Coordinator lets late servers take part", async () => {
  await using rig = new CoordinatorRig(2);
  rig.silence(2);
  rig.run();
  await turn();
  assertEquals(rig.ordersOf(2, "connect"), []);
  rig.answer([2], { size: SIZE, digest: "a" });
  assertEquals(rig.ordersOf(2, "connect").length, 1);
});

Deno.test("Coordinator does not mind a broken events stream while bytes come", async () => {
  await using rig = new CoordinatorRig(1);
  rig.run();
  await turn();
  rig.deliver(1, { start: 0, end: PIECE });
  rig.silence(1);
  assertEquals([rig.ordersOf(1, "drop"), rig.states], [[], ["up"]]);
});

Deno.test("Coordinator lets go of a server with a broken events stream that owes nothing", async () => {
  await using rig = new CoordinatorRig(2, { balance: "equal" });
  rig.transfer.verify(MANIFEST);
  rig.run();
  await turn();
  rig.deliverAll(1);
  rig.silence(1);
  assertEquals(rig.ordersOf(1, "drop").length, 1);
  rig.lose(1);
  assertEquals(rig.statesOf(1), ["downloading", "idle", "failed"]);
  assertEquals(rig.source(1).figures.fruitlessAttempts, 0);
});

Deno.test("Coordinator lets go of a server that turns out to be useless, while bytes come", async () => {
  await using rig = new CoordinatorRig(2);
  rig.run();
  await turn();
  rig.deliver(1, { start: 0, end: PIECE });
  rig.silence(1, "its info is not JSON", true);
  assertEquals(rig.ordersOf(1, "drop").length, 1);
  rig.lose(1);
  assertEquals(rig.states, ["refused", "up"]);
});

Deno.test("Coordinator fails when all servers are lost, and says why of each", async () => {
  await using rig = new CoordinatorRig(2, { stallTimeout: 0.15 });
  const end = rig.run();
  await turn();
  rig.lose(1, "connection reset");
  rig.source(2).terminate();
  rig.lose(2, "it closed the connection 5 bytes early");
  const reasons = "h:1 (connection reset), h:2 (terminated by its operator)";
  await failsWith(end, "unreachable", `Cannot go on: all servers are lost: ${reasons}`);
});

Deno.test("Coordinator waits for a server as long as it is not asked", async () => {
  await using rig = new CoordinatorRig(2, { stallTimeout: 0.15, balance: "equal" });
  rig.run();
  await turn();
  rig.report({ type: "deferred", source: 1 });
  await rig.orders.first(({ type, source }) => type === "drop" && source === 2);
  assertEquals(rig.ordersOf(1, "drop"), []);
  rig.report({ type: "admitted", source: 1 });
  await rig.orders.first(({ type, source }) => type === "drop" && source === 1);
});

Deno.test("Coordinator blames no server that the limit of the rate holds back", async () => {
  await using rig = new CoordinatorRig(2, { stallTimeout: 0.15, balance: "equal" });
  // Before each look at the time, however late that is: this timer is the older one.
  const held = setInterval(() => rig.report({ type: "held", source: 1 }), TICK_MS);
  rig.run();
  await turn();
  await rig.orders.first(({ type, source }) => type === "drop" && source === 2);
  await rig.ticks(2);
  assertEquals(rig.ordersOf(1, "drop"), []);
  clearInterval(held);
  await rig.orders.first(({ type, source }) => type === "drop" && source === 1);
});

Deno.test("Coordinator expects something of a server that was not asked before it was lost", async () => {
  await using rig = new CoordinatorRig(1, { stallTimeout: 0.15 });
  rig.run();
  await turn();
  rig.report({ type: "deferred", source: 1 });
  rig.lose(1);
  rig.answer([1], { size: SIZE, digest: "a" });
  await rig.orders.first(({ type }) => type === "drop");
});

Deno.test("Coordinator fails when its servers answer and never send", async () => {
  await using rig = new CoordinatorRig(1, { stallTimeout: 0.15 });
  const end = rig.run();
  await turn();
  for (let attempt = 0; attempt < MAX_FRUITLESS_ATTEMPTS; attempt += 1) {
    await rig.orders.some(attempt + 1, ({ type }) => type === "drop");
    rig.lose(1, "it sent nothing for 0.15 s");
    rig.answer([1], { size: SIZE, digest: "a" });
  }
  await failsWith(end, "unreachable", "it sent nothing for 0.15 s");
});

Deno.test("Coordinator fetches from two sources of one origin at most, and from one if that is too many", async () => {
  await using rig = new CoordinatorRig(4);
  for (const index of [1, 2, 3]) rig.source(index).origin = "https://a.example";
  rig.run();
  await turn();
  const inUse = () => rig.sources.all.map((source) => source.inUse);
  assertEquals(inUse(), [true, true, false, true]);
  rig.lose(1, "connection reset");
  assertEquals(inUse(), [false, true, true, true]);
  const loss = { kind: "busy", retryAfterMs: 60_000 } as const;
  rig.report({
    type: "lost",
    source: 3,
    reason: "it answered with status 503",
    final: false,
    loss,
  });
  assertEquals([rig.states[2], inUse()], ["waiting", [false, true, false, true]]);
  // One is what it bears.
  rig.answer([1], { size: SIZE, digest: "a" });
  assertEquals(inUse(), [false, true, false, true]);
  rig.lose(2, "connection reset");
  assertEquals(inUse(), [true, false, false, true]);
});
