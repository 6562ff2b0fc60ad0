import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type PromptLine, promptLine } from "../../../lib/ui/terminal/prompt_line.ts";
import { lineWidth, renderLine } from "../../../lib/ui/terminal/styled_text.ts";

function shown({ line, cursor }: PromptLine): [string, number] {
  return [renderLine(line, false), cursor];
}

Deno.test("promptLine() puts the cursor where the next character goes", () => {
  assertEquals(shown(promptLine({ text: "", cursor: 0 }, 79)), ["> ", 2]);
  assertEquals(shown(promptLine({ text: "r1 r2", cursor: 2 }, 79)), ["> r1 r2", 4]);
  assertEquals(shown(promptLine({ text: "日本", cursor: 1 }, 79)), ["> 日本", 4]);
});

Deno.test("promptLine() scrolls what does not fit out on the left", () => {
  assertEquals(shown(promptLine({ text: "abcdefgh", cursor: 8 }, 8)), ["> defgh", 7]);
  assertEquals(shown(promptLine({ text: "abcdefgh", cursor: 0 }, 8)), ["> abcdefgh", 2]);
});

Deno.test("promptLine() always has the cursor in sight", () => {
  const typing = fc.string({ unit: "grapheme", maxLength: 60 })
    .chain((text) => fc.record({ text: fc.constant(text), cursor: fc.nat(text.length) }));
  fc.assert(fc.property(typing, fc.integer({ min: 4, max: 80 }), (typing, columns) => {
    const { line, cursor } = promptLine(typing, columns);
    assert(cursor < columns && cursor <= lineWidth(line), `${cursor} of ${columns}`);
  }));
});
