import { assertEquals } from "@std/assert";
import { readReprDigests } from "../../lib/http/repr_digest.ts";

/** Of nothing. */
const SHA256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const SHA512 =
  "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";
const SHA256_HEX = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const read = (fields: Readonly<Record<string, string>>) => {
  const { sha256, sha512 } = readReprDigests(new Map(Object.entries(fields)));
  return [sha256, sha512?.slice(0, 8)];
};

Deno.test("readReprDigests() reads Repr-Digest, and Digest where there is none", () => {
  assertEquals(read({ "repr-digest": `sha-256=:${SHA256}:` }), [SHA256_HEX, undefined]);
  assertEquals(read({ "repr-digest": `md5=:AAAA:, sha-512=:${SHA512}:;a=1,sha-256=:${SHA256}:` }), [
    SHA256_HEX,
    "cf83e135",
  ]);
  assertEquals(read({ digest: `MD5=AAAA,SHA-256=${SHA256}` }), [SHA256_HEX, undefined]);
  assertEquals(read({ digest: `id-sha-512=${SHA512}` }), [undefined, "cf83e135"]);
  const other = "A".repeat(43) + "=";
  assertEquals(read({ "repr-digest": `sha-256=:${SHA256}:`, digest: `sha-256=${other}` }), [
    SHA256_HEX,
    undefined,
  ]);
});

Deno.test("readReprDigests() takes no digest of a part for that of the whole, and none that is malformed", () => {
  for (
    const fields of [
      {},
      { "content-digest": `sha-256=:${SHA256}:` },
      { "repr-digest": `sha-256=${SHA256}` },
      { "repr-digest": `SHA-256=:${SHA256}:` },
      { "repr-digest": "sha-256=:AAAA:" },
      { "repr-digest": "sha-256=:=A=:" },
      { "repr-digest": `xsha-256=:${SHA256}:` },
      { digest: "sha-256=" },
    ]
  ) assertEquals(read(fields as Record<string, string>), [undefined, undefined]);
});
