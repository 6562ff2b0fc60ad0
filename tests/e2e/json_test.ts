import { assertEquals, assertMatch } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { NO_FAULT } from "../../testing/fault.ts";
import { FaultProxy } from "../../testing/fault_proxy.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

const SIZE = 8 * MIB;

Deno.test("both programs print what docs/json.md says with --json, and nothing else", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { rate: 2 * MIB });
  const output = scratch.path("copy");
  await using client = new Client(output, server.addresses);
  await client.sees(2, "downloading");
  await server.pause(2);
  await client.sees(2, "paused");
  await server.type("what");
  await server.type("r2");
  const done = await client.finishes();
  await using asking = new Client(output, server.addresses, ["--dry-run"]);
  await asking.exits(0);
  assertEquals(kinds(asking.stdout.entries), ["offer"]);
  await using again = new Client(output, server.addresses);
  await again.finishes();
  assertEquals(kinds(again.stdout.entries), ["done", "notice"]);
  await Deno.truncate(output, 5);
  await using second = new Client(output, server.addresses);
  await second.fails(4);
  server.kill("SIGINT");
  await server.exits(130);

  // That every line is what the schema says is checked wherever a line is read.
  for (const { stderr } of [client, asking, again, second, server]) {
    assertEquals(stderr.entries, []);
  }
  assertEquals(kinds(client.stdout.entries), ["done", "progress", "server", "start"]);
  assertEquals(kinds(server.stdout.entries), [
    "digests",
    "error",
    "listening",
    "reply",
    "served",
    "server",
    "status",
  ]);

  const addresses = server.addresses.map((address, at) => ({ index: at + 1, address }));
  assertEquals(JSON.parse(client.stdout.entries[0] ?? ""), {
    v: 1,
    type: "start",
    name: "film.mp4",
    size: SIZE,
    output,
    kept: 0,
    servers: addresses,
  });
  assertEquals(JSON.parse(server.stdout.entries[0] ?? ""), {
    v: 1,
    type: "listening",
    servers: addresses.map((each) => ({ ...each, file, size: SIZE })),
  });
  assertMatch(done.sha256 ?? "", /^[0-9a-f]{64}$/);
  assertEquals(done.servers.reduce((sum, { received }) => sum + received, 0), SIZE);
  assertEquals(server.served >= SIZE, true, `${server.served} bytes served`);
});

Deno.test("mpclient --json reports a wrong command line as JSON too", async () => {
  await using client = new Client("copy", ["nowhere:http"]);
  assertMatch(await client.fails(2), /http/);
  assertEquals(client.stderr.entries, []);
});

Deno.test("mpclient is told of every pause, and never asks", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 1, rate: MIB / 2 });
  let asked = 0;
  await using proxy = await FaultProxy.start(server.addresses[0] ?? "", ({ purpose }) => {
    if (purpose === "info") asked += 1;
    return NO_FAULT;
  });
  await using client = new Client(scratch.path("copy"), [proxy.address]);
  let last = await client.sees(1, "downloading");
  const before = asked;
  for (let time = 0; time < 5; time++) {
    await server.type("1");
    last = await client.sees(1, "paused", last);
    await server.type("r1");
    last = await client.sees(1, "downloading", last);
  }
  assertEquals(asked, before);
});

function kinds(lines: readonly string[]): string[] {
  return [...new Set(lines.map((line) => String(JSON.parse(line).type)))].sort();
}
