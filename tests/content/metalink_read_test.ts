import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import {
  type Manifest,
  MAX_PIECES,
  MIN_PIECE_LENGTH,
  pieceCount,
  pieceLengthFor,
} from "../../lib/content/manifest.ts";
import { MetalinkError, readMetalink } from "../../lib/content/metalink_read.ts";
import { metalinkText } from "./metalink_text.ts";

const DIGEST = "0123456789abcdef".repeat(4);

/** Milliseconds that the worst document of its length may take; honest ones take a few. */
const MOST_MS = 20_000;

function documentWith(parts: { file?: string; size?: string; hash?: string; pieces?: string }) {
  const { file = 'name="a"', size = "<size>5</size>" } = parts;
  const { hash = `<hash type="sha-256">${DIGEST}</hash>` } = parts;
  const { pieces = piecesOf(MIN_PIECE_LENGTH, [DIGEST]) } = parts;
  return `<metalink><file ${file}>${size}${hash}${pieces}</file></metalink>`;
}

function piecesOf(length: number | string, digests: readonly string[], type = "sha-256"): string {
  const hashes = digests.map((digest) => `<hash>${digest}</hash>`).join("");
  return `<pieces length="${length}" type="${type}">${hashes}</pieces>`;
}

const refused = (document: string, why: string) =>
  assertThrows(() => readMetalink(document), MetalinkError, why);

function refusedInTime(document: string): void {
  const startedAt = performance.now();
  assertThrows(() => readMetalink(document), MetalinkError);
  assert(performance.now() - startedAt < MOST_MS);
}

Deno.test("readMetalink() reads what completeMetalink() writes, whatever the name", () => {
  const hex = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 32, maxLength: 32 })
    .map((bytes) => Uint8Array.from(bytes).toHex());
  const size = fc.integer({ min: 0, max: 20 * MIN_PIECE_LENGTH });
  const name = fc.string({ unit: "grapheme", minLength: 1 });
  fc.assert(fc.property(name, size, hex, (name, size, sha256) => {
    const pieceLength = pieceLengthFor(size);
    const pieces = Array.from({ length: pieceCount(size, pieceLength) }, () => sha256);
    const manifest: Manifest = { name, size, sha256, pieceLength, pieces };
    assertEquals(readMetalink(metalinkText(manifest, ["http://[::1]:1/a?b&c"])), manifest);
  }));
});

Deno.test("readMetalink() reads the manifest of a file with the most pieces there can be", () => {
  const size = MAX_PIECES * MIN_PIECE_LENGTH;
  const pieces = Array.from({ length: MAX_PIECES }, () => DIGEST);
  const manifest = { name: "a", size, sha256: DIGEST, pieceLength: MIN_PIECE_LENGTH, pieces };
  assertEquals(readMetalink(metalinkText(manifest)), manifest);
});

Deno.test("readMetalink() takes what others write: blanks, capitals, other digests, more files", () => {
  const document = `<?xml version="1.0" encoding="UTF-8"?>\r\n` +
    `<metalink xmlns="urn:ietf:params:xml:ns:metalink">\r\n<file name="a"><size> 5\r\n</size>` +
    `<hash type="md5">00</hash><hash type="sha-256">\n${DIGEST.toUpperCase()}\n</hash>` +
    `<!-- one piece --><pieces type="sha-256" length="1048576"><hash><![CDATA[${DIGEST}]]></hash>` +
    `</pieces><url priority="1">http://b/a</url></file><file name="b"/></metalink>`;
  assertEquals(readMetalink(document), {
    name: "a",
    size: 5,
    sha256: DIGEST,
    pieceLength: MIN_PIECE_LENGTH,
    pieces: [DIGEST],
  });
});

Deno.test("readMetalink() needs no pieces of an empty file", () => {
  const { size, pieces } = readMetalink(documentWith({ size: "<size>0</size>", pieces: "" }));
  assertEquals({ size, pieces }, { size: 0, pieces: [] });
});

Deno.test("readMetalink() refuses what is not Metalink", () => {
  refused("", "not well-formed");
  refused("<html><body>404</body></html>", "not a Metalink document");
  refused("<metalink><file>", "not well-formed");
  refused("<metalink/>", "no <file>");
});

