import { assertEquals, assertMatch } from "@std/assert";
import { Client } from "../../testing/client.ts";
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

Deno.test("mpclient tells when it sees a pause about as soon as the server does", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 1, rate: 2 * MIB });
  await using client = new Client(scratch.path("copy"), server.addresses);
  let paused = await client.sees(1, "downloading");
  const delays: number[] = [];
  for (let time = 0; time < 5; time++) {
    const resumed = paused;
    await server.type("1");
    await server.reaches(1, "paused", server.events.entries.findLast(isState("sending")));
    const started = performance.now();
    paused = await client.sees(1, "paused", resumed);
    delays.push(performance.now() - started);
    await server.type("r1");
    paused = await client.sees(1, "downloading", paused);
  }
  // The quickest of them, because the machine may be busy with other things.
  assertEquals(Math.min(...delays) < 300, true, `${delays} ms`);
});

function kinds(lines: readonly string[]): string[] {
  return [...new Set(lines.map((line) => String(JSON.parse(line).type)))].sort();
}

function isState(state: string): (event: { readonly type: string; state?: string }) => boolean {
  return (event) => event.type === "server" && event.state === state;
}
