import { createHash } from "node:crypto";
import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import {
  type Checkpoint,
  CheckpointError,
  decodeCheckpoint,
  encodeCheckpoint,
} from "../../lib/storage/checkpoint.ts";
import { MAX_PIECES } from "../../lib/content/manifest.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const sources = fc.array(fc.record({
  mark: fc.string(),
  etag: fc.option(fc.string()),
  modified: fc.option(fc.string()),
  once: fc.uint8Array({ maxLength: 300 }),
}, { requiredKeys: ["mark", "etag", "modified"], noNullPrototype: true }));

const checkpoints = fc.record({
  size: fc.maxSafeNat(),
  pieceLength: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  sha256: fc.option(fc.string({ minLength: 1 })),
  etags: fc.array(fc.string()),
  pieces: fc.uint8Array({ maxLength: 300 }),
  unverified: fc.uint8Array({ maxLength: 300 }),
  sources,
  twice: fc.boolean(),
}, {
  requiredKeys: ["size", "pieceLength", "sha256", "etags", "pieces", "unverified"],
  noNullPrototype: true,
});

/** Another checkpoint must never come of it; the same one may, as from a change behind its end. */
function assertSameOrRefused(text: string, checkpoint: Checkpoint): void {
  try {
    assertEquals(decodeCheckpoint(text), checkpoint);
  } catch (error) {
    assert(error instanceof CheckpointError, String(error));
  }
}

Deno.test("decodeCheckpoint() reads what encodeCheckpoint() wrote", () => {
  fc.assert(fc.property(checkpoints, (checkpoint) => {
    assertEquals(decodeCheckpoint(encodeCheckpoint(checkpoint)), checkpoint);
  }));
});

Deno.test("decodeCheckpoint() reads a checkpoint of the most pieces there can be", () => {
  const pieces = new Uint8Array(MAX_PIECES / 8).fill(0xa5);
  const checkpoint = {
    size: 2 ** 53 - 1,
    pieceLength: 2 ** 39,
    sha256: null,
    etags: [],
    pieces,
    unverified: pieces,
  };
  assertEquals(decodeCheckpoint(encodeCheckpoint(checkpoint)), checkpoint);
});

Deno.test("decodeCheckpoint() takes no checkpoint that was cut off for another one", () => {
  fc.assert(
    fc.property(checkpoints, fc.double({ min: 0, max: 1, noNaN: true }), (checkpoint, part) => {
      const bytes = encoder.encode(encodeCheckpoint(checkpoint));
      const cut = bytes.subarray(0, Math.floor(part * bytes.length));
      assertSameOrRefused(decoder.decode(cut), checkpoint);
    }),
  );
});

Deno.test("decodeCheckpoint() takes no checkpoint with a changed byte for another one", () => {
  const change = fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.integer({ min: 1, max: 255 }),
  );
  fc.assert(
    fc.property(checkpoints, change, (checkpoint, [where, flip]) => {
      const bytes = encoder.encode(encodeCheckpoint(checkpoint));
      const at = Math.min(bytes.length - 1, Math.floor(where * bytes.length));
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      assertSameOrRefused(decoder.decode(bytes), checkpoint);
    }),
    { numRuns: 500 },
  );
});

Deno.test("decodeCheckpoint() takes no mixture of two checkpoints for a third", () => {
  fc.assert(fc.property(checkpoints, checkpoints, fc.nat({ max: 400 }), (checkpoint, other, at) => {
    const mixed = encodeCheckpoint(checkpoint).slice(0, at) + encodeCheckpoint(other).slice(at);
    try {
      const decoded = decodeCheckpoint(mixed);
      assert(
        [checkpoint, other].some((one) => encodeCheckpoint(one) === encodeCheckpoint(decoded)),
      );
    } catch (error) {
      assert(error instanceof CheckpointError, String(error));
    }
  }));
});

Deno.test("decodeCheckpoint() says what is the matter", () => {
  const checkpoint = {
    size: 1,
    pieceLength: 1,
    sha256: null,
    etags: [],
    pieces: Uint8Array.of(1),
    unverified: Uint8Array.of(2),
  };
  const text = encodeCheckpoint(checkpoint);
  const refused = (text: string, why: string) =>
    assertThrows(() => decodeCheckpoint(text), CheckpointError, why);
  refused("", "incomplete");
  refused(text.slice(0, -1), "incomplete");
  refused(text.replace('"size":1', '"size":2'), "damaged");
});

Deno.test("decodeCheckpoint() refuses the checkpoint of another version", async () => {
  const line = JSON.stringify({ version: 3, pieces: "" });
  const sum = await crypto.subtle.digest("SHA-256", encoder.encode(line));
  const text = `${line}\n${new Uint8Array(sum).toHex()}\n`;
  assertThrows(() => decodeCheckpoint(text), CheckpointError, "version 3, not 2");
});

Deno.test("decodeCheckpoint() calls nonsense damaged, however right its checksum is", () => {
  const good = {
    version: 2,
    size: 1,
    pieceLength: 1,
    sha256: null,
    etags: [],
    pieces: "AQ==",
    unverified: "",
  };
  const nonsense = [
    null,
    7,
    "text",
    [],
    { version: 2 },
    { ...good, size: "1" },
    { ...good, size: -1 },
    { ...good, size: 1e300 },
    { ...good, pieceLength: 0 },
    { ...good, pieceLength: null },
    { ...good, sha256: 7 },
    { ...good, etags: null },
    { ...good, etags: [1] },
    { ...good, pieces: undefined },
    { ...good, unverified: undefined },
    { ...good, pieces: null },
    { ...good, pieces: "not base64!" },
    { ...good, pieces: [1] },
    { ...good, sources: null },
    { ...good, sources: [7] },
    { ...good, sources: [{ mark: 7, etag: null, modified: null }] },
    { ...good, sources: [{ mark: "m", etag: 7, modified: null }] },
    { ...good, sources: [{ mark: "m", etag: null, modified: null, once: 7 }] },
  ];
  const told = (line: string) => `${line}\n${createHash("sha256").update(line).digest("hex")}\n`;
  assertEquals(decodeCheckpoint(told(JSON.stringify(good))).pieces, Uint8Array.of(1));
  for (const fields of [...nonsense.map((one) => JSON.stringify(one)), "", "{", "NaN"]) {
    assertThrows(() => decodeCheckpoint(told(fields)), CheckpointError, "it ", fields);
  }
});
