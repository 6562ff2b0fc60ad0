import { assertEquals, assertStringIncludes } from "@std/assert";
import { readMetalink } from "../../../lib/content/metalink_read.ts";
import { Metalink } from "../../../lib/server/port/metalink.ts";

const DIGEST = "ab".repeat(32);
const MANIFEST = {
  name: "film.mp4",
  size: 1048577,
  sha256: DIGEST,
  pieceLength: 1048576,
  pieces: [DIGEST, DIGEST],
};

function documentOf(name: string, pieces = MANIFEST.pieces): string {
  const metalink = new Metalink({ ...MANIFEST, name, pieces }, DIGEST, [
    { port: 60000, name },
    { port: 60002, name: "copy" },
  ]);
  return metalink.documentFor("http://[::1]").map((part) => new TextDecoder().decode(part)).join(
    "",
  );
}

Deno.test("Metalink.documentFor() writes RFC 5854 with the URL of every mirror", () => {
  assertEquals(
    documentOf("film.mp4"),
    `<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink">
  <generator>Multiport</generator>
  <file name="film.mp4">
    <size>1048577</size>
    <hash type="sha-256">${DIGEST}</hash>
    <pieces length="1048576" type="sha-256">
      <hash>${DIGEST}</hash>
      <hash>${DIGEST}</hash>
    </pieces>
    <url>http://[::1]:60000/film.mp4</url>
    <url>http://[::1]:60002/copy</url>
  </file>
</metalink>
`,
  );
});

Deno.test("Metalink.documentFor() is well-formed whatever the file is called", async () => {
  for (const name of [`<&>"'`, "tab\tline\nend", "\x01\x1b", "ü 漢 😀", "\ud800"]) {
    assertEquals((await readMetalink(documentOf(name))).files.length, 1);
  }
  assertStringIncludes(documentOf("a&b"), '<file name="a&#38;b">');
  assertStringIncludes(documentOf("a\x01b"), '<file name="a\ufffdb">');
});

Deno.test("Metalink.documentFor() has no pieces where a file has none", () => {
  assertEquals(documentOf("film.mp4", []).includes("<pieces"), false);
});
