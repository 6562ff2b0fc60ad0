import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ASCII_GLYPHS } from "../../../lib/ui/terminal/glyphs.ts";
import { type Region, Screen } from "../../../lib/ui/terminal/screen.ts";
import type { TerminalTraits } from "../../../lib/ui/terminal/terminal_traits.ts";
import { FakeTerminal } from "../fake_terminal.ts";

const TRAITS: TerminalTraits = { live: true, color: false, glyphs: ASCII_GLYPHS };

function region(...lines: string[]): Region {
  return { lines: lines.map((line) => [line]) };
}

function assertClean(terminal: FakeTerminal): void {
  assertEquals([...terminal.modes], [["7", true], ["25", true], ["2026", false]]);
}

Deno.test("Screen replaces its region in place", () => {
  const terminal = new FakeTerminal();
  let shown = region("one", "two", "three");
  const screen = new Screen(terminal, TRAITS, () => shown);
  screen.refresh();
  shown = region("four", "five");
  terminal.advance(1000);
  screen.refresh();
  assertEquals(terminal.lines, ["four", "five"]);
  assertEquals([terminal.row, terminal.column], [2, 0]);
  assertClean(terminal);
});

Deno.test("Screen prints lines above its region and wraps those that are long", () => {
  const terminal = new FakeTerminal(10, 5);
  const screen = new Screen(terminal, TRAITS, () => region("[region]"));
  screen.refresh();
  screen.print(["abcdefghijklm"], ["日本日本日本"]);
  terminal.advance(1000);
  assertEquals(terminal.lines, ["abcdefghij", "klm", "日本日本日", "本", "[region]"]);
});

Deno.test("Screen leaves the cursor where somebody types", () => {
  const terminal = new FakeTerminal();
  const screen = new Screen(terminal, TRAITS, () => ({ lines: [["status"], ["> r1"]], cursor: 3 }));
  screen.print(["log"]);
  terminal.advance(1000);
  screen.refresh();
  assertEquals(terminal.lines, ["log", "status", "> r1"]);
  assertEquals([terminal.row, terminal.column], [2, 3]);
});

Deno.test("Screen cuts lines that are too long and rows that are too many", () => {
  const terminal = new FakeTerminal(6, 3);
  const screen = new Screen(terminal, TRAITS, () => region("gone", "abcdefgh", "xyz"));
  screen.refresh();
  assertEquals(terminal.lines, ["abcd~", "xyz"]);
});

Deno.test("Screen goes up by the rows that its lines take since the terminal became narrower", () => {
  const terminal = new FakeTerminal(40, 10);
  const screen = new Screen(terminal, TRAITS, () => region("x".repeat(35), "y"));
  screen.refresh();
  terminal.columns = 20;
  terminal.advance(1000);
  screen.refresh();
  assert(terminal.writes.at(-1)?.includes("\x1b[3A"), "two rows of x and one of y");
});

Deno.test("Screen draws a frame in one write, and not more than twenty in a second", () => {
  const terminal = new FakeTerminal();
  const screen = new Screen(terminal, TRAITS, () => region("x"));
  for (let ms = 0; ms < 999; ms++) {
    screen.refresh();
    screen.print([`${ms}`]);
    terminal.advance(1);
  }
  assert(terminal.writes.length <= 20, `${terminal.writes.length} frames`);
  terminal.advance(1000);
  assertEquals(terminal.lines.length, 1000);
  assertEquals(terminal.lines.slice(-2), ["998", "x"]);
});

Deno.test("Screen waits while the terminal takes nothing", () => {
  const terminal = new FakeTerminal();
  const screen = new Screen(terminal, TRAITS, () => region("x"));
  let looks = 0;
  terminal.after = (ms, callback) => {
    looks++;
    return FakeTerminal.prototype.after.call(terminal, ms, callback);
  };
  terminal.busy = true;
  screen.print(["log"]);
  terminal.advance(10_000);
  assertEquals(terminal.writes, []);
  assert(looks <= 201, `${looks} looks in 10 s`);
  terminal.busy = false;
  terminal.advance(1000);
  assertEquals(terminal.lines, ["log", "x"]);
});

Deno.test("Screen remembers only so many lines while the terminal takes nothing", () => {
  const terminal = new FakeTerminal();
  const screen = new Screen(terminal, TRAITS, () => region());
  terminal.busy = true;
  for (let line = 0; line < 5000; line++) screen.print([`${line}`]);
  terminal.busy = false;
  terminal.advance(1000);
  assertEquals([terminal.lines.length, terminal.lines[0]], [1000, "4000"]);
});

