import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { isInstalled } from "../../testing/run.ts";
import { randomBytes, temporaryFile } from "./temporary_file.ts";
import { TestServers } from "./test_servers.ts";

const CONTENT = randomBytes(100_000);

/** Commands that save what a URL leads to under the name that the server gives it. */
const COMMANDS: readonly (readonly [string, ...string[]])[] = [
  ["curl", "-sSfLOJ"],
  ["wget", "-q", "--content-disposition"],
];

for (const [program, ...options] of COMMANDS) {
  const ignore = !isInstalled(program);
  const suffix = ignore ? ` (ignored: needs ${program})` : "";
  Deno.test({
    name: `${program} learns from a port alone what the file is called${suffix}`,
    ignore,
    fn: async () => {
      await using file = await temporaryFile(CONTENT, "a film.mp4");
      await using servers = await TestServers.start({ files: [file.path], ports: [0] });
      const folder = await Deno.makeTempDir({ prefix: "multiport-test-" });
      const args = [...options, servers.url(1, "/")];
      const { success } = await new Deno.Command(program, { args, cwd: folder }).output();
      const names = Array.from(Deno.readDirSync(folder), ({ name }) => name);
      assertEquals([success, names], [true, ["a film.mp4"]]);
      assertEquals(await Deno.readFile(join(folder, "a film.mp4")), CONTENT);
      await Deno.remove(folder, { recursive: true });
    },
  });
}
