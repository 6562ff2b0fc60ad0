import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CLIENT_MANUAL } from "../../../lib/cli/manual/client_manual.ts";
import { parseClientOptions } from "../../../lib/cli/options/client_options.ts";
import { optionUsage, renderHelp } from "../../../lib/cli/manual/help.ts";
import { SERVER_MANUAL } from "../../../lib/cli/manual/server_manual.ts";
import { parseServerOptions } from "../../../lib/cli/options/server_options.ts";

const README = await Deno.readTextFile(new URL("../../../README.md", import.meta.url));

for (const manual of [CLIENT_MANUAL, SERVER_MANUAL]) {
  Deno.test(`renderHelp() shows every option of ${manual.name} under its section`, () => {
    const help = renderHelp(manual);
    for (const option of Object.values(manual.options)) {
      assertStringIncludes(help, optionUsage(option));
      assertStringIncludes(help, `\n${option.section}:\n`);
      assertEquals(help.split(`\n${option.section}:\n`).length, 2, option.section);
    }
    for (const line of help.split("\n")) assert(line.length <= 80 || /^ {2}mp/.test(line), line);
  });

  Deno.test(`README.md has every option of ${manual.name}`, () => {
    const chapter = README.split(`### ${manual.name}\n`)[1]?.split("\n#")[0] ?? "";
    for (const { name, short } of Object.values(manual.options)) {
      const [long, letter] = [`--${name}`, short === undefined ? undefined : `-${short}, `];
      assertStringIncludes(chapter, letter === undefined ? long : letter + long);
    }
  });
}

Deno.test("renderHelp() gives examples that can be typed", () => {
  for (const { line } of CLIENT_MANUAL.examples) {
    assertEquals(parseClientOptions(words(line)).kind, "run", line);
  }
  for (const { line } of SERVER_MANUAL.examples) {
    assertEquals(parseServerOptions(words(line)).kind, "run", line);
  }
});

function words(line: string): string[] {
  return (line.split(/ [|<&]/)[0] ?? "").split(" ").slice(1);
}
