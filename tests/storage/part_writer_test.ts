import { assertEquals, assertThrows } from "@std/assert";
import { byteLength } from "../../lib/byte_range.ts";
import { MAX_GAPS, MIN_GAP_LENGTH, MIN_HOLE_LENGTH } from "../../lib/storage/limits.ts";
import { PartFileError, PartWriter } from "../../lib/storage/part_writer.ts";
import { Scratch } from "../../testing/scratch.ts";
import { contentOf, sha256 } from "../client/content.ts";

const SIZE = 1000;

async function withWriter(work: (writer: PartWriter, path: string) => void): Promise<void> {
  await using scratch = await Scratch.make();
  const path = scratch.path("part");
  Deno.writeFileSync(path, new Uint8Array(SIZE));
  using writer = new PartWriter(path, Deno.statSync(path));
  work(writer, path);
}

Deno.test("PartWriter.write() puts bytes where they belong, in any order", async () => {
  await withWriter((writer, path) => {
    for (const [start, end] of [[700, 1000], [0, 300], [300, 700]] as const) {
      writer.write(contentOf(start, end), start);
    }
    assertEquals(Deno.readFileSync(path), contentOf(0, SIZE));
  });
});

Deno.test("PartWriter.write() writes on where the system took fewer bytes", async () => {
  const { writeSync } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.writeSync = function (bytes) {
    return writeSync.call(this, bytes.subarray(0, 7));
  };
  try {
    await withWriter((writer, path) => {
      writer.write(contentOf(0, SIZE), 0);
      assertEquals(Deno.readFileSync(path), contentOf(0, SIZE));
    });
  } finally {
    Deno.FsFile.prototype.writeSync = writeSync;
  }
});

Deno.test("PartWriter.write() reaches beyond 2^32", async () => {
  await withWriter((writer, path) => {
    writer.write(contentOf(0, 5), 2 ** 33);
    using file = Deno.openSync(path);
    file.seekSync(2 ** 33, Deno.SeekMode.Start);
    const bytes = new Uint8Array(5);
    assertEquals(file.readSync(bytes), 5);
    assertEquals(bytes, contentOf(0, 5));
  });
});

Deno.test("PartWriter.digest() hashes a range, however small the buffer", async () => {
  await withWriter((writer) => {
    writer.write(contentOf(0, SIZE), 0);
    for (const length of [1, 7, 600, 5000]) {
      const digest = writer.digest({ start: 100, end: 700 }, new Uint8Array(length));
      assertEquals(digest, sha256(contentOf(100, 700)));
    }
  });
});

Deno.test("PartWriter.digest() hashes what there is of a range that goes beyond the end", async () => {
  await withWriter((writer) => {
    writer.write(contentOf(0, SIZE), 0);
    const digest = writer.digest({ start: 900, end: 1100 }, new Uint8Array(64));
    assertEquals(digest, sha256(contentOf(900, 1000)));
  });
});

Deno.test("PartWriter.written() ends with the last byte that is not zero", async () => {
  await withWriter((writer) => {
    const filled = (start: number, end: number) =>
      byteLength(writer.written({ start, end }, new Uint8Array(64)).extents);
    assertEquals(filled(0, SIZE), 0);
    writer.write(Uint8Array.of(1), 399);
    assertEquals([filled(0, SIZE), filled(100, 500), filled(400, SIZE)], [400, 300, 0]);
    assertEquals([filled(399, 400), filled(0, 399)], [1, 0]);
  });
});

