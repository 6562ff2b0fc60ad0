import { assert, assertEquals } from "@std/assert";
import { CertificateAuthority } from "../../testing/certificates.ts";
import { Client } from "../../testing/client.ts";
import { runToStdout } from "../../testing/run_to_stdout.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { WebServer } from "../../testing/web_server.ts";

const SIZE = 2 * MIB + 5;
const LIMIT = ["--limit-rate", "1M"];

/** Milliseconds that it takes at that rate, whoever sends it. */
const LEAST_MS = 1_000 * SIZE / MIB;

Deno.test("mpclient --limit-rate holds all sources together back, whatever they are", async () => {
  await using scratch = await Scratch.make();
  await using authority = await CertificateAuthority.make();
  const certificate = await authority.issue(["IP:127.0.0.1"]);
  const file = await scratch.noise("film.mp4", SIZE);
  const content = await Deno.readFile(file);
  await using plain = new WebServer(content);
  await using secure = new WebServer(content, { certificate });
  await using server = await Server.start([file], { at: 2 });
  const output = scratch.path("out");
  const started = performance.now();
  await using client = new Client(output, [plain.url(), secure.url(), ...server.addresses], [
    ...LIMIT,
    // What waits for our own sake is no stall.
    ...["--ca", authority.path, "--stall-timeout", "2"],
  ]);
  const { received } = await client.finishes();
  const elapsed = performance.now() - started;
  assert(elapsed >= LEAST_MS, `${elapsed} ms`);
  assertEquals(received, SIZE);
  await assertSameContent(output, file);
  const failed = client.stdout.entries.filter((line) => line.includes('"failed"'));
  assertEquals(failed, []);
});

Deno.test("mpclient --limit-rate holds back what goes to standard output", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const content = await Deno.readFile(file);
  await using server = new WebServer(content, { ranges: false });
  const started = performance.now();
  const { code, stdout, said } = await runToStdout(scratch.folder, [...LIMIT, server.url()]);
  const elapsed = performance.now() - started;
  assertEquals(code, 0, said);
  assertEquals(stdout, content);
  assert(elapsed >= LEAST_MS, `${elapsed} ms`);
});

Deno.test("mpclient --limit-rate lets servers be paused, resumed and terminated", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 3 });
  const output = scratch.path("out");
  await using client = new Client(output, server.addresses, LIMIT);
  await client.receives(1);
  await server.pause(1);
  const paused = await client.sees(1, "paused");
  await server.pause(2);
  await client.sees(2, "paused");
  await server.type("e2");
  await client.sees(2, "terminated");
  await server.type("r1");
  await client.sees(1, "downloading", paused);
  await client.finishes();
  await assertSameContent(output, file);
});
