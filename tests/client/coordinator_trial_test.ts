import { assertEquals, assertRejects } from "@std/assert";
import { OutvotedError } from "../../lib/sources/agreement.ts";
import { CoordinatorRig, COUNT, failsWith, MANIFEST, SIZE, turn } from "./coordinator_rig.ts";

const UNVERIFIED = { verify: false };
/** What the first to answer has. */
const FIRST = { size: SIZE, digest: null, sample: "a" };
const OTHER = { ...FIRST, sample: "b" };

/** A download that has begun with the first of several, before the others have answered. */
function begun(late: number, seconds = 600): CoordinatorRig {
  const rig = new CoordinatorRig(1, UNVERIFIED, FIRST, { servers: late, seconds });
  for (const { index } of rig.sources) rig.source(index).publishesDigests = false;
  return rig;
}

/** Whether it is over by now. */
async function isOver(end: Promise<unknown>): Promise<boolean> {
  let over = false;
  end.then(() => over = true, () => over = true);
  await turn();
  return over;
}

Deno.test("Coordinator counts nothing of the first copy before another one agrees", async () => {
  await using rig = begun(1);
  const end = rig.run();
  await turn();
  rig.deliverAll(1);
  assertEquals([await isOver(end), rig.right, rig.transfer.isOnTrial], [false, [], true]);
  rig.answer([2], FIRST);
  await end;
  assertEquals([rig.right.length, rig.transfer.isOnTrial], [COUNT, false]);
});

Deno.test("Coordinator gives work to those that turn out to have the same", async () => {
  await using rig = begun(2);
  const end = rig.run();
  await turn();
  rig.answer([2], FIRST);
  assertEquals([rig.ordersOf(2, "connect").length, rig.transfer.isOnTrial], [1, true]);
  rig.answer([3], FIRST);
  for (const index of [1, 2, 3]) rig.deliverAll(index);
  await end;
});

Deno.test("Coordinator counts nothing of the first copy if most have another one", async () => {
  await using rig = begun(2);
  const end = rig.run();
  await turn();
  rig.deliverAll(1);
  rig.answer([2], OTHER);
  assertEquals([await isOver(end), rig.ordersOf(2, "connect")], [false, []]);
  rig.answer([3], OTHER);
  await assertRejects(() => end, OutvotedError);
  assertEquals([rig.right, rig.transfer.isOnTrial], [[], true]);
});

Deno.test("Coordinator ends with nothing when one copy stands against another", async () => {
  await using rig = begun(1);
  const end = rig.run();
  await turn();
  rig.deliverAll(1);
  rig.answer([2], OTHER);
  await failsWith(end, "tie", "h:1 has", "h:2 has");
  assertEquals([rig.right, rig.transfer.isOnTrial], [[], true]);
});

Deno.test("Coordinator waits no longer for one that does not answer", async () => {
  await using rig = begun(1);
  const end = rig.run();
  await turn();
  rig.deliverAll(1);
  assertEquals(await isOver(end), false);
  rig.silence(2);
  await end;
  assertEquals(rig.right.length, COUNT);
});

Deno.test("Coordinator waits no longer than it was told to", async () => {
  await using rig = begun(1, 0);
  const end = rig.run();
  await turn();
  rig.deliverAll(1);
  await end;
});

Deno.test("Coordinator does not end before those have answered who may say that digests are of another file", async () => {
  await using rig = new CoordinatorRig(1, {}, {}, { servers: 1, seconds: 600 });
  const end = rig.run();
  rig.transfer.verify(MANIFEST);
  await turn();
  rig.deliverAll(1);
  assertEquals([await isOver(end), rig.right.length], [false, COUNT]);
  rig.answer([2], { size: SIZE, digest: "a" });
  await end;
});
