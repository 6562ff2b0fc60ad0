import { assertEquals } from "@std/assert";
import { planVerification, remarksOn } from "../../lib/client/verification.ts";
import type { DigestAlgorithm } from "../../lib/content/digest.ts";

const MIB = 1024 * 1024;
const SIZE = 3 * MIB;

/** What a Metalink with pieces of a million bytes lists. */
function listed(algorithm: DigestAlgorithm = "sha-256", count = 4) {
  return { algorithm, length: 1_000_000, digests: Array.from({ length: count }, () => "d") };
}

const means = (settings: { verify?: boolean; twice?: boolean } = {}) => ({
  settings: { verify: true, twice: false, ...settings },
  size: SIZE,
  isPublished: false,
  listed: undefined,
});

const remarks = (
  given: Parameters<typeof planVerification>[0],
  algorithm?: DigestAlgorithm,
) => remarksOn(planVerification(given), given, algorithm && { algorithm, digest: "d" });

Deno.test("planVerification() takes what servers publish first, then what a Metalink has", () => {
  const published = planVerification({ ...means(), isPublished: true, listed: listed() });
  assertEquals([published.pieceLength, published.known, published.hash], [
    MIB,
    undefined,
    "sha-256",
  ]);
  const { pieceLength, known, hash, verify } = planVerification({
    ...means(),
    listed: listed("sha-1"),
  });
  assertEquals([pieceLength, known?.pieces.length, hash, verify], [1_000_000, 4, "sha-1", true]);
});

Deno.test("planVerification() uses no digests that do not fit the file, nor where none are wanted", () => {
  for (const given of [listed("sha-256", 3), listed("sha-256", 5), { ...listed(), length: 1 }]) {
    const { verify, hash, pieceLength } = planVerification({ ...means(), listed: given });
    assertEquals([verify, hash, pieceLength], [false, undefined, MIB]);
  }
  const unwanted = planVerification({ ...means({ verify: false }), listed: listed() });
  assertEquals([unwanted.verify, unwanted.hash], [false, undefined]);
});

Deno.test("planVerification() compares copies only where pieces have no digests", () => {
  assertEquals(planVerification(means({ twice: true })).twice, true);
  assertEquals(planVerification({ ...means({ twice: true }), listed: listed() }).twice, false);
  const both = { ...means({ twice: true }), isPublished: true };
  assertEquals(planVerification(both).twice, false);
  assertEquals(planVerification({ ...both, settings: { verify: false, twice: true } }).twice, true);
});

Deno.test("remarksOn() says what is not verified, or only by what can be forged", () => {
  const none = "No server publishes digests of the file: what comes is not verified";
  assertEquals(remarks(means()), [none]);
  assertEquals(remarks(means(), "sha-256"), []);
  assertEquals(remarks(means({ verify: false })), []);
  const broken = (label: string) => `Verified by ${label} only: that finds damage, not forgery`;
  assertEquals(remarks(means(), "md5"), [broken("MD5")]);
  assertEquals(remarks({ ...means(), listed: listed("sha-1") }, "md5"), [broken("SHA-1 and MD5")]);
  assertEquals(remarks({ ...means(), listed: listed("sha-1") }, "sha-512"), []);
  assertEquals(remarks({ ...means(), listed: listed() }, "md5"), []);
  const twice = "Nothing need be fetched twice: every piece is compared with its digest";
  assertEquals(remarks({ ...means({ twice: true }), listed: listed() }), [twice]);
  const unfit =
    `The Metalink has 3 digests of pieces of 1000000 bytes for a file of ${SIZE}: they are not used`;
  assertEquals(remarks({ ...means(), listed: listed("sha-256", 3) }), [unfit, none]);
});
