import { assertEquals, assertGreater } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { type Fault, type FaultPlan, NO_FAULT, type Purpose } from "../../testing/fault.ts";
import { FaultProxy } from "../../testing/fault_proxy.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { together } from "../../testing/together.ts";

const SIZE = 12 * MIB;
const OUTPUT = "copy";

/** What can happen to everything that is no content. */
const FAULTS: readonly Fault[] = [
  { kind: "refuse" },
  { kind: "garbage" },
  { kind: "close", after: 1 },
  { kind: "half-close", after: 10 },
  { kind: "stall", after: 10 },
  { kind: "wrong-length" },
  { kind: "flip", at: 3 },
  { kind: "extra-bytes" },
];

for (const purpose of ["info", "events", "manifest"] as const) {
  Deno.test(`mpclient finishes when the ${purpose} of one server has faults`, async () => {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    await using server = await Server.start([file], { at: 2 });
    await together(FAULTS, async (fault) => {
      await using proxy = await FaultProxy.start(server.addresses[0] ?? "", on(purpose, fault));
      const copy = scratch.path(`${OUTPUT} ${fault.kind}`);
      await using client = new Client(copy, [proxy.address, server.addresses[1] ?? ""]);
      await client.finishes();
      await assertSameContent(copy, file);
    });
  });
}

Deno.test("mpclient takes content from a server whose events are lost again and again", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 1, rate: 4 * MIB });
  const plan = on("events", { kind: "reset", after: 1 });
  await using proxy = await FaultProxy.start(server.addresses[0] ?? "", plan);
  await using client = new Client(scratch.path(OUTPUT), [proxy.address]);
  await client.finishes();
  assertGreater(proxy.injected.get("reset") ?? 0, 1);
  const isFailure = client.events.entries.some((event) =>
    event.type === "server" && event.state === "failed"
  );
  assertEquals(isFailure, false);
  await assertSameContent(scratch.path(OUTPUT), file);
});

function on(purpose: Purpose, fault: Fault): FaultPlan {
  return (exchange) => exchange.purpose === purpose ? fault : NO_FAULT;
}
