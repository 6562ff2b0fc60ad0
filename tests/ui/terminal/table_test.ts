import { assertEquals } from "@std/assert";
import { renderLine } from "../../../lib/ui/terminal/styled_text.ts";
import { type Column, layoutHeadings, layoutTable } from "../../../lib/ui/terminal/table.ts";

interface Row {
  readonly name: string;
  readonly count: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { heading: "name", align: "left", width: 6, rank: 0, cell: ({ name }) => [name] },
  { heading: "n", align: "right", width: 4, rank: 2, cell: ({ count }) => [`${count}`] },
  {
    heading: "",
    align: "left",
    width: 3,
    grows: true,
    rank: 1,
    cell: (_row, width) => ["=".repeat(width)],
  },
];
const ROWS: readonly Row[] = [{ name: "日本", count: 5 }, { name: "abcdefgh", count: 1000 }];

function table(columns: number): string[] {
  return layoutTable(COLUMNS, ROWS, columns).map((line) => renderLine(line, false));
}

Deno.test("layoutTable() aligns cells and cuts those that are too long", () => {
  assertEquals(table(18), ["日本      5 ======", "abcdef 1000 ======"]);
});

Deno.test("layoutTable() gives spare room to the column that grows", () => {
  assertEquals(table(60)[0]?.endsWith(`     5  ${"=".repeat(46)}`), true);
});

Deno.test("layoutTable() leaves out the columns of the highest rank first", () => {
  assertEquals(table(14), ["日本   =======", "abcdef ======="]);
  assertEquals(table(9), ["日本", "abcdef"]);
});

Deno.test("layoutTable() makes a column narrower before it leaves one out, and wider again", () => {
  const columns = COLUMNS.map((column) => ({ ...column, ...column.rank === 0 && { least: 4 } }));
  const first = (width: number) => renderLine(layoutTable(columns, [ROWS[1]!], width)[0]!, false);
  assertEquals(first(13), "abcd 1000 ===");
  assertEquals(first(14), "abcde 1000 ===");
  assertEquals(first(15), "abcdef 1000 ===");
  assertEquals(first(16), "abcdef 1000 ====");
  assertEquals(first(12), "abcdef =====");
});

Deno.test("layoutHeadings() stands over the columns that are there", () => {
  const heading = (columns: number) =>
    renderLine(layoutHeadings(COLUMNS, columns, "dim"), false).trimEnd();
  assertEquals([heading(18), heading(9)], ["name      n", "name"]);
});
