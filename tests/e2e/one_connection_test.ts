import { assertEquals, assertGreater } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { NO_FAULT } from "../../testing/fault.ts";
import { FaultProxy } from "../../testing/fault_proxy.ts";
import { NarrowProxy, type Refusal } from "../../testing/narrow_proxy.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

const SIZE = 12 * MIB;
const REFUSALS: readonly Refusal[] = ["503", "silence"];

for (const refusal of REFUSALS) {
  Deno.test(`mpclient uses a server that takes one connection at a time, and others get ${refusal}`, async () => {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    await using server = await Server.start([file], { at: 1 });
    await server.manifest("film.mp4");
    await using proxy = new NarrowProxy(server.addresses[0] ?? "", refusal);
    // What is silent is waited for; a busy machine may take its time for what is not.
    const patience = ["--stall-timeout", refusal === "silence" ? "1" : "10", "--wait", "30"];
    await using client = new Client(scratch.path("copy"), [proxy.address], patience);
    const { received } = await client.finishes();
    assertEquals(received, SIZE);
    assertGreater(proxy.refused, 0);
    await assertSameContent(scratch.path("copy"), file);
  });

  Deno.test(`mpclient verifies what it kept over the only connection where others get ${refusal}`, async () => {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    const output = scratch.path("copy");
    await using server = await Server.start([file], { at: 1 });
    await server.manifest("film.mp4");
    await keepAll(output, server);
    await using proxy = new NarrowProxy(server.addresses[0] ?? "", refusal);
    await using client = new Client(output, [proxy.address], ["--wait", "30"]);
    const { received } = await client.finishes();
    assertEquals(received, 0);
    await assertSameContent(output, file);
  });
}

/** Leaves the whole of a file in `OUTPUT.part`, without a word on whether it is right. */
async function keepAll(output: string, server: Server): Promise<void> {
  await using proxy = await FaultProxy.start(
    server.addresses[0] ?? "",
    ({ purpose }) => purpose === "manifest" ? { kind: "refuse" } : NO_FAULT,
  );
  await using client = new Client(output, [proxy.address]);
  await client.progress(({ completed }) => completed === SIZE);
  client.kill("SIGINT");
  await client.fails(130);
}
