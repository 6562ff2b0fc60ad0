import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import {
  decodeJournal,
  encodeJournal,
  type Journal,
  JournalError,
} from "../../lib/storage/checkpoint.ts";
import { MAX_PIECES } from "../../lib/content/manifest.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const journals = fc.record({
  size: fc.maxSafeNat(),
  pieceLength: fc.maxSafeNat(),
  sha256: fc.option(fc.string({ minLength: 1 })),
  etags: fc.array(fc.string()),
  pieces: fc.uint8Array({ maxLength: 300 }),
}, { noNullPrototype: true });

/** Another journal must never come of it; the same one may, as from a change behind its end. */
function assertSameOrRefused(text: string, journal: Journal): void {
  try {
    assertEquals(decodeJournal(text), journal);
  } catch (error) {
    assert(error instanceof JournalError, String(error));
  }
}

Deno.test("decodeJournal() reads what encodeJournal() wrote", () => {
  fc.assert(fc.property(journals, (journal) => {
    assertEquals(decodeJournal(encodeJournal(journal)), journal);
  }));
});

Deno.test("decodeJournal() reads a journal of the most pieces there can be", () => {
  const pieces = new Uint8Array(MAX_PIECES / 8).fill(0xa5);
  const journal = { size: 2 ** 53 - 1, pieceLength: 2 ** 39, sha256: null, etags: [], pieces };
  assertEquals(decodeJournal(encodeJournal(journal)), journal);
});

Deno.test("decodeJournal() takes no journal that was cut off for another one", () => {
  fc.assert(fc.property(journals, fc.double({ min: 0, max: 1, noNaN: true }), (journal, part) => {
    const bytes = encoder.encode(encodeJournal(journal));
    const cut = bytes.subarray(0, Math.floor(part * bytes.length));
    assertSameOrRefused(decoder.decode(cut), journal);
  }));
});

Deno.test("decodeJournal() takes no journal with a changed byte for another one", () => {
  const change = fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.integer({ min: 1, max: 255 }),
  );
  fc.assert(
    fc.property(journals, change, (journal, [where, flip]) => {
      const bytes = encoder.encode(encodeJournal(journal));
      const at = Math.min(bytes.length - 1, Math.floor(where * bytes.length));
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      assertSameOrRefused(decoder.decode(bytes), journal);
    }),
    { numRuns: 500 },
  );
});

Deno.test("decodeJournal() takes no mixture of two journals for a third", () => {
  fc.assert(fc.property(journals, journals, fc.nat({ max: 400 }), (journal, other, at) => {
    const mixed = encodeJournal(journal).slice(0, at) + encodeJournal(other).slice(at);
    try {
      const decoded = decodeJournal(mixed);
      assert([journal, other].some((one) => encodeJournal(one) === encodeJournal(decoded)));
    } catch (error) {
      assert(error instanceof JournalError, String(error));
    }
  }));
});

Deno.test("decodeJournal() says what is the matter", () => {
  const journal = { size: 1, pieceLength: 1, sha256: null, etags: [], pieces: Uint8Array.of(1) };
  const text = encodeJournal(journal);
  const refused = (text: string, why: string) =>
    assertThrows(() => decodeJournal(text), JournalError, why);
  refused("", "incomplete");
  refused(text.slice(0, -1), "incomplete");
  refused(text.replace('"size":1', '"size":2'), "damaged");
});

Deno.test("decodeJournal() refuses the journal of another version", async () => {
  const line = JSON.stringify({ version: 2, pieces: "" });
  const sum = await crypto.subtle.digest("SHA-256", encoder.encode(line));
  const text = `${line}\n${new Uint8Array(sum).toHex()}\n`;
  assertThrows(() => decodeJournal(text), JournalError, "version 2, not 1");
});
