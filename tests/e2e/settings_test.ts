import { assertEquals, assertStringIncludes } from "@std/assert";
import { Program } from "../../testing/program.ts";
import { Scratch } from "../../testing/scratch.ts";

const PROGRAMS = [["mpclient", "client"], ["mpserver", "server"]] as const;

for (const [name, section] of PROGRAMS) {
  Deno.test(`${name} may read its variables and its file, and says what is wrong there`, async () => {
    await using scratch = await Scratch.make();
    await Deno.mkdir(scratch.path("multiport"));
    const path = scratch.path("multiport/config.toml");
    await Deno.writeTextFile(path, `[${section}]\n\nintervall = 1\n`);
    const said = async (args: string[], variables: Record<string, string> = {}) => {
      const env = { XDG_CONFIG_HOME: scratch.folder, ...variables };
      await using program = new Program(name, [...args, "-p", "1"], { env, stdin: "null" });
      await program.exits(2);
      return program.stderr.entries.join("\n");
    };
    assertEquals(
      await said([]),
      `${name}: ${path}:3: Cannot set intervall: there is no such option; did you mean interval?`,
    );
    const variable = await said(["--no-config"], { MULTIPORT_INTERVAL: "soon" });
    assertStringIncludes(variable, 'MULTIPORT_INTERVAL: Cannot use -i, --interval with "soon"');
  });
}
