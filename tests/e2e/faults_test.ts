import { assertEquals, assertLess, assertMatch } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { type Fault, onContent } from "../../testing/fault.ts";
import { FaultProxy } from "../../testing/fault_proxy.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

const SIZE = 12 * MIB;
const OPTIONS = ["--stall-timeout", "0.4"];

/** On a busy machine the good server may well be silent for a moment. */
const PATIENT = ["--stall-timeout", "2"];

/** What no client can take content from, be it again and again. */
const DEADLY: readonly Fault[] = [
  { kind: "refuse" },
  { kind: "mute" },
  { kind: "trickle" },
  { kind: "stall", after: 0 },
  { kind: "garbage" },
  { kind: "endless-head" },
  { kind: "wrong-length" },
  { kind: "wrong-range" },
];

/** What costs time, and nothing else: every connection brings something. */
const HARMLESS: readonly Fault[] = [
  { kind: "latency", ms: 10 },
  { kind: "bandwidth", bytesPerSec: 12 * MIB },
  { kind: "reset", after: 5 * MIB + 1 },
  { kind: "close", after: 5 * MIB + 1 },
  { kind: "half-close", after: 5 * MIB + 1 },
  { kind: "stall", after: 5 * MIB + 1 },
  { kind: "extra-bytes" },
  // Read from its start to its end, it is all that is wanted.
  { kind: "whole-file" },
];

for (const fault of [...DEADLY, { kind: "whole-file" } as const]) {
  Deno.test(`mpclient finishes without a server that has the fault ${fault.kind}`, async () => {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    await using server = await Server.start([file], { at: 2 });
    const [bad = "", good = ""] = server.addresses;
    await using proxy = await FaultProxy.start(bad, onContent(fault));
    const output = scratch.path("copy");
    await using client = new Client(output, [proxy.address, good], PATIENT);
    await client.finishes();
    await assertSameContent(output, file);
  });
}

for (const fault of DEADLY) {
  Deno.test(`mpclient ends with exit code 3 when all it gets is the fault ${fault.kind}`, async () => {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    await using server = await Server.start([file], { at: 1 });
    await using proxy = await FaultProxy.start(server.addresses[0] ?? "", onContent(fault));
    await using client = new Client(scratch.path("copy"), [proxy.address], OPTIONS);
    assertMatch(await client.fails(3), RegExp(proxy.address));
    assertEquals((await scratch.names()).includes("copy"), false);
  });
}

for (const fault of HARMLESS) {
  Deno.test(`mpclient finishes from a single server that has the fault ${fault.kind}`, async () => {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    await using server = await Server.start([file], { at: 1 });
    await using proxy = await FaultProxy.start(server.addresses[0] ?? "", onContent(fault));
    await using client = new Client(scratch.path("copy"), [proxy.address], PATIENT);
    const { received } = await client.finishes();
    assertEquals(received, SIZE);
    await assertSameContent(scratch.path("copy"), file);
    // These take away what is on its way, too: a connection that is closed before all requests have
    // been read is reset.
    if (["reset", "close", "extra-bytes"].includes(fault.kind)) return;
    assertLess(proxy.relayed, SIZE + MIB, "what has arrived is not fetched again");
  });
}

Deno.test("mpclient says why a server failed", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 1 });
  const plan = onContent({ kind: "reset", after: MIB });
  await using proxy = await FaultProxy.start(server.addresses[0] ?? "", plan);
  await using client = new Client(scratch.path("copy"), [proxy.address]);
  const failed = await client.sees(1, "failed");
  assertEquals(failed.type === "server" && failed.reason, "connection reset");
});

Deno.test("mpclient gives up on a server that takes every request and never answers", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 1 });
  await using proxy = await FaultProxy.start(
    server.addresses[0] ?? "",
    onContent({ kind: "mute" }),
  );
  // Longer than any pause between two attempts: the server is up for most of the time.
  const patience = ["--stall-timeout", "1.4"];
  await using client = new Client(scratch.path("copy"), [proxy.address], patience);
  assertMatch(await client.fails(3), /sent nothing for 1.4 s/);
});
