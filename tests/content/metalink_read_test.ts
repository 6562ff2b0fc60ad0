import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  MAX_METALINK_ATTRIBUTES,
  MAX_METALINK_BYTES,
  MAX_METALINK_DEPTH,
  MAX_METALINK_ELEMENTS,
  MAX_METALINK_FILES,
  MAX_METALINK_PIECES,
  MAX_METALINK_TEXT,
  MAX_METALINK_URLS,
} from "../../lib/content/limits.ts";
import { MAX_PIECES, MIN_PIECE_LENGTH } from "../../lib/content/manifest.ts";
import { strongestDigest } from "../../lib/content/metalink.ts";
import { MetalinkError, readMetalink } from "../../lib/content/metalink_read.ts";
import { metalinkText } from "./metalink_text.ts";

const SHA256 = "0123456789abcdef".repeat(4);
const SHA512 = SHA256.repeat(2);
const SHA1 = SHA256.slice(0, 40);
const MD5 = SHA256.slice(0, 32);

const VERSION_4 = `<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink">
  <published>2009-05-15T12:23:23Z</published>
  <file name="example.ext">
    <size>14471447</size>
    <identity>Example</identity>
    <description>A description of the example file for download.</description>
    <hash type="md5">${MD5}</hash>
    <hash type="sha-256">${SHA256}</hash>
    <hash type="whirlpool">abc</hash>
    <pieces length="262144" type="sha-1"><hash>${SHA1}</hash><hash>${SHA1}</hash></pieces>
    <pieces length="1048576" type="sha-256"><hash>${SHA256}</hash></pieces>
    <signature mediatype="application/pgp-signature">-----BEGIN &lt;</signature>
    <url location="de" priority="2">ftp://ftp.example.com/example.ext</url>
    <url location="FR" priority="1">http://example.com/example.ext</url>
    <url>https://last.example.com/example.ext</url>
    <url location="de" priority="1">https://example.com/a%20b?c&amp;d</url>
    <metaurl mediatype="torrent" priority="2">http://example.com/example.ext.torrent</metaurl>
  </file>
  <file name="example2.ext"><hash type="sha-512">${SHA512}</hash></file>
</metalink>`;

const VERSION_3 = `<?xml version="1.0"?>
<metalink version="3.0" xmlns="http://www.metalinker.org/">
  <files>
    <file name="example.ext">
      <size>14471447</size>
      <verification>
        <hash type="md5">${MD5}</hash><hash type="sha1">${SHA1}</hash>
        <pieces length="262144" type="sha1">
          <hash piece="0">${SHA1}</hash><hash piece="1">${SHA1}</hash>
        </pieces>
      </verification>
      <resources maxconnections="5">
        <url type="http" location="us" preference="50">http://b.example.com/example.ext</url>
        <url type="http" location="us" preference="100">http://a.example.com/example.ext</url>
        <url type="rsync">rsync://c.example.com/example.ext</url>
        <url type="bittorrent" preference="90">magnet:?xt=urn:btih:0</url>
      </resources>
    </file>
  </files>
</metalink>`;

const refused = async (document: string | AsyncIterable<string>, why: string) => {
  await assertRejects(() => readMetalink(document), MetalinkError, why);
};

/** A document of one file with something in it. */
const fileWith = (content: string) => `<metalink><file name="a">${content}</file></metalink>`;

Deno.test("readMetalink() reads all that RFC 5854 has and we can use", async () => {
  const { files: [first, second, ...others] } = await readMetalink(VERSION_4);
  assertEquals(first, {
    name: "example.ext",
    size: 14_471_447,
    digests: { "md5": MD5, "sha-256": SHA256 },
    pieces: { algorithm: "sha-256", length: MIN_PIECE_LENGTH, digests: [SHA256] },
    urls: [
      { url: "http://example.com/example.ext", priority: 1 },
      { url: "https://example.com/a%20b?c&d", priority: 1 },
      { url: "https://last.example.com/example.ext", priority: 999_999 },
    ],
    leftOut: [
      "ftp://ftp.example.com/example.ext",
      "http://example.com/example.ext.torrent",
    ],
  });
  assertEquals([second?.name, second?.size, second?.urls], ["example2.ext", undefined, []]);
  assertEquals(second && strongestDigest(second), { algorithm: "sha-512", digest: SHA512 });
  assertEquals(others, []);
});

