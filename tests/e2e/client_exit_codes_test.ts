import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { freePlace } from "../../testing/loopback.ts";
import { Program } from "../../testing/program.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

const WRONG_USAGE: readonly (readonly [what: string, args: readonly string[], says: RegExp])[] = [
  ["no port", ["-o", "copy"], /-p/],
  ["a port that is none", ["-p", "60000", "http"], /http/],
  ["a port that cannot be", ["-p", "70000"], /70000/],
  ["a number of servers that differs from the ports", ["-n", "3", "-p", "1", "2"], /-n/],
  ["an option that is none", ["-p", "60000", "--outptu", "x"], /--output/],
  ["an option without its value", ["-p", "60000", "-o"], /-o/],
  ["the same server twice", ["-p", "60000", "60000"], /twice/],
  ["a checksum that is none", ["-p", "60000", "--checksum", "sha-256=12"], /64/],
];

for (const [what, args, says] of WRONG_USAGE) {
  Deno.test(`mpclient ends with exit code 2 and one line when it is given ${what}`, async () => {
    await using client = new Program("mpclient", args);
    await client.exits(2);
    assertEquals(client.stdout.entries, []);
    assertOneLine(client, says);
  });
}

Deno.test("mpclient ends with exit code 3 and one line when no server answers", async () => {
  const { host } = freePlace(1);
  const args = ["-o", "copy", "-a", host, "-p", "60000", "60001", "--wait", "0.3"];
  await using client = new Program("mpclient", args);
  await client.exits(3);
  assertOneLine(client, RegExp(`${host}:60000 \\(connection refused\\), ${host}:60001`));
});

Deno.test("mpclient ends with exit code 4 rather than replace a file, but for --force", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", 4 * MIB);
  await Deno.writeTextFile(scratch.path("copy"), "precious");
  await using server = await Server.start([file], { at: 2 });
  const args = ["-o", scratch.path("copy"), "-p", ...server.addresses];
  await using careful = new Program("mpclient", args);
  await careful.exits(4);
  assertOneLine(careful, /exists.*--force/);
  assertEquals(await Deno.readTextFile(scratch.path("copy")), "precious");

  await using forced = new Program("mpclient", [...args, "--force"]);
  await forced.exits(0);
  await assertSameContent(scratch.path("copy"), file);
});

Deno.test("mpclient ends with exit code 4 when there is no place for its output", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", MIB);
  await using server = await Server.start([file], { at: 1 });
  for (const output of ["no/such/folder/copy", "film.mp4/copy", "/proc/copy"]) {
    const args = ["-o", output, "-p", ...server.addresses];
    await using client = new Program("mpclient", args, { cwd: scratch.folder });
    await client.exits(4);
    assertOneLine(client, RegExp(output));
  }
});

Deno.test("mpclient ends with exit code 4 when it may not read what it is to read", async () => {
  const url = "http://127.0.0.1:60000/film.mp4";
  for (const option of ["--ca", "--token-file"]) {
    await using client = new Program("mpclient", [url, option, "/proc/version"]);
    await client.exits(4);
    assertOneLine(client, /\/proc\/version: programs like this one may not read there/);
  }
});

Deno.test("mpclient ends with exit code 4 when its output folder is removed meanwhile", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", 8 * MIB);
  await Deno.mkdir(scratch.path("folder"));
  await using server = await Server.start([file], { at: 2, rate: 2 * MIB });
  await using client = new Client(scratch.path("folder/copy"), server.addresses);
  await client.receives(MIB);
  await Deno.remove(scratch.path("folder"), { recursive: true });
  assertStringIncludes(await client.fails(4), scratch.path("folder/copy"));
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`mpclient ends with exit code ${code} on ${signal} while it waits for servers`, async () => {
    const { host } = freePlace(1);
    await using client = new Program("mpclient", ["-o", "copy", "-p", `${host}:60000`]);
    await client.line(/waiting for/);
    client.kill(signal);
    await client.exits(code);
    assertOneLine(client, /^mpclient: Interrupted/);
  });
}

Deno.test("mpclient --quiet says nothing when all is well", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", 4 * MIB);
  await using server = await Server.start([file], { at: 2 });
  const args = ["-o", scratch.path("copy"), "-p", ...server.addresses, "--quiet"];
  await using client = new Program("mpclient", args);
  await client.exits(0);
  assertEquals([client.stdout.entries, client.stderr.entries], [[], []]);
});

/** An error is one line: what happened, to what, and what to do about it. */
function assertOneLine({ stderr }: Program, says: RegExp): void {
  assertEquals(stderr.entries.length, 1, stderr.entries.join("\n"));
  assertMatch(stderr.entries[0] ?? "", says);
}
