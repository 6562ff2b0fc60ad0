import { assertEquals } from "@std/assert";
import { ASCII_GLYPHS } from "../../../lib/ui/terminal/glyphs.ts";
import { terminalTraits } from "../../../lib/ui/terminal/terminal_traits.ts";

function traits(env: Readonly<Record<string, string>>, facts = {}): string {
  const { live, color, glyphs } = terminalTraits({
    terminal: true,
    color: true,
    windows: false,
    env: (name) => env[name],
    ...facts,
  });
  const letters = glyphs === ASCII_GLYPHS ? "ASCII" : "Unicode";
  return [live ? "live" : "plain", color ? "colour" : "grey", letters].join(" ");
}

Deno.test("terminalTraits() sees a terminal that can do everything", () => {
  assertEquals(traits({ TERM: "xterm-256color", LANG: "de_DE.UTF-8" }), "live colour Unicode");
  assertEquals(traits({ LC_ALL: "C.utf8", LANG: "C" }), "live colour Unicode");
  assertEquals(traits({}), "live colour Unicode");
});

Deno.test("terminalTraits() sees what a terminal cannot do", () => {
  assertEquals(traits({ TERM: "dumb", LANG: "C.UTF-8" }), "plain grey ASCII");
  assertEquals(traits({ TERM: "linux", LANG: "C.UTF-8" }), "live colour ASCII");
  assertEquals(traits({ LANG: "de_DE.ISO-8859-1" }), "live colour ASCII");
  assertEquals(traits({ LC_ALL: "POSIX", LANG: "C.UTF-8" }), "live colour ASCII");
  assertEquals(traits({ LC_CTYPE: "C", LANG: "C.UTF-8" }), "live colour ASCII");
});

Deno.test("terminalTraits() colours nothing for those who do not want it", () => {
  assertEquals(traits({ LANG: "C.UTF-8" }, { color: false }), "live grey Unicode");
});

Deno.test("terminalTraits() writes plain text into files and pipes", () => {
  assertEquals(traits({ LANG: "C.UTF-8" }, { terminal: false }), "plain grey ASCII");
});

Deno.test("terminalTraits() does not ask Windows for a locale", () => {
  assertEquals(traits({ LANG: "C" }, { windows: true }), "live colour Unicode");
});