Deno.test("readMetalink() reads Metalink 3.0, the highest preference first", async () => {
  const { files: [file] } = await readMetalink(VERSION_3);
  assertEquals(file, {
    name: "example.ext",
    size: 14_471_447,
    digests: { "md5": MD5, "sha-1": SHA1 },
    pieces: { algorithm: "sha-1", length: 262_144, digests: [SHA1, SHA1] },
    urls: [
      { url: "http://a.example.com/example.ext", priority: 1 },
      { url: "http://b.example.com/example.ext", priority: 51 },
    ],
    leftOut: ["rsync://c.example.com/example.ext", "magnet:?xt=urn:btih:0"],
  });
  assertEquals(file && strongestDigest(file)?.algorithm, "sha-1");
});

Deno.test("readMetalink() reads a document however it is cut", async () => {
  const whole = await readMetalink(VERSION_4);
  for (const length of [1, 7, 1000]) {
    const parts = VERSION_4.match(new RegExp(`[^]{1,${length}}`, "g")) ?? [];
    assertEquals(await readMetalink(ReadableStream.from(parts)), whole);
  }
});

Deno.test("readMetalink() takes for digests of pieces only what is one, however the document is cut", async () => {
  const digest = (letter: string) => letter.repeat(64);
  const hash = (letter: string) => `<hash>${digest(letter)}</hash>`;
  const row = ["1", "2"].map(hash).join("\n  ");
  const document = fileWith(
    `<description>&lt;pieces>${hash("8")}<![CDATA[<pieces>${hash("8")}]]></description>` +
      `<!-- <pieces length="1" type="sha-256">${hash("9")}</pieces> -->` +
      `<pieces length="1048576" type="sha-256"><!-- > ${hash("9")} -->\r\n${hash("0")}` +
      `<!--${hash("9")}--> ${row}<other>${hash("9")}</other>${hash("3")}` +
      `<!--</hash>${hash("9")}--><hash a=">"> ${digest("4")}\n</hash>${hash("A")}]]&gt;</pieces>`,
  );
  const pieces = {
    algorithm: "sha-256" as const,
    length: MIN_PIECE_LENGTH,
    digests: ["0", "1", "2", "3", "4", "a"].map(digest),
  };
  for (const length of [1, 2, 5, 7, 64, 70, 100, 10_000]) {
    const parts = document.match(new RegExp(`[^]{1,${length}}`, "g")) ?? [];
    const { files: [file] } = await readMetalink(ReadableStream.from(parts));
    assertEquals(file?.pieces, pieces, `cut into ${length}`);
  }
  await refused(fileWith(`<pieces length="1" type="md5">${hash("1")}</pieces>`), "no MD5");
  await refused(fileWith(`<pieces length="1" type="sha-256">${hash("1")}]]></pieces>`), "]]>");
  await refused(`<metalink>${row}</pieces></metalink>`, "not well-formed");
});

Deno.test("readMetalink() does without the namespace, and with a prefix for it", async () => {
  const document = '<m:metalink xmlns:m="urn:ietf:params:xml:ns:metalink">' +
    '<m:file name="a"><m:size>5</m:size></m:file></m:metalink>';
  assertEquals((await readMetalink(document)).files[0]?.size, 5);
});

Deno.test("readMetalink() takes what stands elsewhere for something else", async () => {
  const elsewhere = `<size>5</size><other><size>6</size><hash type="md5">x</hash></other>`;
  const { files: [file] } = await readMetalink(fileWith(elsewhere));
  assertEquals([file?.size, file?.digests], [5, {}]);
});

Deno.test("readMetalink() refuses what is not Metalink", async () => {
  await refused("", "not well-formed");
  await refused("<html><body>404</body></html>", "not a Metalink document");
  await refused("<metalink><file>", "not well-formed");
  await refused("<metalink/>", "no <file>");
  await refused(fileWith("<size>5</size>") + "<more/>", "not well-formed");
});

