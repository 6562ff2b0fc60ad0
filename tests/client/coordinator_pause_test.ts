import { assertEquals } from "@std/assert";
import { CoordinatorRig, MANIFEST, SIZE, turn } from "./coordinator_rig.ts";

Deno.test("Coordinator gives no portion to a server that is paused before the start, until it is resumed", async () => {
  await using rig = new CoordinatorRig(2);
  rig.source(2).pause(true);
  rig.run();
  await turn();
  assertEquals([rig.ordersOf(2, "connect").length, rig.statesOf(2)], [0, ["paused"]]);
  rig.source(2).pause(false);
  assertEquals(rig.ordersOf(2, "connect").length, 1);
  assertEquals(rig.statesOf(2).at(-1), rig.asked(2).length > 0 ? "downloading" : "idle");
});

Deno.test("Coordinator has nothing to take back from a server that never took part", async () => {
  await using rig = new CoordinatorRig(2);
  rig.source(2).pause(true);
  rig.run();
  await turn();
  rig.source(2).terminate();
  assertEquals(rig.ordersOf(2, "drop"), []);
});

Deno.test("Coordinator leaves a paused server its portion, for longer than any stall", async () => {
  await using rig = new CoordinatorRig(3, { stallTimeout: 0.15 });
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  rig.source(1).pause(true);
  rig.deliverAll(2);
  await rig.orders.first(({ type, source }) => type === "drop" && source === 3);
  assertEquals([rig.ordersOf(1, "drop"), rig.ordersOf(1, "trim")], [[], []]);
  assertEquals(rig.statesOf(1), ["downloading", "paused"]);
  rig.lose(3);
  rig.deliverAll(2);
  rig.source(1).pause(false);
  rig.deliverAll(1);
  rig.deliverAll(2);
  await end;
});

Deno.test("Coordinator divides what a paused server had among the others when it is terminated", async () => {
  await using rig = new CoordinatorRig(2);
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  rig.source(1).pause(true);
  rig.deliverAll(2);
  rig.source(1).terminate();
  assertEquals(rig.ordersOf(1, "drop").length, 1);
  rig.lose(1);
  rig.deliverAll(2);
  await end;
  assertEquals(rig.statesOf(1), ["downloading", "paused", "terminated"]);
});

Deno.test("Coordinator lets go of a paused server that does not answer any more", async () => {
  await using rig = new CoordinatorRig(2);
  rig.run();
  await turn();
  rig.source(1).pause(true);
  rig.silence(1, "no answer within 6 s");
  assertEquals(rig.ordersOf(1, "drop").map(({ reason }) => reason), ["no answer within 6 s"]);
  rig.lose(1, "no answer within 6 s");
  assertEquals(rig.statesOf(1).at(-1), "failed");
});

Deno.test("Coordinator tells the plan of a pause that came to light with an answer", async () => {
  await using rig = new CoordinatorRig(3, { stallTimeout: 0.15 });
  rig.run();
  await turn();
  rig.answer([1], { size: SIZE, digest: "a", paused: true });
  rig.deliverAll(2);
  await rig.orders.first(({ type, source }) => type === "drop" && source === 3);
  assertEquals([rig.ordersOf(1, "drop"), rig.ordersOf(1, "trim")], [[], []]);
});

Deno.test("Coordinator gives what a paused server had to others once the pause takes too long", async () => {
  await using rig = new CoordinatorRig(2, { pauseTimeout: 0.15 });
  rig.transfer.verify(MANIFEST);
  const end = rig.run();
  await turn();
  rig.source(1).pause(true);
  const drop = await rig.orders.first(({ type }) => type === "drop");
  assertEquals(drop, { type: "drop", source: 1, reason: "it is paused" });
  rig.lose(1, "it is paused");
  assertEquals([rig.states[0], rig.statesOf(1)], ["paused", ["downloading", "paused"]]);
  const words = "Server1 (h:1) has been paused for 0.15 s: its part goes to others";
  assertEquals(rig.notices, [words]);
  rig.deliverAll(2);
  await end;
});

Deno.test("Coordinator lets a server take part again that was paused for too long", async () => {
  await using rig = new CoordinatorRig(2, { pauseTimeout: 0.15 });
  rig.run();
  await turn();
  rig.source(1).pause(true);
  await rig.orders.first(({ type }) => type === "drop");
  rig.lose(1, "it is paused");
  rig.source(1).pause(false);
  assertEquals(rig.ordersOf(1, "connect").length, 2);
  rig.lose(1, "connection reset");
  assertEquals([rig.states[0], rig.source(1).reason], ["lost", "connection reset"]);
});
