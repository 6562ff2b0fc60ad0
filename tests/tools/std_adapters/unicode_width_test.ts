import { assertEquals } from "@std/assert";
import { unicodeWidth } from "@std/cli/unicode-width";

Deno.test("unicodeWidth() counts one column for Latin and two for wide letters", () => {
  assertEquals(unicodeWidth("server.mp4"), 10);
  assertEquals(unicodeWidth("天地"), 4);
  assertEquals(unicodeWidth("ｆｕｌｌ"), 8);
  assertEquals(unicodeWidth("한글"), 4);
});

Deno.test("unicodeWidth() counts each character of an emoji sequence", () => {
  assertEquals(unicodeWidth("🦕"), 2);
  assertEquals(unicodeWidth("👩‍🚀"), 4);
});

Deno.test("unicodeWidth() counts nothing for marks and controls", () => {
  assertEquals(unicodeWidth("e\u0301"), 1);
  assertEquals(unicodeWidth("a\u200bb"), 2);
  assertEquals(unicodeWidth("\t\n\x1b"), 0);
  assertEquals(unicodeWidth(""), 0);
});

Deno.test("unicodeWidth() counts one column for what bars and tables are drawn with", () => {
  assertEquals(unicodeWidth("█▌░─│┼…–×µ"), 10);
});
