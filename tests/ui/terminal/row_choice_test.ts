import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { chooseRows } from "../../../lib/ui/terminal/row_choice.ts";

Deno.test("chooseRows() shows all rows where they fit", () => {
  assertEquals(chooseRows([3, 1, 2], 3, (row) => row), { shown: [3, 1, 2], hidden: [] });
});

Deno.test("chooseRows() shows the lowest in their usual order, with room for one more line", () => {
  assertEquals(chooseRows([3, 1, 5, 2], 3, (row) => row), { shown: [1, 2], hidden: [3, 5] });
  assertEquals(chooseRows([7, 7, 7], 2, (row) => row), { shown: [7], hidden: [7, 7] });
  assertEquals(chooseRows([1, 2], 0, (row) => row), { shown: [], hidden: [1, 2] });
});

Deno.test("chooseRows() never takes more lines than there are, and loses no row", () => {
  fc.assert(fc.property(fc.array(fc.nat(9)), fc.nat(20), (rows, room) => {
    const { shown, hidden } = chooseRows(rows, room, (row) => row);
    assertEquals([...shown, ...hidden].sort(), [...rows].sort());
    assertEquals(shown.length + Math.min(hidden.length, 1) <= Math.max(room, 1), true);
  }));
});
