import { assert, assertEquals, assertRejects } from "@std/assert";
import * as fc from "fast-check";
import {
  type Manifest,
  MAX_PIECES,
  MIN_PIECE_LENGTH,
  pieceCount,
  pieceLengthFor,
} from "../../lib/content/manifest.ts";
import { MetalinkError, readManifest } from "../../lib/content/metalink_manifest.ts";
import { metalinkText } from "./metalink_text.ts";

const DIGEST = "0123456789abcdef".repeat(4);

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
  assertRejects(() => readManifest(document), MetalinkError, why);

Deno.test("readManifest() reads what completeMetalink() writes, whatever the name", async () => {
  const hex = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 32, maxLength: 32 })
    .map((bytes) => Uint8Array.from(bytes).toHex());
  const size = fc.integer({ min: 0, max: 20 * MIN_PIECE_LENGTH });
  const name = fc.string({ unit: "grapheme", minLength: 1 });
  await fc.assert(fc.asyncProperty(name, size, hex, async (name, size, sha256) => {
    const pieceLength = pieceLengthFor(size);
    const pieces = Array.from({ length: pieceCount(size, pieceLength) }, () => sha256);
    const manifest: Manifest = { name, size, sha256, pieceLength, pieces };
    const document = metalinkText(manifest, ["http://[::1]:1/a?b&c"]);
    assertEquals(await readManifest(document), manifest);
  }));
});

Deno.test("readManifest() reads the manifest of a file with the most pieces there can be", async () => {
  const size = MAX_PIECES * MIN_PIECE_LENGTH;
  const pieces = Array.from({ length: MAX_PIECES }, () => DIGEST);
  const manifest = { name: "a", size, sha256: DIGEST, pieceLength: MIN_PIECE_LENGTH, pieces };
  assertEquals(await readManifest(metalinkText(manifest)), manifest);
});

Deno.test("readManifest() takes what others write: blanks, capitals, other digests, more files", async () => {
  const document = `<?xml version="1.0" encoding="UTF-8"?>\r\n` +
    `<metalink xmlns="urn:ietf:params:xml:ns:metalink">\r\n<file name="a"><size> 5\r\n</size>` +
    `<hash type="md5">${
      DIGEST.slice(32)
    }</hash><hash type="sha-256">\n${DIGEST.toUpperCase()}\n</hash>` +
    `<!-- one piece --><pieces type="sha-256" length="1048576"><hash><![CDATA[${DIGEST}]]></hash>` +
    `</pieces><url priority="1">http://b/a</url></file><file name="b"/></metalink>`;
  assertEquals(await readManifest(document), {
    name: "a",
    size: 5,
    sha256: DIGEST,
    pieceLength: MIN_PIECE_LENGTH,
    pieces: [DIGEST],
  });
});

Deno.test("readManifest() needs no pieces of an empty file", async () => {
  const { size, pieces } = await readManifest(documentWith({ size: "<size>0</size>", pieces: "" }));
  assertEquals({ size, pieces }, { size: 0, pieces: [] });
});

Deno.test("readManifest() refuses what is not Metalink", async () => {
  await refused("", "not well-formed");
  await refused("<html><body>404</body></html>", "not a Metalink document");
  await refused("<metalink><file>", "not well-formed");
  await refused("<metalink/>", "no <file>");
});

Deno.test("readManifest() refuses sizes that are none", async () => {
  for (const size of ["", "-1", "1.5", "1e3", "0x10", "NaN", "9007199254740992", "1 2", "٣"]) {
    await refused(documentWith({ size: `<size>${size}</size>` }), "number of bytes");
  }
  await refused(documentWith({ size: "" }), "no <size>");
  await refused(documentWith({ size: "<size><b>5</b></size>" }), "number of bytes");
});

Deno.test("readManifest() refuses pieces that do not fit the file", async () => {
  const two = [DIGEST, DIGEST];
  await refused(documentWith({ pieces: "" }), "no <pieces>");
  await refused(documentWith({ pieces: piecesOf(MIN_PIECE_LENGTH, two) }), "2 digests for 5 bytes");
  await refused(documentWith({ pieces: piecesOf(MIN_PIECE_LENGTH, []) }), "0 digests for 5 bytes");
  const md5 = piecesOf(MIN_PIECE_LENGTH, [DIGEST.slice(32)], "md5");
  await refused(documentWith({ pieces: md5 }), "not SHA-256");
  for (const length of [0, 1, MIN_PIECE_LENGTH / 2, MIN_PIECE_LENGTH + 1, 3 * MIN_PIECE_LENGTH]) {
    await refused(documentWith({ pieces: piecesOf(length, [DIGEST]) }), "power of two");
  }
  await refused(documentWith({ pieces: piecesOf("", [DIGEST]) }), "number of bytes");
});

Deno.test("readManifest() refuses digests that are none", async () => {
  for (const digest of ["", DIGEST.slice(1), `${DIGEST}0`, DIGEST.replace("0", "g")]) {
    await refused(documentWith({ pieces: piecesOf(MIN_PIECE_LENGTH, [digest]) }), "no SHA-256");
    await refused(documentWith({ hash: `<hash type="sha-256">${digest}</hash>` }), "no SHA-256");
  }
  await refused(documentWith({ hash: "" }), "no SHA-256 of the file");
});

Deno.test("readManifest() expands no entities of the document's own", async () => {
  const entities = '<!ENTITY a "5"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">';
  const file = documentWith({ size: "<size>&c;</size>" });
  await refused(`<!DOCTYPE metalink [${entities}]>${file}`, "not well-formed");
  const outside = '<!DOCTYPE metalink [<!ENTITY f SYSTEM "file:///etc/passwd">]>';
  await refused(`${outside}${documentWith({ size: "<size>&f;</size>" })}`, "not well-formed");
});

Deno.test("readManifest() answers any change to a document with a manifest or a MetalinkError", async () => {
  const document = documentWith({});
  const at = fc.nat({ max: document.length - 1 });
  const text = fc.string({ maxLength: 3 });
  await fc.assert(fc.asyncProperty(at, text, fc.nat({ max: 3 }), async (at, text, cut) => {
    try {
      await readManifest(document.slice(0, at) + text + document.slice(at + cut));
    } catch (error) {
      assert(error instanceof MetalinkError, String(error));
    }
  }));
});
