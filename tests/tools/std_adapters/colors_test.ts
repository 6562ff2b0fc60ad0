import { assertEquals } from "@std/assert";
import * as colors from "@std/fmt/colors";

function coloured<T>(enabled: boolean, paint: () => T): T {
  const before = colors.getColorEnabled();
  colors.setColorEnabled(enabled);
  try {
    return paint();
  } finally {
    colors.setColorEnabled(before);
  }
}

const CODES = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  cyan: [36, 39],
  gray: [90, 39],
  dim: [2, 22],
  bold: [1, 22],
  inverse: [7, 27],
} as const;

for (const [name, [open, close]] of Object.entries(CODES)) {
  Deno.test(`${name}() puts its codes around a text`, { ignore: Deno.noColor }, () => {
    const text = coloured(true, () => colors[name as keyof typeof CODES]("text"));
    assertEquals(text, `\x1b[${open}mtext\x1b[${close}m`);
  });
}

Deno.test("red() goes on behind a colour inside its text", { ignore: Deno.noColor }, () => {
  const text = coloured(true, () => colors.red(`a${colors.green("b")}c`));
  assertEquals(text, "\x1b[31ma\x1b[32mb\x1b[31mc\x1b[39m");
});

Deno.test("setColorEnabled() turns every colour off", () => {
  assertEquals(coloured(false, () => [colors.red("a"), colors.getColorEnabled()]), ["a", false]);
});

Deno.test("stripAnsiCode() leaves the text alone", () => {
  assertEquals(
    colors.stripAnsiCode("\x1b[2K\x1b[1A\x1b[31mred\x1b[39m \x1b[?25lplain"),
    "red plain",
  );
});