Deno.test("PartWriter.written() leaves out holes, and no short run of zeros", async () => {
  await withWriter((writer) => {
    const end = 4 * MIN_HOLE_LENGTH;
    const extents = () => writer.written({ start: 0, end }, new Uint8Array(10_000)).extents;
    const one = Uint8Array.of(1);
    writer.write(one, MIN_HOLE_LENGTH - 1);
    writer.write(one, 2 * MIN_HOLE_LENGTH - 1);
    assertEquals(extents(), [{ start: 0, end: 2 * MIN_HOLE_LENGTH }]);
    writer.write(one, 3 * MIN_HOLE_LENGTH + 5);
    writer.write(one, end - 1);
    assertEquals(extents(), [
      { start: 0, end: 2 * MIN_HOLE_LENGTH },
      { start: 3 * MIN_HOLE_LENGTH + 5, end },
    ]);
    assertEquals(
      writer.written({ start: 2 * MIN_HOLE_LENGTH, end }, new Uint8Array(4096)).extents,
      [
        { start: 3 * MIN_HOLE_LENGTH + 5, end },
      ],
    );
  });
});

Deno.test("PartWriter.written() tells of short runs of zeros, unless there are many", async () => {
  await withWriter((writer) => {
    const page = 4096;
    const end = 2 * MIN_HOLE_LENGTH;
    const look = () => writer.written({ start: 0, end }, new Uint8Array(3 * page));
    writer.write(contentOf(0, end).fill(1), 0);
    assertEquals(look(), { extents: [{ start: 0, end }], gaps: [] });
    const gaps = [
      { start: page - MIN_GAP_LENGTH, end: page },
      { start: 2 * page - 1, end: 2 * page + MIN_GAP_LENGTH - 1 },
      { start: 5 * page - 100, end: 9 * page + 100 },
    ];
    for (const { start, end } of gaps) writer.write(new Uint8Array(end - start), start);
    assertEquals(look(), { extents: [{ start: 0, end }], gaps });
    // Too short; and within a page, as content has them.
    writer.write(new Uint8Array(MIN_GAP_LENGTH - 1), 11 * page - 9);
    writer.write(new Uint8Array(page - 2), 12 * page + 1);
    assertEquals(look().gaps, gaps);
    const many = (count: number) => {
      writer.write(contentOf(0, end).fill(1), 0);
      for (let at = 0; at < count; at += 1) {
        writer.write(new Uint8Array(MIN_GAP_LENGTH), at * page);
      }
      // A buffer that is no whole number of pages finds no fewer.
      return writer.written({ start: 0, end }, new Uint8Array(page / 2)).gaps.length;
    };
    assertEquals([many(MAX_GAPS - 1), many(MAX_GAPS), many(MAX_GAPS + 1)], [15, 16, 0]);
  });
});

Deno.test("PartWriter says in words why the file cannot be used", async () => {
  await using scratch = await Scratch.make();
  const none = () => new PartWriter(scratch.path("none"), { dev: 0, ino: 0 });
  assertThrows(none, PartFileError, "no such file");
  if (Deno.build.os !== "linux") return;
  using writer = new PartWriter("/dev/full", Deno.statSync("/dev/full"));
  assertThrows(() => writer.write(Uint8Array.of(1), 0), PartFileError, "the disk is full");
});

Deno.test("PartWriter opens no other file than the one that was meant", async () => {
  await withWriter((_writer, path) => {
    const meant = Deno.statSync(path);
    Deno.renameSync(path, `${path}.moved`);
    Deno.writeTextFileSync(path, "somebody else's");
    assertThrows(() => new PartWriter(path, meant), PartFileError, "it was taken away meanwhile");
    assertEquals(Deno.readTextFileSync(path), "somebody else's");
  });
});

Deno.test("PartWriter.written() finds the last byte wherever it is", async () => {
  await withWriter((writer, path) => {
    for (let at = 0; at < 80; at += 1) {
      Deno.writeFileSync(path, new Uint8Array(SIZE));
      writer.write(Uint8Array.of(0, 7, 0), at);
      for (const length of [1, 5, 64, 1024]) {
        assertEquals(
          byteLength(writer.written({ start: 0, end: SIZE }, new Uint8Array(length)).extents),
          at + 2,
        );
      }
      const unaligned = new Uint8Array(1025).subarray(1);
      assertEquals(byteLength(writer.written({ start: 0, end: SIZE }, unaligned).extents), at + 2);
    }
  });
});
