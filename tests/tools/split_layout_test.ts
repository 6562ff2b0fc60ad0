import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { lineWidth, renderLine } from "../../lib/ui/terminal/styled_text.ts";
import {
  ASCII_BORDERS,
  drawPanes,
  hasRoomForBoth,
  splitLayout,
} from "../../tools/demo/split_layout.ts";

Deno.test("hasRoomForBoth() needs room below each other, or beside", () => {
  assertEquals(hasRoomForBoth({ columns: 80, rows: 24 }), true);
  assertEquals(hasRoomForBoth({ columns: 60, rows: 50 }), false);
  assertEquals(hasRoomForBoth({ columns: 80, rows: 20 }), false);
  assertEquals(hasRoomForBoth({ columns: 160, rows: 20 }), true);
});

Deno.test("drawPanes() puts panes one above the other, and beside each other where both are wide", () => {
  const [server, client] = [{ title: "s", lines: [["1"], []] }, { title: "c", lines: [["2"], []] }];
  const draw = (columns: number, rows: number) =>
    drawPanes(splitLayout({ columns, rows }), server, client, "now", ASCII_BORDERS)
      .map((line) => renderLine(line, false));
  assertEquals(draw(12, 7), ["-- s -------", "1", "", "-- c -------", "2", "", "-- now -----"]);
  const [titles, row = "", ...others] = draw(157, 4);
  assertEquals(titles, `-- s ${"-".repeat(73)}--- c ${"-".repeat(73)}`);
  assertEquals([row[0], row.indexOf("|"), row.indexOf("2")], ["1", 78, 79]);
  assertEquals(others.at(-1)?.trimEnd().length, 157);
});

Deno.test("drawPanes() fits into any terminal that has room", () => {
  const sizes = fc.record({
    columns: fc.integer({ min: 1, max: 400 }),
    rows: fc.integer({ min: 5, max: 100 }),
  });
  fc.assert(fc.property(sizes, fc.string({ maxLength: 300 }), (size, title) => {
    const layout = splitLayout(size);
    const pane = ({ columns, rows }: { columns: number; rows: number }) => ({
      title,
      lines: Array.from({ length: rows }, () => ["x".repeat(columns)]),
    });
    const lines = drawPanes(layout, pane(layout.first), pane(layout.second), title, ASCII_BORDERS);
    assertEquals(lines.length, size.rows);
    assert(lines.every((line) => lineWidth(line) <= Math.max(size.columns, 2)));
  }));
});