Deno.test("readMetalink() refuses sizes that are none", () => {
  for (const size of ["", "-1", "1.5", "1e3", "0x10", "NaN", "9007199254740992", "1 2", "٣"]) {
    refused(documentWith({ size: `<size>${size}</size>` }), "number of bytes");
  }
  refused(documentWith({ size: "" }), "no <size>");
  refused(documentWith({ size: "<size><b>5</b></size>" }), "number of bytes");
});

Deno.test("readMetalink() refuses pieces that do not fit the file", () => {
  const two = [DIGEST, DIGEST];
  refused(documentWith({ pieces: "" }), "no <pieces>");
  refused(documentWith({ pieces: piecesOf(MIN_PIECE_LENGTH, two) }), "2 digests for 5 bytes");
  refused(documentWith({ pieces: piecesOf(MIN_PIECE_LENGTH, []) }), "0 digests for 5 bytes");
  refused(documentWith({ pieces: piecesOf(MIN_PIECE_LENGTH, [DIGEST], "sha-1") }), "not SHA-256");
  for (const length of [0, 1, MIN_PIECE_LENGTH / 2, MIN_PIECE_LENGTH + 1, 3 * MIN_PIECE_LENGTH]) {
    refused(documentWith({ pieces: piecesOf(length, [DIGEST]) }), "power of two");
  }
  refused(documentWith({ pieces: piecesOf("", [DIGEST]) }), "number of bytes");
});

Deno.test("readMetalink() refuses digests that are none", () => {
  for (const digest of ["", DIGEST.slice(1), `${DIGEST}0`, DIGEST.replace("0", "g")]) {
    refused(documentWith({ pieces: piecesOf(MIN_PIECE_LENGTH, [digest]) }), "no SHA-256");
    refused(documentWith({ hash: `<hash type="sha-256">${digest}</hash>` }), "no SHA-256");
  }
  refused(documentWith({ hash: "" }), "no SHA-256 of the file");
});

Deno.test("readMetalink() expands no entities of the document's own", () => {
  const entities = '<!ENTITY a "5"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">';
  const file = documentWith({ size: "<size>&c;</size>" });
  refused(`<!DOCTYPE metalink [${entities}]>${file}`, "not well-formed");
  const outside = '<!DOCTYPE metalink [<!ENTITY f SYSTEM "file:///etc/passwd">]>';
  refused(`${outside}${documentWith({ size: "<size>&f;</size>" })}`, "not well-formed");
});

Deno.test("readMetalink() survives elements within elements, however deep", () => {
  for (const depth of [3_000, 300_000]) {
    const nested = "<b>".repeat(depth) + "</b>".repeat(depth);
    assertThrows(
      () => readMetalink(documentWith({ size: `<size>${nested}</size>` })),
      MetalinkError,
    );
  }
});

Deno.test("readMetalink() takes time in proportion to a hostile document's length", () => {
  const digests = Array.from({ length: MAX_PIECES + 1 }, () => "");
  refused(
    documentWith({
      size: `<size>${Number.MAX_SAFE_INTEGER}</size>`,
      pieces: piecesOf(2 ** 39, digests),
    }),
    "more than",
  );
  refusedInTime(`<metalink>${"\r".repeat(4_000_000)}</metalink>`);
  refusedInTime(`<metalink>${"&amp;".repeat(800_000)}</metalink>`);
  refusedInTime(documentWith({ size: `<size>${"9".repeat(4_000_000)}</size>` }));
});

Deno.test("readMetalink() answers any change to a document with a manifest or a MetalinkError", () => {
  const document = documentWith({});
  const at = fc.nat({ max: document.length - 1 });
  fc.assert(fc.property(at, fc.string({ maxLength: 3 }), fc.nat({ max: 3 }), (at, text, cut) => {
    try {
      readMetalink(document.slice(0, at) + text + document.slice(at + cut));
    } catch (error) {
      assert(error instanceof MetalinkError, String(error));
    }
  }));
});
