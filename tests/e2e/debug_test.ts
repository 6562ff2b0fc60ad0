import { assert, assertEquals, assertMatch } from "@std/assert";
import { freePlace } from "../../testing/loopback.ts";
import { Program } from "../../testing/program.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";

const DEBUG = { env: { MULTIPORT_DEBUG: "1" } };

/** The lines that say what went wrong, without those that say where. */
function headsOf({ stderr }: Program): string[] {
  return stderr.entries.filter((line) => !/^\s+at /.test(line));
}

Deno.test("mpclient shows with MULTIPORT_DEBUG what brought an error about, down to the system's", async () => {
  await using scratch = await Scratch.make();
  const { host } = freePlace(1);
  const args = ["-o", scratch.path("copy"), "-p", `${host}:60000`, "--wait", "0"];
  await using client = new Program("mpclient", args, DEBUG);
  await client.exits(3);
  const [line = "", ...chain] = headsOf(client);
  assertMatch(line, /^mpclient: Cannot start: no server answers/);
  assertMatch(chain.join("\n"), /^MultiportError: .*\ncaused by: AggregateError: .*\n/);
  assertMatch(chain.at(-1) ?? "", /^caused by: ConnectionRefused: .*os error/);
  assert(client.stderr.entries.some((line) => /^\s+at /.test(line)));

  await using plain = new Program("mpclient", args);
  await plain.exits(3);
  assertEquals(plain.stderr.entries.length, 1);
});

Deno.test("mpserver shows with MULTIPORT_DEBUG why it could not have a port", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", MIB);
  const { host: hostname } = freePlace(1);
  using taken = Deno.listen({ hostname, port: 0 });
  const args = ["-f", file, "--bind", hostname, "-p", `${taken.addr.port}`];
  await using server = new Program("mpserver", args, DEBUG);
  await server.exits(2);
  const heads = headsOf(server);
  assertMatch(heads[0] ?? "", /is taken; give another one with -p/);
  assertMatch(heads.at(-1) ?? "", /^caused by: .*in use.*os error/i);
});
