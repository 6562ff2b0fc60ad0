import { assertEquals } from "@std/assert";
import { MAX_FRUITLESS_ATTEMPTS } from "../../lib/sources/limits.ts";
import { CoordinatorRig, MANIFEST, SIZE, turn } from "./coordinator_rig.ts";

/** A transfer between servers of which some send no parts of the file. */
function rigWith(servers: number, without: readonly number[]): CoordinatorRig {
  const rig = new CoordinatorRig(servers);
  for (const index of without) rig.source(index).servesParts = false;
  rig.transfer.verify(MANIFEST);
  return rig;
}

/** Which servers are connected to, in the order in which they were. */
function connected(rig: CoordinatorRig): number[] {
  return rig.orders.entries.flatMap(({ type, source }) => type === "connect" ? [source] : []);
}

Deno.test("Coordinator asks a server without parts for nothing while there are others", async () => {
  await using rig = rigWith(3, [1]);
  const end = rig.run();
  await turn();
  assertEquals(connected(rig), [2, 3]);
  rig.deliverAll(2);
  rig.deliverAll(3);
  await end;
  assertEquals(connected(rig), [2, 3]);
  assertEquals(rig.statesOf(1), ["idle"]);
});

Deno.test("Coordinator asks one server without parts at a time, for everything", async () => {
  await using rig = rigWith(2, [1, 2]);
  const end = rig.run();
  await turn();
  assertEquals(connected(rig), [1]);
  assertEquals(rig.asked(1)[0]?.start, 0);
  rig.lose(1);
  assertEquals(connected(rig), [1, 2]);
  rig.deliverAll(2);
  await end;
  assertEquals(rig.source(2).figures.received, SIZE);
});

Deno.test("Coordinator has a server without parts stand in for those that are lost, until one is back", async () => {
  await using rig = rigWith(2, [1]);
  const end = rig.run();
  await turn();
  rig.lose(2);
  assertEquals(connected(rig), [2, 1]);
  rig.answer([2], { size: SIZE, digest: "a" });
  assertEquals(connected(rig), [2, 1, 2]);
  assertEquals(rig.ordersOf(1, "drop").length, 1);
  rig.lose(1, "dropped");
  assertEquals([rig.source(1).state, rig.source(1).inUse], ["up", false]);
  rig.deliverAll(2);
  await end;
  assertEquals(rig.source(2).figures.received, SIZE);
  assertEquals(connected(rig), [2, 1, 2]);
});

Deno.test("Coordinator has a server without parts stand in for one that answers and sends nothing", async () => {
  await using rig = rigWith(2, [1]);
  const end = rig.run();
  await turn();
  const comeBack = (index: number) => rig.answer([index], { size: SIZE, digest: "a" });
  for (let attempt = 1; attempt < MAX_FRUITLESS_ATTEMPTS; attempt += 1) {
    rig.lose(2);
    comeBack(2);
    rig.lose(1, "dropped");
    assertEquals(rig.source(1).inUse, false);
  }
  rig.lose(2);
  comeBack(2);
  assertEquals([rig.source(1).inUse, rig.source(2).inUse], [true, true]);
  assertEquals(rig.ordersOf(1, "drop").length, MAX_FRUITLESS_ATTEMPTS - 1);
  rig.deliverAll(1);
  await end;
});
