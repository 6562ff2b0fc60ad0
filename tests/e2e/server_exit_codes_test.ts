import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { freePlace } from "../../testing/loopback.ts";
import { Program } from "../../testing/program.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

const WRONG_USAGE: readonly (readonly [what: string, args: readonly string[], says: RegExp])[] = [
  ["no file", ["-p", "0"], /-f/],
  ["no port", ["-f", "film.mp4"], /-p/],
  ["a port that cannot be", ["-f", "film.mp4", "-p", "70000"], /70000/],
  ["a port twice", ["-f", "film.mp4", "-p", "60000", "60000"], /twice/],
  ["two files for three ports", ["-f", "a", "b", "-p", "0", "0", "0"], /2 .*3/],
  ["a number of servers that differs from the ports", ["-f", "a", "-n", "3", "-p", "0"], /-n/],
  ["an address that is none", ["-f", "film.mp4", "-p", "0", "-a", "everybody"], /everybody/],
  ["a rate that is none", ["-f", "film.mp4", "-p", "0", "--limit-rate", "fast"], /fast/],
];

for (const [what, args, says] of WRONG_USAGE) {
  Deno.test(`mpserver ends with exit code 2 and one line when it is given ${what}`, async () => {
    await using server = new Program("mpserver", args);
    await server.exits(2);
    assertEquals(server.stdout.entries, []);
    assertOneLine(server, says);
  });
}

Deno.test("mpserver ends with exit code 2 and serves nothing when a port is taken", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", MIB);
  const { host } = freePlace(1);
  using _taken = Deno.listen({ hostname: host, port: 60001 });
  const args = ["-f", file, "--bind", host, "-p", "60000", "60001", "60002"];
  await using server = new Program("mpserver", args);
  await server.exits(2);
  assertEquals(server.stdout.entries, []);
  assertOneLine(server, /60001/);
});

Deno.test("mpserver ends with exit code 4 and one line when it cannot serve its file", async () => {
  await using scratch = await Scratch.make();
  for (const path of [scratch.path("missing.mp4"), scratch.folder, "/dev/null"]) {
    await using server = new Program("mpserver", ["-f", path, "-p", "0"]);
    await server.exits(4);
    assertOneLine(server, RegExp(path));
  }
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 0]] as const) {
  Deno.test(`mpserver ends with exit code ${code} on ${signal} while it sends`, async () => {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", 8 * MIB);
    await using server = await Server.start([file], { at: 2, rate: 2 * MIB });
    const options = ["--stall-timeout", "2"];
    await using client = new Client(scratch.path("copy"), server.addresses, options);
    await client.receives(MIB);
    server.kill(signal);
    await server.exits(code);
    await client.fails(3);
  });
}

Deno.test("mpserver ends with exit code 0 when its operator quits", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", MIB);
  await using server = await Server.start([file], { at: 2 });
  await server.type("q");
  await server.exits(0);
});

Deno.test("mpserver --once ends with exit code 0 after one complete transfer", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", 8 * MIB);
  await using server = await Server.start([file], { at: 2, more: ["--once"], rate: 4 * MIB });
  await takePart(`http://${server.addresses[0]}/film.mp4`);
  await using client = new Client(scratch.path("copy"), server.addresses);
  await client.finishes();
  await server.exits(0);
  assertEquals(server.served >= 8 * MIB, true);
});

Deno.test("mpserver goes on when its standard input ends", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", MIB);
  await using server = await Server.start([file], { at: 2 });
  await server.closeInput();
  await using client = new Client(scratch.path("copy"), server.addresses);
  await client.finishes();
  await using without = await Server.start([file], { at: 1, stdin: "null" });
  await using second = new Client(scratch.path("second"), without.addresses);
  await second.finishes();
});

Deno.test("mpserver helps with what it does not understand, and goes on", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", MIB);
  const { host } = freePlace(1);
  await using server = new Program("mpserver", ["-f", file, "--bind", host, "-p", "60000"]);
  await server.line(/Server1 listens/);
  await server.type("pause please");
  await server.type("7");
  assertStringIncludes(await server.line(/There is no Server7/), "1");
  await server.type("frobnicate");
  assertMatch(await server.line(/frobnicate/), /h helps/);
  await server.type("h");
  await server.line(/q, quit/);
  await server.type("s");
  await server.line(/^1 .*listening/);
});

/** An error is one line: what happened, to what, and what to do about it. */
function assertOneLine({ stderr }: Program, says: RegExp): void {
  assertEquals(stderr.entries.length, 1, stderr.entries.join("\n"));
  assertMatch(stderr.entries[0] ?? "", says);
}

/** A client that does not want the whole of a file. */
async function takePart(url: string): Promise<void> {
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const part = await fetch(url, { client, headers: { Range: `bytes=0-${MIB - 1}` } });
  assertEquals((await part.arrayBuffer()).byteLength, MIB);
}
