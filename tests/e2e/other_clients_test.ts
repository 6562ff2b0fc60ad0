import { assertEquals, assertMatch } from "@std/assert";
import { isInstalled, run } from "../support/run.ts";
import { assertSameContent } from "../support/same_content.ts";
import { MIB, Scratch } from "../support/scratch.ts";
import { Server } from "../support/server.ts";

const SIZE = 8 * MIB + 12_345;

/** A test that needs a program which may be missing. */
function testWith(program: string, name: string, fn: () => Promise<void>): void {
  const ignore = !isInstalled(program);
  Deno.test({ name: ignore ? `${name} (ignored: no ${program} here)` : name, ignore, fn });
}

testWith("curl", "curl gets the same bytes from every port, whole and in ranges", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const bytes = await Deno.readFile(file);
  await using server = await Server.start([file]);
  const last = SIZE - 1;
  const ranges = ["0-", "0-0", `${last}-`, "-1", "1000000-4000000", "4000000-", `-${SIZE + 5}`];
  for (const address of server.addresses) {
    for (const range of ranges) {
      const args = ["-sS", "--fail", "-r", range, "-o", "part", `http://${address}/film.mp4`];
      await run("curl", args, scratch.folder);
      const [from = "", to = ""] = range.split("-");
      const start = from === "" ? Math.max(0, SIZE - Number(to)) : Number(from);
      const end = from === "" || to === "" ? SIZE : Number(to) + 1;
      assertEquals(await Deno.readFile(scratch.path("part")), bytes.subarray(start, end));
    }
    await run("curl", ["-sS", "-L", "-o", "whole", `http://${address}/`], scratch.folder);
    await assertSameContent(scratch.path("whole"), file);
  }
});

testWith("curl", "curl goes on where it was, and asks about a file", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 1 });
  const url = `http://${server.addresses[0]}/film.mp4`;
  await run("curl", ["-sS", "-r", "0-999999", "-o", "copy", url], scratch.folder);
  await run("curl", ["-sS", "-C", "-", "-o", "copy", url], scratch.folder);
  await assertSameContent(scratch.path("copy"), file);

  const head = await run("curl", ["-sS", "--head", url]);
  assertMatch(head, /^HTTP\/1\.1 200 /);
  assertMatch(head, RegExp(`^content-length: ${SIZE}\r$`, "im"));
  assertMatch(head, /^accept-ranges: bytes\r$/im);
  const etag = /^etag: (.*)\r$/im.exec(head)?.[1] ?? "";
  const code = ["-sS", "-o", "none", "-w", "%{http_code}"];
  const asking = [...code, "-H", `If-None-Match: ${etag}`, url];
  assertEquals(await run("curl", asking, scratch.folder), "304");
  const beyond = [...code, "-r", `${SIZE}-`, url];
  assertEquals(await run("curl", beyond, scratch.folder), "416");
});

testWith("aria2c", "aria2 takes its parts from all ports by the manifest", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { rate: 4 * MIB });
  await Deno.writeTextFile(scratch.path("it.meta4"), await server.manifest("film.mp4"));
  // All ports have one host name, which aria2 takes for one server.
  const split = ["-s", "4", "-x", "4", "-k", "1M"];
  const quiet = ["--console-log-level=notice", "--summary-interval=0"];
  const args = ["--no-conf", ...quiet, "-d", "copy", ...split, "-M", "it.meta4"];
  await run("aria2c", args, scratch.folder);
  await assertSameContent(scratch.path("copy/film.mp4"), file);
  await server.type("q");
  await server.exits(0);
  const used = new Set(server.events.entries.flatMap((e) => e.type === "served" ? [e.index] : []));
  assertEquals([...used].sort(), [1, 2, 3, 4]);
});

testWith("wget", "wget gets a file, and goes on where it was", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file], { at: 1 });
  const url = `http://${server.addresses[0]}/film.mp4`;
  await Deno.writeFile(scratch.path("copy"), (await Deno.readFile(file)).subarray(0, MIB));
  await run("wget", ["-q", "-c", "-O", "copy", url], scratch.folder);
  await assertSameContent(scratch.path("copy"), file);
});

testWith("axel", "axel gets a file over several connections", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file]);
  const urls = server.addresses.map((address) => `http://${address}/film.mp4`);
  await run("axel", ["-q", "-n", "4", "-o", "copy", ...urls], scratch.folder);
  await assertSameContent(scratch.path("copy"), file);
});
