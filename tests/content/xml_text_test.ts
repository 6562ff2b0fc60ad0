import { assertEquals, assertThrows } from "@std/assert";
import { decodeXml } from "../../lib/content/xml_text.ts";

function utf16(text: string, isLittle: boolean): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(2 * at, text.charCodeAt(at), isLittle);
  return bytes;
}

Deno.test("decodeXml() goes by a byte order mark, the first bytes or the declaration, else takes UTF-8", () => {
  const utf8 = (text: string) => new TextEncoder().encode(text);
  const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><a>ü€</a>`;
  for (const isLittle of [true, false]) {
    assertEquals(decodeXml(utf16(`\uFEFF${declared("UTF-16")}`, isLittle)), declared("UTF-16"));
    assertEquals(decodeXml(utf16("<a>ü€</a>", isLittle)), "<a>ü€</a>");
  }
  const latin = Uint8Array.from(
    `<?xml version='1.0' encoding='ISO-8859-1'?><a>ü</a>`,
    (character) => character.charCodeAt(0),
  );
  assertEquals(decodeXml(latin).slice(-8), "><a>ü</a>".slice(-8));
  assertEquals(decodeXml(utf8(`\uFEFF${declared("utf-8")}`)), declared("utf-8"));
  // It says what it cannot be.
  assertEquals(decodeXml(utf8(declared("UTF-16"))), declared("UTF-16"));
  assertEquals(decodeXml(utf8("<a>ü€</a>")), "<a>ü€</a>");
  assertEquals(decodeXml(new Uint8Array()), "");
  assertThrows(() => decodeXml(utf8(declared("x-nobody-knows"))), RangeError);
});
