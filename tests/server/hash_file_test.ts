import { assertEquals, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { identifyFile } from "../../lib/server/served_file.ts";
import { hashFile } from "../../lib/server/hash_file.ts";
import { FileChangedError } from "../../lib/server/served_file.ts";
import { randomBytes, temporaryFile } from "./temporary_file.ts";

const MIB = 1024 * 1024;
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

Deno.test("hashFile() gives the digests of the file, of its pieces and of those", async () => {
  const content = randomBytes(2 * MIB + 7);
  await using file = await temporaryFile(content);
  const { manifest, piecesSha256 } = hashFile(identifyFile(file.path), () => {});
  const digests = [0, 1, 2].map((at) => sha256(content.subarray(at * MIB, (at + 1) * MIB)));
  assertEquals(manifest, {
    name: file.name,
    size: content.length,
    sha256: sha256(content).toString("hex"),
    pieceLength: MIB,
    pieces: digests.map((digest) => digest.toString("hex")),
  });
  assertEquals(
    piecesSha256,
    sha256(Uint8Array.from(digests.flatMap((d) => [...d]))).toString("hex"),
  );
});

Deno.test("hashFile() hashes an empty file", async () => {
  await using file = await temporaryFile(new Uint8Array());
  const { manifest } = hashFile(identifyFile(file.path), () => {});
  assertEquals([manifest.sha256.slice(0, 8), manifest.pieces], ["e3b0c442", []]);
});

Deno.test("hashFile() gives up when the file changes meanwhile", async () => {
  await using file = await temporaryFile(randomBytes(3 * MIB));
  const identity = identifyFile(file.path);
  const change = (done: number) => {
    if (done === MIB) file.change();
  };
  assertThrows(() => hashFile(identity, change), FileChangedError);
});
