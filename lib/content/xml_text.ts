/** Bytes in which a declaration says its encoding, if it does. */
const DECLARATION_BYTES = 256;

const DECLARED = /^<\?xml\s[^>]*?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,39})["']/;

/** What a document begins with that is UTF-16, with a byte order mark or without (XML 1.0, appendix F). */
const UTF_16: readonly (readonly [label: string, first: number, second: number])[] = [
  ["utf-16le", 0xff, 0xfe],
  ["utf-16be", 0xfe, 0xff],
  ["utf-16le", 0x3c, 0x00],
  ["utf-16be", 0x00, 0x3c],
];

/**
 * Decodes an XML document, in the encoding that it is in by its first bytes or says that it is in: by
 * default UTF-8. Bytes that are no text in it become U+FFFD.
 *
 * @throws {RangeError} If it says that it is in an encoding that is not known.
 *
 * @example
 * ```ts
 * decodeXml(Deno.readFileSync("film.mp4.meta4"));
 * ```
 */
export function decodeXml(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const utf16 = UTF_16.find(([, one, other]) => one === first && other === second);
  if (utf16 !== undefined) return utf16[0];
  const beginning = new TextDecoder("latin1").decode(bytes.subarray(0, DECLARATION_BYTES));
  const declared = DECLARED.exec(beginning)?.[1] ?? "utf-8";
  // What could be read so far is not UTF-16, whatever it says.
  return /^utf-?16/i.test(declared) ? "utf-8" : declared;
}
