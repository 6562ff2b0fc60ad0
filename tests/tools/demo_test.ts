import { assertEquals, assertStringIncludes } from "@std/assert";
import { ASCII_GLYPHS } from "../../lib/ui/terminal/glyphs.ts";
import { renderLine } from "../../lib/ui/terminal/styled_text.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Pane } from "../../tools/demo/pane.ts";
import { playInSplitScreen } from "../../tools/demo/split_screen.ts";

Deno.test("the demonstration shows both programs, and the operator at work", () => play(2 * MIB));

Deno.test("the demonstration shows all that the operator does, however fast it is over", () =>
  play(1024 * MIB));

/** @param rate Bytes per second of each server. */
async function play(rate: number): Promise<void> {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", 8 * MIB);
  const copy = scratch.path("copy.mp4");
  const shown = { file, name: "film.mp4", size: 8 * MIB, rate, copy };
  const terminal = new Pane({ columns: 100, rows: 60 }, () => {});
  const traits = { live: true, color: false, glyphs: ASCII_GLYPHS };
  assertEquals(await playInSplitScreen(shown, traits, terminal.host), 0);
  await assertSameContent(copy, file);
  const text = terminal.lines.map((line) => renderLine(line, false).trimEnd()).join("\n");
  for (
    const part of [
      "$ mpserver -f film.mp4 -p ",
      "> 2\n",
      "> r2\n",
      "Server2 resumed",
      "> e1\n",
      "Server1 terminated",
      `$ mpclient -o ${copy} -p `,
      "copy.mp4: 8.0 MiB in ",
    ]
  ) assertStringIncludes(text, part);
}