Deno.test("Screen.close() shows the last region, then nothing more", () => {
  const terminal = new FakeTerminal();
  const screen = new Screen(terminal, TRAITS, () => ({ lines: [["> r1"]], cursor: 4 }));
  screen.refresh();
  screen.print(["log"]);
  screen.close(() => region("end"));
  screen.print(["late"]);
  screen.close();
  terminal.advance(1000);
  assertEquals(terminal.lines, ["log", "end"]);
  assertEquals([terminal.row, terminal.column], [2, 0]);
  assertClean(terminal);
});

Deno.test("Screen.restart() leaves alone what others have written", () => {
  const terminal = new FakeTerminal();
  const screen = new Screen(terminal, TRAITS, () => region("region"));
  screen.refresh();
  terminal.write("[1]+ Stopped\r\n");
  terminal.advance(1000);
  screen.restart();
  assertEquals(terminal.lines, ["region", "[1]+ Stopped", "region"]);
});

Deno.test("Screen draws nothing in the background, and what was printed when it is back", () => {
  const terminal = new FakeTerminal();
  const screen = new Screen(terminal, TRAITS, () => region("region"));
  screen.refresh();
  terminal.place = "unknown";
  terminal.write("prompt$ ");
  terminal.advance(1000);
  screen.print(["log"]);
  terminal.place = "back";
  screen.refresh();
  terminal.advance(1000);
  assertEquals(terminal.lines, ["region", "prompt$"]);
  terminal.write("\r\n");
  terminal.place = "front";
  screen.restart();
  assertEquals(terminal.lines, ["region", "prompt$", "log", "region"]);
});

Deno.test("Screen.close() leaves what is worth keeping, but no picture in the background", () => {
  const terminal = new FakeTerminal();
  terminal.place = "back";
  const screen = new Screen(terminal, TRAITS, () => region("region"));
  screen.print(["log"]);
  screen.close(() => region("end"));
  assertEquals(terminal.lines, ["log"]);
});

Deno.test("Screen.clear() empties the screen and draws at its top", () => {
  const terminal = new FakeTerminal(40, 5);
  const screen = new Screen(terminal, TRAITS, () => region("region"));
  screen.print(...Array.from({ length: 10 }, (_, at) => [`${at}`]));
  terminal.write("noise");
  terminal.advance(1000);
  screen.clear();
  assertEquals(terminal.lines.slice(-2), ["6", "region"]);
  assertEquals([terminal.row, terminal.column], [8, 0]);
});

Deno.test("Screen lets no escape sequence through from what it shows", () => {
  const terminal = new FakeTerminal();
  const evil = "a\x1b[2Jb\x9b3Ac\rd\ne";
  const screen = new Screen(terminal, TRAITS, () => region(evil));
  screen.print([{ text: evil, style: "red" }]);
  assertEquals(terminal.lines, ["a?[2Jb?3Ac?d?e", "a?[2Jb?3Ac?d?e"]);
});

Deno.test("Screen shows what was printed and then the region, whatever happened before", () => {
  const text = fc.string({ unit: "grapheme-composite", maxLength: 30 });
  const step = fc.oneof(
    fc.record({ print: fc.array(text, { minLength: 1, maxLength: 3 }) }),
    fc.record({ region: fc.array(text, { maxLength: 6 }), cursor: fc.option(fc.nat(4)) }),
    fc.record({ wait: fc.nat(200) }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
    const terminal = new FakeTerminal(200, 5);
    let shown = region();
    const printed: string[] = [];
    const screen = new Screen(terminal, TRAITS, () => shown);
    for (const step of steps) {
      if ("print" in step) {
        screen.print(...step.print.map((line) => [`p${line}`]));
        printed.push(...step.print.map((line) => `p${line}`));
      } else if ("region" in step) {
        const { cursor } = step;
        shown = {
          ...region(...step.region.map((line) => `r${line}.`)),
          cursor: cursor ?? undefined,
        };
        screen.refresh();
      } else {
        terminal.advance(step.wait);
      }
    }
    terminal.advance(1000);
    screen.refresh();
    terminal.advance(1000);
    const fresh = new FakeTerminal(200, 5);
    const again = new Screen(fresh, TRAITS, () => shown);
    again.print(...printed.map((line) => [line]));
    fresh.advance(1000);
    assertEquals(terminal.lines, fresh.lines);
    assertEquals([terminal.row, terminal.column], [fresh.row, fresh.column]);
    assertClean(terminal);
  }));
});
