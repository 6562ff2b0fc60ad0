import { assert, assertEquals, assertMatch } from "@std/assert";
import { HAS_PTY, Pty } from "./pty.ts";
import { Client } from "../../testing/client.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

const SIZE = 8 * MIB;
const RATE = 2 * MIB;
/** Starts a command as `command &` in a shell script does, but for the process number. */
const IN_BACKGROUND = ["sh", "-c", 'trap "" INT; exec "$0" "$@"'];

for (const [signal, within] of [["SIGHUP", ["nohup"]], ["SIGINT", IN_BACKGROUND]] as const) {
  Deno.test(`mpclient goes on after ${signal} when it was started to ignore it`, async () => {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    await using server = await Server.start([file], { at: 2, rate: RATE });
    await using client = new Client(scratch.path("copy"), server.addresses, [], { within });
    await client.receives(MIB);
    client.kill(signal);
    await client.finishes();
    await assertSameContent(scratch.path("copy"), file);
  });

  Deno.test(`mpserver goes on after ${signal} when it was started to ignore it`, async () => {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    const options = { at: 2, rate: RATE, within, stdin: "null" } as const;
    await using server = await Server.start([file], options);
    await using client = new Client(scratch.path("copy"), server.addresses);
    await client.receives(MIB);
    server.kill(signal);
    await client.finishes();
    server.kill("SIGTERM");
    await server.exits(0);
  });
}

Deno.test("mpclient ends with exit code 129 on SIGHUP, and goes on where it was", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 2, rate: RATE });
  await using client = new Client(scratch.path("copy"), server.addresses);
  const { received } = await client.receives(MIB);
  client.kill("SIGHUP");
  assertMatch(await client.fails(129), /the same command goes on/);
  await using again = new Client(scratch.path("copy"), server.addresses);
  assert((await again.finishes()).received <= SIZE - received);
});

Deno.test("mpserver ends with exit code 129 on SIGHUP", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 2 });
  server.kill("SIGHUP");
  await server.exits(129);
});

Deno.test({
  name: "mpclient ends with exit code 129 when its terminal is closed, and goes on where it was",
  ignore: !HAS_PTY,
  async fn() {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    await using server = await Server.start([file], { at: 2, rate: RATE });
    const report = scratch.path("report");
    await new Deno.Command("mkfifo", { args: [report] }).output();
    const args = ["-o", scratch.path("copy"), "-p", ...server.addresses];
    await using client = new Pty("mpclient", args, report);
    await client.until((lines) => lines.some((line) => /[1-9][0-9.]* of 8\.0 MiB/.test(line)));
    client.hangUp();
    assertEquals(await Deno.readTextFile(report), "129\n");
    await using again = new Client(scratch.path("copy"), server.addresses);
    assert((await again.finishes()).received < SIZE);
    await assertSameContent(scratch.path("copy"), file);
  },
});
