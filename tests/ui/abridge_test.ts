import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { abridge } from "../../lib/ui/abridge.ts";
import { renderLine } from "../../lib/ui/terminal/styled_text.ts";

const LONG = `http://a.example/${"x".repeat(20_000)}/end`;

Deno.test("abridge() leaves what any file may be called, and all that is shorter", () => {
  const message = `Cannot read ${"n".repeat(255)}/${"m".repeat(255)}: there is no such file`;
  assertEquals(abridge(message), message);
});

Deno.test("abridge() keeps both ends of what is longer", () => {
  const message = abridge(`Cannot use ${LONG}: it says "no"`);
  assert(/^Cannot use http:\/\/a\.example\/x+…x+\/end: it says "no"$/.test(message), message);
  assert(message.length < 300);
});

Deno.test("abridge() bounds any message, and halves no character", () => {
  const text = fc.array(
    fc.constantFrom("x".repeat(700), "😀".repeat(400), " ", "a b ".repeat(5_000)),
  );
  fc.assert(fc.property(text, (parts) => {
    const message = abridge(parts.join(""));
    assert(message.length <= 16_384);
    assert(message.isWellFormed());
  }));
});

Deno.test("renderLine() shows no word of any length", () => {
  assert(renderLine([{ text: LONG, style: "red" }, ` (${LONG})`], false).length < 600);
});
