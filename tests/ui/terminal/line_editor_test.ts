import { assertEquals } from "@std/assert";
import { LineEditor } from "../../../lib/ui/terminal/line_editor.ts";

function typed(...keys: string[]): string[] {
  const told: string[] = [];
  const editor = new LineEditor(
    {
      onChange: ({ text, cursor }) => told.push(`${text.slice(0, cursor)}|${text.slice(cursor)}`),
      onLine: (line) => told.push(`line ${line}`),
      onInterrupt: () => told.push("interrupt"),
      onEnd: () => told.push("end"),
      onClear: () => told.push("clear"),
      onOverlong: (most) => told.push(`more than ${most}`),
    },
    (text) => ({
      start: text,
      candidates: ["r1 ", "r12 ", "q "].filter((word) => word.startsWith(text)),
    }),
  );
  for (const key of keys) editor.feed(key);
  editor.close();
  return told;
}

Deno.test("LineEditor tells every change and every line", () => {
  assertEquals(typed("r", "1", "\r", "q"), ["r|", "r1|", "line r1", "|", "q|"]);
});

Deno.test("LineEditor moves and deletes as everybody's fingers know it", () => {
  assertEquals(typed("ab", "\x1b[D", "\x7f", "\x05", "\x15").slice(1), [
    "ab|",
    "a|b",
    "|b",
    "b|",
    "|",
  ]);
});

Deno.test("LineEditor remembers lines", () => {
  assertEquals(typed("1\r2\r", "\x1b[A", "\x1b[A", "\x1b[B").slice(-3), ["2|", "1|", "2|"]);
});

Deno.test("LineEditor completes what can only go on in one way", () => {
  assertEquals(typed("q", "\t").at(-1), "q |");
  assertEquals(typed("r", "\t").at(-1), "r1|");
});

Deno.test("LineEditor tells of Ctrl-C", () => {
  assertEquals(typed("\x03")[0], "interrupt");
});

Deno.test("LineEditor tells of Ctrl-D in an empty line, and goes on", () => {
  assertEquals(typed("\x04", "q", "\r"), ["end", "q|", "line q", "|"]);
  assertEquals(typed("\x04\x04q\r").filter((told) => told !== "|"), ["end", "end", "q|", "line q"]);
});

Deno.test("LineEditor deletes with Ctrl-D what is right of the cursor", () => {
  assertEquals(typed("ab", "\x01", "\x04"), ["a|", "ab|", "|ab", "|b"]);
});

Deno.test("LineEditor tells of Ctrl-L and leaves the line alone", () => {
  assertEquals(typed("a", "\f", "b"), ["a|", "clear", "ab|"]);
});

Deno.test("LineEditor tells nothing after it was closed", () => {
  assertEquals(typed(), []);
});

Deno.test("LineEditor takes no line that is too long, and goes on with the next", () => {
  assertEquals(typed("e1", "x".repeat(4000), "\x1b[D", "\r", "q", "\r").slice(2), [
    "e|1",
    // It is deleted, as if by Ctrl-E and Ctrl-U.
    "e1|",
    "|",
    "more than 500",
    "q|",
    "line q",
    "|",
  ]);
});

Deno.test("LineEditor takes lines that were pasted, one after the other", () => {
  const told = typed(`1\nr1\r\n${"e2 ".repeat(300)}\n2\r`);
  assertEquals(told.filter((each) => /^(line|more)/.test(each)), [
    "line 1",
    "line r1",
    "more than 500",
    "line 2",
  ]);
});
