import { assert, assertEquals, assertFalse } from "@std/assert";
import fc from "fast-check";
import { fitLine, lineWidth, renderLine, sanitize } from "../../../lib/ui/terminal/styled_text.ts";

const text = fc.string({ unit: "binary", maxLength: 40 });

Deno.test("sanitize() replaces what moves cursors, turns text round or cannot be encoded", () => {
  assertEquals(sanitize("a\x00\x07\x1b[2J\x7f\x9b1A\r\n\tb"), "a???[2J??1A???b");
  assertEquals(sanitize("exe\u202egpj\u2066\u200f\ufeff\u2028"), "exe?gpj????");
  assertEquals(sanitize("\ud800x"), "?x");
});

Deno.test("sanitize() leaves names of all languages alone", () => {
  for (const name of ["Übung.mp4", "日本語.mp4", "ไฟล์", "👩‍👩‍👧.png", "e\u0301", "a b"]) {
    assertEquals(sanitize(name), name);
  }
});

Deno.test("sanitize() leaves no control character in any text", () => {
  fc.assert(fc.property(text, (any) => {
    assertFalse(/[\p{Cc}\p{Cs}]/u.test(sanitize(any)));
    assertEquals(sanitize(sanitize(any)), sanitize(any));
  }));
});

Deno.test("fitLine() leaves alone what fits and marks what it cuts", () => {
  assertEquals(fitLine(["abc"], 3, "…"), ["abc"]);
  assertEquals(fitLine(["abcd"], 3, "…"), ["ab", "…"]);
  assertEquals(fitLine(["日本語"], 5, "…"), ["日本", "…"]);
  assertEquals(fitLine(["日本語"], 4, "…"), ["日", "…"]);
  assertEquals(fitLine(["ab", { text: "cd", style: "red" }, "ef"], 4, "~"), [
    "ab",
    { text: "c", style: "red" },
    "~",
  ]);
  assertEquals(fitLine(["abc"], 0, "…"), []);
});

Deno.test("fitLine() never gives more columns than there are", () => {
  const span = fc.oneof(text, fc.record({ text, style: fc.constant("red" as const) }));
  fc.assert(fc.property(fc.array(span), fc.nat(50), (line, columns) => {
    assert(lineWidth(fitLine(line, columns, "…")) <= columns);
  }));
});

Deno.test("renderLine() colours only where there are colours, with the same text", () => {
  const line = ["a ", { text: "b\x1b", style: "yellow" } as const];
  assertEquals(renderLine(line, false), "a b?");
  assertEquals(renderLine(line, true).replaceAll(/\p{Cc}\[\d+m/gu, ""), "a b?");
});
