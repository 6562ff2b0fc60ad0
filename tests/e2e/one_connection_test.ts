import { assertEquals, assertGreater } from "@std/assert";
import { Client } from "../../testing/client.ts";
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
}
