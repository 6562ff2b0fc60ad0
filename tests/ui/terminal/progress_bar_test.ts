import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ASCII_GLYPHS, UNICODE_GLYPHS } from "../../../lib/ui/terminal/glyphs.ts";
import { progressBar } from "../../../lib/ui/terminal/progress_bar.ts";
import { lineWidth, renderLine } from "../../../lib/ui/terminal/styled_text.ts";

function bar(fraction: number, columns: number, glyphs = UNICODE_GLYPHS): string {
  return renderLine(progressBar(fraction, columns, glyphs, "green"), false);
}

Deno.test("progressBar() fills eighths of a cell", () => {
  assertEquals(bar(0, 6), "▕    ▏");
  assertEquals(bar(1 / 32, 6), "▕▏   ▏");
  assertEquals(bar(0.5, 6), "▕██  ▏");
  assertEquals(bar(21 / 32, 6), "▕██▋ ▏");
  assertEquals(bar(1, 6), "▕████▏");
});

Deno.test("progressBar() does with plain letters where there is nothing else", () => {
  assertEquals(bar(0.5, 6, ASCII_GLYPHS), "[##..]");
});

Deno.test("progressBar() is full at the end only, and empty at the start only", () => {
  assertEquals(bar(0.9999, 6), "▕███▉▏");
  assertEquals(bar(0.0001, 6), "▕▏   ▏");
  assertEquals([bar(2, 6), bar(-1, 6), bar(NaN, 6)], [bar(1, 6), bar(0, 6), bar(0, 6)]);
});

Deno.test("progressBar() takes exactly its columns, or none where there is no room", () => {
  const glyphs = fc.constantFrom(ASCII_GLYPHS, UNICODE_GLYPHS);
  fc.assert(fc.property(fc.double(), fc.nat(200), glyphs, (fraction, columns, glyphs) => {
    const width = lineWidth(progressBar(fraction, columns, glyphs, "green"));
    assert(width === (columns < 3 ? 0 : columns), `${width} of ${columns}`);
  }));
});

Deno.test("progressBar() never shrinks while the fraction grows", () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 1 }), fc.double({ min: 0, max: 1 }), (a, b) => {
    const [less, more] = [bar(Math.min(a, b), 30), bar(Math.max(a, b), 30)];
    const filled = (text: string) =>
      [...text.slice(1, -1)].reduce((sum, cell) => sum + UNICODE_GLYPHS.bar.indexOf(cell) + 1, 0);
    assert(filled(less) <= filled(more));
  }));
});
