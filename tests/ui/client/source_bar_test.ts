import { assertEquals } from "@std/assert";
import { PIECE } from "../../../lib/ui/client/client_event.ts";
import { ASCII_GLYPHS } from "../../../lib/ui/terminal/glyphs.ts";
import { pieceMapLine, sourceBar } from "../../../lib/ui/client/source_bar.ts";
import { renderLine } from "../../../lib/ui/terminal/styled_text.ts";

/** A file of ten pieces of ten bytes each; all of the first two came from Server1. */
function file(...pieces: number[]) {
  return { size: 100, pieceLength: 10, pieces: Int16Array.from({ ...pieces, length: 10 }) };
}

function bar(...portion: { readonly start: number; readonly end: number }[]): string {
  const line = sourceBar(file(1, 1), { index: 1, portion }, 12, ASCII_GLYPHS, "green");
  return renderLine(line, false);
}

Deno.test("sourceBar() shows what a server has done and what it has left, where that is", () => {
  assertEquals(bar(), "[##        ]");
  assertEquals(bar({ start: 20, end: 40 }), "[##--      ]");
  assertEquals(bar({ start: 20, end: 30 }, { start: 80, end: 100 }), "[##-     --]");
});

Deno.test("sourceBar() shows what has come of the piece that a server is at", () => {
  assertEquals(bar({ start: 25, end: 40 }), "[##+-      ]");
});

Deno.test("pieceMapLine() shows who delivered what, and what is the matter with the rest", () => {
  const { kept, unverified, wrong, missing } = PIECE;
  const pieces = file(1, 1, 12, kept, unverified, wrong, missing, 40);
  assertEquals(renderLine(pieceMapLine(pieces, 12, ASCII_GLYPHS), false), " 11c=?!.?..");
});
