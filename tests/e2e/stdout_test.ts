import { assert, assertEquals, assertMatch } from "@std/assert";
import { beforeDeadline } from "../../testing/deadline.ts";
import { executable } from "../../testing/program.ts";
import { runToStdout } from "../../testing/run_to_stdout.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

/** Longer than the window, so that some of it has to wait for the reader. */
const SIZE = 40 * MIB + 5;

Deno.test("mpclient -o - writes the file and nothing else to standard output", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const cwd = scratch.path("empty");
  await Deno.mkdir(cwd);
  await using server = await Server.start([file]);
  const content = await Deno.readFile(file);
  for (
    const [more, pattern] of [[[], /film\.mp4: .* to -/], [["--json"], /"type":"done"/]] as const
  ) {
    const { code, stdout, said } = await runToStdout(cwd, ["-p", ...server.addresses, ...more]);
    assertEquals(code, 0, said);
    assert(new Uint8Array(stdout).length === SIZE && equal(stdout, content));
    assertMatch(said, pattern);
  }
  const { stdout, said } = await runToStdout(cwd, ["-p", ...server.addresses, "--quiet"]);
  assert(equal(stdout, content));
  assertEquals(said, "");
  assertEquals([...Deno.readDirSync(cwd)], []);
});

Deno.test("mpclient -o - says what is wrong beside standard output", async () => {
  await using scratch = await Scratch.make();
  for (const more of [[], ["--json"]]) {
    const args = ["-p", "127.0.0.1:1", "--wait", "0", ...more];
    const { code, stdout, said } = await runToStdout(scratch.folder, args);
    assertEquals([code, stdout.length], [3, 0]);
    assertMatch(said, /Cannot start: no server/);
  }
});

Deno.test("mpclient -o - ends with exit code 4 when nobody reads it any more", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  await using server = await Server.start([file]);
  const command = [executable("mpclient"), "-o", "-", "--quiet", "-p", ...server.addresses];
  const script = `{ ${command.join(" ")}; echo "code $?" >&2; } | head -c 1000`;
  await using child = new Deno.Command("sh", {
    args: ["-c", script],
    cwd: scratch.folder,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const { stdout, stderr } = await beforeDeadline(child.output(), () => "the end of the pipe");
  assert(equal(stdout, (await Deno.readFile(file)).subarray(0, 1000)));
  assertMatch(new TextDecoder().decode(stderr), /nobody reads it any more[^]*code 4/);
});

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