Deno.test("readMetalink() refuses digests and numbers that are none", async () => {
  await refused(fileWith(`<hash type="sha-512">${SHA256}</hash>`), "no SHA-512");
  await refused(fileWith(`<hash type="md5">${SHA1.slice(8)}g</hash>`), "no MD5");
  await refused(fileWith("<size>-1</size>"), "number of bytes");
  await refused(fileWith('<pieces type="sha-1"/>'), "number of bytes");
});

Deno.test("readMetalink() bounds what a document may have of anything", async () => {
  const many = (text: string, count: number) => text.repeat(count);
  await refused(fileWith(many("<b/>a", MAX_METALINK_ELEMENTS)), "elements");
  await refused(
    fileWith(many("<b>", MAX_METALINK_DEPTH) + many("</b>", MAX_METALINK_DEPTH)),
    "elements within elements",
  );
  const attributes = Array.from({ length: MAX_METALINK_ATTRIBUTES + 1 }, (_, at) => `a${at}=""`);
  await refused(`<metalink ${attributes.join(" ")}/>`, "attributes");
  const long = many("9", MAX_METALINK_TEXT + 1);
  await refused(`<metalink><file name="${long}"/></metalink>`, "characters in an attribute");
  await refused(fileWith(`<size>${long}</size>`), "characters in a value");
  await refused(fileWith(`<size>${many("<![CDATA[9]]>", MAX_METALINK_TEXT + 1)}</size>`), "value");
  await refused(fileWith(many(" ", MAX_METALINK_BYTES)), "characters");
  const files = many("<file/>", MAX_METALINK_FILES + 1);
  await refused(`<metalink>${files}</metalink>`, "files");
  await refused(fileWith(many("<url>http://a/</url>", MAX_METALINK_URLS + 1)), "addresses");
  const hash = `<hash>${MD5}</hash>`;
  const pieces = many(hash, MAX_METALINK_PIECES + 1);
  await refused(fileWith(`<pieces type="md5" length="1">${pieces}</pieces>`), "pieces");
});

Deno.test("readMetalink() keeps no text that it does not need", async () => {
  const comment = `<description>${"x".repeat(4 * MAX_METALINK_TEXT)}</description><size>5</size>`;
  assertEquals((await readMetalink(fileWith(comment))).files[0]?.size, 5);
});

Deno.test("readMetalink() expands no entities of the document's own", async () => {
  const entities = '<!ENTITY a "5"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">';
  const file = fileWith("<size>&c;</size>");
  await refused(`<!DOCTYPE metalink [${entities}]>${file}`, "not well-formed");
  const outside = '<!DOCTYPE metalink [<!ENTITY f SYSTEM "file:///etc/passwd">]>';
  await refused(`${outside}${fileWith("<size>&f;</size>")}`, "not well-formed");
});

Deno.test("readMetalink() lets other work have its turn", async () => {
  const pieces = Array.from({ length: MAX_PIECES }, () => SHA256);
  const size = MAX_PIECES * MIN_PIECE_LENGTH;
  const manifest = { name: "a", size, sha256: SHA256, pieceLength: MIN_PIECE_LENGTH, pieces };
  let turns = 0;
  const timer = setInterval(() => turns += 1, 1);
  const { files: [file] } = await readMetalink(metalinkText(manifest));
  clearInterval(timer);
  assertEquals(file?.pieces?.digests.length, MAX_PIECES);
  assert(turns > 0, `${turns} turns`);
});

Deno.test("readMetalink() goes through whatever a hostile document repeats", async () => {
  await refused(`<metalink>${"\r".repeat(4_000_000)}</metalink>`, "no <file>");
  await refused(`<metalink>${"&amp;".repeat(800_000)}</metalink>`, "no <file>");
  await refused(fileWith(`<!--${"-".repeat(4_000_000)}`), "not well-formed");
  await refused(`<metalink ${"a".repeat(4_000_000)}`, "not well-formed");
});
